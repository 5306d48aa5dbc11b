/**
 * The IAB's interfaces for vendors' tags, TCF and GPP, there from the first byte. Stands before those tags, without async:
 *   <script src="…/v1/sites/{site}/iab.js" data-tcf data-gpp></script>
 * What encodes the strings is fetched afterwards, and speaks to the banner as any page may.
 */
import { openGpp } from "./gpp_stub.js";
import { openTcf } from "./tcfapi.js";

const { dataset, src } = document.currentScript;
const [, service, site] = src.match(/^(.*\/v1\/sites\/([^/?]+)\/)/);

/** Which layers the banner has on the screen. */
const layers = new Set();
document.addEventListener("consent:show", ({ detail }) => layers.add(detail.layer));
document.addEventListener("consent:hide", ({ detail }) => layers.delete(detail.layer));

/** What this reader's vendors are to be told about. */
const ask = async () => {
  const language = dataset.lang || document.documentElement.lang || navigator.language;
  const answer = await fetch(`${service}iab.json?lang=${encodeURIComponent(language)}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`no settings of TCF and GPP for ${site}: ${answer.status}`);
  return answer.json();
};
let settings;  // asked for once

/** Bring an engine in the place of its stub; without one the stub says so for good. */
const start = async (open, engine) => {
  const fail = open();
  try {
    if (!engine) throw new Error(`TCF or GPP is asked for and off for ${site}`);
    const [known, { start }] = await Promise.all([settings ||= ask(), import(service + engine)]);
    start({ ...known, service, site, layers });
  } catch (error) {
    console.warn("consent:", error.message);
    fail();
  }
};

if ("tcf" in dataset) start(openTcf, TCF_NAME);
if ("gpp" in dataset) start(openGpp, GPP_NAME);
