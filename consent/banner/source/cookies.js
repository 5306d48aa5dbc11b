/** Delete the cookies that a purpose has left behind. */

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
