/**
 * Let in what waits for consent: <script type="text/plain" data-category="analytics" [data-src]>, and any other
 * element with data-category and data-src, data-srcset or data-href. Several categories must all be given; a decision on
 * the vendor that data-service names goes before them.
 */
import { link } from "./elements.js";

const WAITING = "[data-category]:is(script[type='text/plain'],:not(script):is([data-src],[data-srcset],[data-href]))";

const admits = ({ dataset: { category, service } }, has) => category.split(/[\s,]+/).every((purpose) => has(purpose, service));

/** The frames that still lack a consent. */
export const waitingFrames = (has) =>
  [...document.querySelectorAll("iframe[data-category][data-src]")].filter((frame) => !admits(frame, has));

let turn = Promise.resolve();

/**
 * Put a live copy before a blocked script, which stays: who rendered it may want to take it out again. Resolves when the
 * next in line may run.
 */
const run = (blocked, nonce) => new Promise((done) => {
  blocked.type = "text/done";
  if (nonce && blocked.nonce !== nonce) return done(console.error("no nonce", blocked));
  const script = document.createElement("script");
  for (const { name, value } of blocked.attributes) {
    if (!/^(type|data-type|data-src|nonce)$/.test(name)) script.setAttribute(name, value);
  }
  const { type, src } = blocked.dataset;
  if (type) script.type = type;
  script.nonce = blocked.nonce;
  script.async = blocked.hasAttribute("async");
  script.text = blocked.text;
  if (src) {
    script.onload = script.onerror = done;
    script.src = src;
  }
  blocked.before(script);
  if (!src || script.async) done();
});

const later = (script) => script.defer || script.dataset.type === "module";

/**
 * Activate all that `has` allows: scripts in document order, deferred ones and modules last, as a parser would. Where the
 * page's policy goes by nonces, a script without the page's own is not let through; nor is code in an address, ever:
 * what cleans foreign markup lets inert elements pass.
 */
export const activate = (has, nonce) => {
  const allowed = [...document.querySelectorAll(WAITING)].filter((node) => admits(node, has));
  const scripts = allowed.filter((node) => node.matches("script"));
  for (const script of [...scripts.filter((node) => !later(node)), ...scripts.filter(later)]) {
    script.type = "text/queued";
    turn = turn.then(() => run(script, nonce));
  }
  for (const node of allowed) {
    for (const name of node.matches("script") ? [] : ["src", "srcset", "href"]) {
      const value = node.dataset[name];
      if (value && link(value).protocol !== "javascript:") node[name] = value;
      delete node.dataset[name];
    }
  }
};
