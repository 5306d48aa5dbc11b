/** What the reader is asked, what they have decided, and what that allows. */
import { fetchNotice, name, wanted } from "./service.js";
import { readChoice } from "./state.js";
import { openStore } from "./store.js";

export const store = openStore(name);

/** As last fetched; undefined on a page whose reader has answered before. */
export let notice;
/** The standing choice, or undefined; what is asked again is no part of it. */
export let choice;
/** What the reader has to be asked: "all", or the purposes that the notice has gained since they chose. */
export let open = "all";
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
    loading.catch(() => { loading = null; });
  }
  return loading;
};

/** Whether the browser says that its reader refuses sale and sharing. */
export const signalled = () => notice?.gpc || navigator.globalPrivacyControl;

/** Where rules let a purpose run until its reader objects, it does, once they are told: never against their signal. */
const assumed = (purpose) => notice?.purposes.some(({ id, required }) =>
  id === purpose && (required || (notice.modes[id] === "opt-out" && !signalled())));

/** Whether a purpose is given; for one service, a decision on it goes before that on its purpose. */
export const has = (purpose, service) =>
  !!(choice?.vendors?.[service] ?? choice?.purposes[purpose] ?? assumed(purpose));

/** Find the newest choice, acknowledged or not, and what of it still answers to the current notice. */
export const refresh = () => {
  const { queue, choice: kept, fits } = store.read();
  const valid = [queue.at(-1)?.choice, readChoice(document.cookie, name), kept]
    .filter((found) => found && !(found.until < Date.now()));
  const answer = valid.find((found) => found.notice === current) || valid[0];
  const answers = answer && (answer.notice === current || fits === current);
  open = answers ? [] : answer && notice ? notice.ask : "all";
  if (open === "none") {
    store.change((content) => { content.fits = current; });
    open = [];
  }
  choice = open === "all" ? undefined
    : { ...answer, purposes: Object.fromEntries(Object.entries(answer.purposes).filter(([id]) => !open.includes(id))) };
  return choice;
};

/** Put a decision on its way; it stands from now on, unless `decided` is missing. */
export const keep = (event, decided) => store.change(({ queue, labels }) => {
  const standing = decided && { notice: current, at: Math.floor(Date.now() / 1000), gpc: !!signalled(), ...decided };
  queue.push({ event, choice: standing });
  if (notice) labels[wanted()] = notice.texts.settings;
});

/** Remember what the service has on disk, where its cookie does not say so: a page of another site cannot read that. */
export const acknowledge = (taken, { record, valid_until }) => readChoice(document.cookie, name) ||
  store.change((content) => { content.choice = { ...taken, record, until: Date.parse(valid_until) }; });
