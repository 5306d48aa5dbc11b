/**
 * The banner: asks when there is no standing choice, applies the reader's answer at once, sends it until it is
 * recorded, and always offers a way back. The public face is window.imprimatur (see banner.d.ts).
 */
import { activate, waitingFrames } from "./blocking.js";
import { deleteCookies } from "./cookies.js";
import { h } from "./elements.js";
import { firstLayer, panel } from "./layers.js";
import { openOutbox } from "./outbox.js";
import { fetchNotice, loadPlaceholders, name, nonce, receiptUrl, reloads, send, site, styleUrl, wanted } from "./service.js";
import { decide, readChoice, uuid } from "./state.js";
import { openStore } from "./store.js";

const store = openStore(name);
const listeners = new Set();
let current = NOTICE;  // first 16 hex digits of the notice a choice must answer to
let notice;
let loading;
let choice;  // the standing one, or undefined
let layer;
let dialog;
let way;

const host = h("div", { id: "imprimatur" });
const root = host.attachShadow({ mode: "open" });
const status = h("p", { role: "status" });
const stage = h("div", { class: "stage" }, status);
if (root.adoptedStyleSheets) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
} else root.append(h("link", { rel: "stylesheet", href: styleUrl }));
root.append(stage);

const load = (fresh) => {
  if (fresh || !loading) {
    loading = fetchNotice().then((answer) => {
      current = answer.notice.slice(0, 16);
      stage.lang = answer.language;
      stage.dir = answer.dir;
      return notice = answer;
    });
    loading.catch(() => { loading = undefined; });
  }
  return loading;
};

const has = (purpose) => !!(choice?.purposes[purpose] || notice?.purposes.some(({ id, required }) => required && id === purpose));

const announce = (type, detail) => document.dispatchEvent(new CustomEvent("consent:" + type, { detail }));

/** The newest choice that answers to the current notice, acknowledged or not. */
const standing = () => {
  const { queue, choice: kept } = store.read();
  return [queue.at(-1)?.choice, readChoice(document.cookie, name), kept]
    .find((found) => found?.notice === current && !(found.until < Date.now()));
};

const say = (text) => {
  status.textContent = text;
  setTimeout(() => { status.textContent = ""; }, 6000);
};

const body = () => document.body || new Promise((done) => {
  document.addEventListener("DOMContentLoaded", () => done(document.body));
});

/** First in the page while it asks, so that it is the first thing reached; last afterwards, out of the way. */
const mount = async () => {
  const parent = await body();
  if (choice ? parent.lastChild !== host : parent.firstChild !== host) parent[choice ? "append" : "prepend"](host);
};

/** What the reader tabs to must not end up under the bar (WCAG 2.4.11). */
const keepClear = (height) => {
  document.documentElement.style.scrollPaddingBlockEnd = height;
};

const closeLayers = () => {
  dialog?.close();
  layer?.remove();
  layer = undefined;
  keepClear("");
};

const showWay = async () => {
  await mount();
  if (way || document.querySelector("[data-consent-open]")) return;
  const label = store.read().labels[wanted()] || (await load()).texts.settings;
  way = h("section", { class: "way", "aria-label": label }, h("button", { type: "button", onclick: preferences }, label));
  stage.append(way);
};

/** Give way to what is allowed; keep a place for frames that are not. */
const admit = () => {
  if (choice) activate(has, nonce);
  if (waitingFrames(has)[0]) {
    Promise.all([loadPlaceholders(), load()]).then(([{ place }, offered]) =>
      place(waitingFrames(has), offered, (purpose) => choose("preferences", { ...choice?.purposes, [purpose]: true }))).catch(warn);
  }
};

/** Whether a purpose that was given, and may have run here, is given no longer. */
let revoked;

const apply = (action) => {
  const before = choice?.purposes;
  choice = standing();
  admit();
  if (action) {
    const purposes = { ...choice?.purposes };
    revoked = Object.keys(purposes).some((id) => before?.[id] && !purposes[id]);
    const left = (notice?.purposes || []).filter(({ id }) => !has(id)).flatMap(({ cookies }) => cookies || []);
    if (left[0]) deleteCookies(left, name);
    announce("change", { action, purposes });
    listeners.forEach((listener) => listener(purposes, action));
  }
};

const choose = async (action, ticked = {}) => {
  const { purposes, display, texts } = await load().catch((error) => {
    if (action !== "withdraw" || !choice) throw error;
    return { purposes: Object.keys(choice.purposes).map((id) => ({ id })) };  // withdrawing needs no notice
  });
  const decided = decide(purposes, action, ticked);
  const event = { site, event_id: uuid(), action, at: new Date().toISOString(), page: location.pathname };
  if (action !== "withdraw") event.display = display;
  if (action === "preferences") {
    event.purposes = Object.fromEntries(purposes.filter(({ required }) => !required).map(({ id }) => [id, decided[id]]));
  }
  store.change(({ queue, labels }) => {
    queue.push({ event, choice: { notice: current, at: Math.floor(Date.now() / 1000), purposes: decided } });
    if (texts) labels[wanted()] = texts.settings;
  });
  closeLayers();
  apply(action);
  showWay();
  flush();
};

const ask = (focus) => {
  if (layer) return;
  layer = firstLayer(notice, (action) => (action === "preferences" ? preferences() : choose(action)));
  stage.prepend(layer);
  if (layer.showModal) {
    layer.onkeydown = layer.oncancel = (event) => {
      if (event.key === "Escape" || event.type === "cancel") event.preventDefault();
    };
    layer.showModal();
  } else if (focus) layer.focus();
  if (notice.layout.position === "bar") keepClear(layer.offsetHeight + "px");
};

const show = async () => {
  await load();
  apply();
  if (choice) return preferences();
  await mount();
  ask(true);
};

const preferences = async () => {
  await load();
  apply();
  await mount();
  if (!choice) ask();
  if (dialog) return;
  dialog = panel(notice, choice, choice?.record && receiptUrl(choice.record), choose);
  dialog.onclose = () => {
    dialog.remove();
    dialog = undefined;
  };
  stage.append(dialog);
  dialog.showModal();
};

const flush = openOutbox(store, {
  send,
  renew: () => load(true),
  recorded: ({ record, receipt, valid_until }, entry) => {
    // Where the cookie cannot be read from this page (another site's service), the acknowledged choice is kept here.
    store.change((content) => {
      content.choice = { ...entry.choice, record, until: Date.parse(valid_until) };
    });
    apply();
    say(notice ? notice.texts.saved : "");
    announce("recorded", { record, receipt });
    if (revoked && reloads) location.reload();
  },
  refused: (problem) => {
    warn(problem);
    announce("refused", problem);
    apply();
    start();
  },
});

const start = async () => {
  apply();
  if (!choice) {
    await load();
    apply();
  }
  if (choice) return showWay();
  await mount();
  ask();
};

/** Follow a choice made in another tab. */
const follow = () => {
  const before = JSON.stringify(choice?.purposes);
  if (before === JSON.stringify(standing()?.purposes)) return;
  apply("sync");
  closeLayers();
  start();
};

/** When the page comes back: send what waits, see what has changed, ask if that failed before. */
const resume = () => {
  flush();
  follow();
  if (!choice && !layer) start().catch(warn);
};

const warn = (error) => console.error("consent:", error.message || error.detail);

/** A choice by the site's own control counts only as a reader's act: a page cannot agree for its reader. */
const acting = (action) => () => {
  if (navigator.userActivation && !navigator.userActivation.isActive) return show();
  return choose(action);
};

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-consent-open]")) {
    event.preventDefault();
    preferences();
  }
});
document.addEventListener("visibilitychange", () => document.hidden || resume());
addEventListener("online", resume);
addEventListener("storage", ({ key }) => key === name && follow());
new MutationObserver(() => {
  admit();
  if ((layer || way) && !host.isConnected) mount();  // the page has exchanged its body
}).observe(document, { childList: true, subtree: true });

const waiting = window.imprimatur;
window.imprimatur = {
  show,
  preferences,
  accept: acting("agree"),
  refuse: acting("refuse"),
  withdraw: () => choose("withdraw"),
  has,
  onChange: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  receipt: () => (choice?.record ? receiptUrl(choice.record) : null),
  push: (task) => task(window.imprimatur),
};
start().catch(warn).then(() => announce("ready", window.imprimatur));
flush();
if (Array.isArray(waiting)) waiting.forEach(window.imprimatur.push);
