/** What the reader is asked, what they have decided, and what that allows. */
import { fetchNotice, name, wanted } from "./service.js";
import { readChoice } from "./state.js";
import { openStore } from "./store.js";

export const store = openStore(name);

/** As last fetched; undefined on a page whose reader has answered before. */
export let notice;
/** The standing choice, or undefined. */
export let choice;
/** First 16 hex digits of the notice that a choice must answer to. */
export let current = NOTICE;

let loading;
let language;

/** Fetch the notice, once for each language that the page turns to; `fresh`: for a new display token. */
export const load = (fresh) => {
  if (fresh || !loading || language !== wanted()) {
    language = wanted();
    loading = fetchNotice().then((answer) => {
      current = answer.notice.slice(0, 16);
      return notice = answer;
    });
    loading.catch(() => { loading = undefined; });
  }
  return loading;
};

export const has = (purpose) =>
  !!(choice?.purposes[purpose] || notice?.purposes.some(({ id, required }) => required && id === purpose));

/** Find the newest choice that answers to the current notice, acknowledged or not. */
export const refresh = () => {
  const { queue, choice: kept } = store.read();
  choice = [queue.at(-1)?.choice, readChoice(document.cookie, name), kept]
    .find((found) => found?.notice === current && !(found.until < Date.now()));
  return choice;
};

/** Put a decision on its way; it stands from now on, unless `purposes` is missing. */
export const keep = (event, purposes) => store.change(({ queue, labels }) => {
  queue.push({ event, choice: purposes && { notice: current, at: Math.floor(Date.now() / 1000), purposes } });
  if (notice) labels[wanted()] = notice.texts.settings;
});

/**
 * Remember what the service has on disk: its cookie says so too, but where the service is on another site a page
 * cannot read that.
 */
export const acknowledge = (taken, { record, valid_until }) => store.change((content) => {
  content.choice = { ...taken, record, until: Date.parse(valid_until) };
});
