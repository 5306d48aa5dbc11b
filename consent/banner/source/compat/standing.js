/** What the reader has decided, in the words of the other tool. Before the banner has arrived, its cookie tells. */
import { readChoice } from "../state.js";
import { purposesOf, tag } from "./names.js";

const [, base, site] = tag.src.match(/^(.*)\/v1\/sites\/([^/?]+)\//);
export const service = `${base}/v1/sites/${site}/`;
export const ours = "consent_" + site;

const early = readChoice(document.cookie, ours);
let api = { choice: () => (early?.notice === NOTICE ? early : undefined) };

export const join = (arrived) => { api = arrived; };
export const standing = () => api.choice();
export const has = (name) => purposesOf(name).every((purpose) => standing()?.purposes[purpose]);

/** The names that the page has used for them; none yet: our own. */
const seen = new Set();
export const note = (names) => names.forEach((name) => seen.add(name));
export const names = () => (seen.size ? [...seen] : Object.keys(standing()?.purposes || {}));

const arrived = new Promise((done) => { (window.imprimatur ||= []).push(done); });
/** Call the banner, now or when it has arrived. */
export const call = (name, ...rest) => (api.show ? api[name](...rest) : arrived.then((banner) => banner[name](...rest)));

/** A purpose is given only where each of their names behind it is: a part never widens into the whole. */
export const purposesGiven = (given) => {
  const purposes = {};
  for (const [name, value] of Object.entries(given)) {
    for (const purpose of purposesOf(name)) purposes[purpose] = !!value && purposes[purpose] !== false;
  }
  return purposes;
};

/** Decide by their names. Like every choice of a page's own control it counts only as a reader's act. */
export const decideAs = (given) => call("save", { ...standing()?.purposes, ...purposesGiven(given) });
