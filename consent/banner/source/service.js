/** The consent service, as found by the address of this very script: {base}/v1/sites/{site}/banner.js. */

const self = document.currentScript;
const [, base, site] = self.src.match(/^(.*)\/v1\/sites\/([^/?]+)\//);

export const { nonce } = self;
/** data-reload on the script tag: what has run and lost its consent ends with the page. */
export const reloads = "reload" in self.dataset;
export { site };
export const name = "consent_" + site;
export const receiptUrl = (record) => base + "/v1/receipts/" + record;

/** What only some sites need: stand-ins for blocked frames, the deletion of cookies. */
export const part = (file) => import(`${base}/v1/sites/${site}/${file}`);

/** What another tool's pages expect, only where the script tag names one; it never fails. */
export const compat = "compat" in self.dataset &&
  part(COMPAT_NAME).catch(console.error);

const call = (path, options) => fetch(base + "/v1/" + path, { credentials: "include", ...options });

/** The language to speak: the script tag's data-lang, else the page's, else the reader's. Read anew: pages change it. */
export const wanted = () => self.dataset.lang || document.documentElement.lang || navigator.language;

let brought = SHOWN;
/** The notice for this visitor, with a fresh display token: once as the script brought it, where ?lang= on its tag said so. */
export const fetchNotice = async () => {
  const found = brought;
  brought = 0;
  if (found && self.src.endsWith("=" + wanted())) return found;
  const answer = await call(`sites/${site}/notice?lang=` + encodeURIComponent(wanted()));
  if (!answer.ok) throw new Error("no notice: " + answer.status);
  return answer.json();
};

/** Send one choice; keepalive lets it finish when the reader leaves the page. */
export const send = (event) => call("consents", {
  method: "POST",
  keepalive: true,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(event),
});
