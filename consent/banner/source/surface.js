/** Where the banner shows itself: a shadow root of its own, which no style of the page reaches. */
import { h } from "./elements.js";

export const host = h("div", { id: "imprimatur" });
const root = host.attachShadow({ mode: "open" });
const status = h("p", { role: "status" });

/** Holds everything; a notice lends it its language. */
export const stage = h("div", { class: "stage" }, status);

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];
root.append(stage);

/** Tell, also those who do not see it. */
export const say = (text) => {
  status.textContent = text;
  setTimeout(() => { status.textContent = ""; }, 6000);
};

/** First in the page while it asks, so that it is the first thing reached; last afterwards, out of the way. */
export const mount = async (asking) => {
  await (document.body || new Promise((done) => { addEventListener("DOMContentLoaded", done); }));
  const parent = document.body;
  if (asking ? parent.firstChild !== host : parent.lastChild !== host) parent[asking ? "prepend" : "append"](host);
};

/** What the reader tabs to must not end up under the bar (WCAG 2.4.11). */
export const keepClear = (height) => {
  document.documentElement.style.scrollPaddingBlockEnd = height;
};

/** Stack the answers where a label would have to break inside a word: all of them, or none would be equal. */
export const fit = () => {
  for (const { classList, children } of stage.querySelectorAll(".buttons")) {
    classList.remove("stacked");
    if ([...children].some((button) => button.scrollWidth > button.clientWidth)) classList.add("stacked");
  }
};
addEventListener("resize", fit);
