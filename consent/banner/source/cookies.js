/** Delete the cookies that a purpose has left behind. */

/** Of what purposes leave ("stats:_ga:_ga_* ads:_fbp"), delete what was refused. */
export const deleteLeft = (left, purposes, spared) => {
  const refused = left.split(" ").map((each) => each.split(":")).filter(([purpose]) => purposes[purpose] === false);
  if (refused[0]) deleteCookies(refused.flatMap(([, ...patterns]) => patterns), spared);
};

/** Patterns are names in which * stands for anything: "_ga", "_ga_*". `spared` is never deleted. */
export const deleteCookies = (patterns, spared) => {
  const fits = new RegExp(`^(${patterns.map((each) => each.replace(/[^\w*-]/g, "\\$&").replace(/\*/g, ".*")).join("|")})$`);
  const labels = location.hostname.split(".");
  // A page may have set them for its host or for any domain above it; only an equal Domain deletes.
  const domains = labels.map((_, at) => "; Domain=" + labels.slice(at).join("."));
  for (const cookie of document.cookie.split("; ")) {
    const [name] = cookie.split("=");
    if (name === spared || !fits.test(name)) continue;
    for (const domain of ["", ...domains]) document.cookie = `${name}=; Max-Age=0; Path=/${domain}`;
  }
};
