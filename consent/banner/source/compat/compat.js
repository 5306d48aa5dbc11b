/**
 * For sites that move here from another tool without touching their pages: data-compat="orestbida klaro cookiebot".
 * The banner fetches this where its tag says so. As a tag of its own, in the place of the other tool's, it brings the
 * banner along, and their globals are there for the next line of the page:
 *   <script src="…/v1/sites/{site}/compat.js" data-compat="orestbida"></script>
 */
import { cookiebot } from "./cookiebot.js";
import { adopt } from "./imports.js";
import { klaro } from "./klaro.js";
import { settle } from "./markup.js";
import { loader, purposesOf, tag, tools } from "./names.js";
import { orestbida } from "./orestbida.js";
import { join, service, standing } from "./standing.js";

const voices = Object.entries({ orestbida, klaro, cookiebot }).filter(([tool]) => tools.includes(tool)).map(([, voice]) => voice);
const each = (name, ...rest) => voices.forEach((voice) => voice[name]?.(...rest));

let before;
let ready = false;  // an import that stands is no first consent: it is told of as what was there at load

/** The banner is there: speak for it. */
const follow = (api) => {
  join(api);
  before = standing()?.purposes;
  api.onChange((purposes) => {
    const last = before || {};
    const changed = (name) => purposesOf(name).some((purpose) => !last[purpose] !== !purposes[purpose]);
    const lost = (name) => purposesOf(name).some((purpose) => last[purpose] && !purposes[purpose]);
    if (ready) each(before ? "changed" : "first", changed);
    before = purposes;
    settle(lost);
  });
  settle(() => false);
  adopt(api);
};

/** Scripts further down the page still have to say that they listen. */
const onceParsed = (task) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", task, { once: true });
  else task();
};

each("start");
document.addEventListener("consent:ready", () => onceParsed(() => {
  ready = true;
  each("ready");
}), { once: true });
for (const [ours, theirs] of [["consent:show", "shown"], ["consent:hide", "hidden"]]) {
  document.addEventListener(ours, ({ detail }) =>
    onceParsed(() => each(theirs, detail.layer, document.querySelector("#imprimatur"))));
}
(window.imprimatur ||= []).push(follow);
if (loader) {
  const banner = document.createElement("script");
  const { compat, ...options } = tag.dataset;
  Object.assign(banner.dataset, options);
  banner.nonce = tag.nonce;
  banner.src = service + "banner.js";
  document.head.append(banner);
}
