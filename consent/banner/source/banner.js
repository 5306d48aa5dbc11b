/**
 * The banner: asks when there is no standing choice, applies the reader's answer at once, sends it until it is
 * recorded, and always offers a way back. The public face is window.imprimatur (see banner.d.ts).
 */
import { activate, waitingFrames } from "./blocking.js";
import { acknowledge, choice, has, keep, load, notice, open, refresh, signalled, store } from "./consent.js";
import { h } from "./elements.js";
import { firstLayer, panel } from "./layers.js";
import { openOutbox } from "./outbox.js";
import { compat, name, nonce, part, receiptUrl, reloads, site, wanted } from "./service.js";
import { decide, from, uuid } from "./state.js";
import { fit, host, keepClear, mount, say, stage } from "./surface.js";

const listeners = new Set();
let layer;
let dialog;
let way;
let adopted;  // under way: what the reader told another tool
let cleared = Promise.resolve();  // once the cookies are gone that nothing may have left
let revoked;  // whether what may have run here has just lost its consent

const announce = (type, detail) => document.dispatchEvent(new CustomEvent("consent:" + type, { detail }));

const warn = console.error;

const receipt = () => (choice?.record ? receiptUrl(choice.record) : null);

/** Have the notice, and speak its language. */
const prepare = async (fresh) => {
  const { language, dir } = await load(fresh);
  Object.assign(stage, { lang: language, dir });
  return notice;
};

/** Give way to what is allowed; keep a place for frames that are not. */
const admit = () => {
  activate(has, nonce);
  if (waitingFrames(has)[0]) {
    Promise.all([part(PLACEHOLDER_NAME), load()]).then(([{ place }]) => place(waitingFrames(has), notice, (purpose, service) => {
      const purposes = from(notice.purposes, ({ id }) => has(id));
      choose("preferences", service
        ? { purposes, vendors: { ...choice?.vendors, [service]: true } }
        : { purposes: { ...purposes, [purpose]: true }, vendors: choice?.vendors });
    })).catch(warn);
  }
};

/** Delete what refused purposes have left: their reader may have refused on another host of the site, or without scripts. */
const clear = () => {
  if (LEFT && choice && /;/.test(document.cookie)) {
    cleared = part(COOKIES_NAME).then(({ deleteLeft }) => deleteLeft(LEFT, choice.purposes, name)).catch(warn);
  }
};

/** Act on the standing choice; with an action, on a choice just made, and tell the page. */
const apply = (action) => {
  const before = choice?.purposes;
  refresh();
  admit();
  clear();
  if (!action) return;
  const purposes = { ...choice?.purposes };
  revoked = Object.keys(purposes).some((id) => before?.[id] && !purposes[id]);
  announce("change", { action, purposes });
  listeners.forEach((listener) => listener(purposes, action));
};

const closeLayers = () => {
  dialog?.close();
  if (layer) announce("hide", { layer: "banner" });
  layer?.remove();
  layer = null;
  keepClear("");
};

/** The persistent way back: the site's own element where it has one, else a quiet button. */
const showWay = async () => {
  await mount();
  if (way || document.querySelector("[data-consent-open]")) return;
  const label = store.read().labels[wanted()] || (await prepare()).texts.settings;
  way = h("section", { class: "way", "aria-label": label }, h("button", { onclick: preferences }, label));
  stage.append(way);
};

/**
 * Decide, and send it. For "preferences" and "import" `purposes` says which, and `vendors` what single vendors may
 * against that; `asked` names the purposes that a partial question was about; `taken` is what another tool was told.
 */
const choose = async (action, { purposes: ticked = {}, vendors, asked } = {}, taken) => {
  const { purposes, vendors: known, display } = await prepare().catch((error) => {
    if (action !== "withdraw" || !choice) throw error;
    return { purposes: Object.keys(choice.purposes).map((id) => ({ id })) };  // withdrawing needs no notice
  });
  const decided = { purposes: decide(purposes, action, ticked, asked) };
  const event = {
    action, page: location.pathname, asked, event_id: uuid(), site, at: new Date().toISOString(),
    ...(taken || action === "withdraw" ? taken : { display }),
  };
  if (/^[pi]/.test(action) || asked) {
    event.purposes = from(purposes.filter(({ required }) => !required), ({ id }) => decided.purposes[id]);
    if (vendors) {
      event.vendors = decided.vendors = from(known.filter(({ id }) => id in vendors), ({ id }) => vendors[id]);
    }
  }
  announce("choice", event);
  keep(event, (!taken || taken.stands) && decided);
  flush();
  if (taken && !taken.stands) return;
  closeLayers();
  apply(action);
  showWay();
};

const ask = async (focus) => {
  await mount(true);
  if (layer) return;
  layer = firstLayer(notice, open, (action) => (action === "preferences" ? preferences()
    : choose(action, open === "all" ? {} : { ...choice, asked: open })));
  stage.prepend(layer);
  if (layer.showModal) {
    // a close request has no key
    layer.onkeydown = layer.oncancel = (event) => (event.key || "Escape") === "Escape" && event.preventDefault();
    layer.showModal();
  } else if (focus) layer.focus();
  fit();
  if (notice.layout.position === "bar") keepClear(layer.offsetHeight + "px");
  announce("show", { layer: "banner" });
};

const show = async () => {
  await prepare();
  apply();
  return open[0] ? ask(true) : preferences();
};

const preferences = async () => {
  await prepare();
  apply();
  await (open[0] ? ask() : mount());
  if (dialog) return;
  dialog = panel(notice, choice, receipt(), choose);
  dialog.onclose = () => {
    dialog.remove();
    dialog = null;
    announce("hide", { layer: "preferences" });
  };
  stage.append(dialog);
  dialog.showModal();
  fit();
  announce("show", { layer: "preferences" });
};

const flush = openOutbox({
  renew: () => prepare(true),
  recorded: (answer, entry) => {
    acknowledge(entry.choice, answer);
    apply();
    if (notice && !("stands" in entry.event)) say(notice.texts[entry.event.action === "gpc" ? "gpc" : "saved"]);
    announce("recorded", { record: answer.record, receipt: answer.receipt });
    if (revoked && reloads) cleared.finally(() => location.reload());
  },
  refused: (problem) => {
    warn(problem);
    announce("refused", problem);
    start();
  },
});

const start = async () => {
  apply();
  if (open[0] || (signalled() && !choice.gpc)) {
    await prepare();
    apply();
    await compat;
    await adopted;
    // Where the law takes the signal for a refusal it is one, unless the reader has answered with the signal on.
    if (signalled() && !choice?.gpc && notice.signals.includes("gpc")) return choose("gpc");
  }
  return open[0] ? ask() : showWay();
};

const decisions = (of) => JSON.stringify([of?.purposes, of?.vendors]);

/** Follow a choice made in another tab. */
const follow = () => {
  const before = decisions(choice);
  if (before === decisions(refresh())) return;
  apply("sync");
  closeLayers();
  start();
};

/** When the page comes back: send what waits, see what has changed, ask if that failed before. */
const resume = () => {
  flush();
  follow();
  if (open[0] && !layer) start().catch(warn);
};

/** A choice by the site's own control counts only as a reader's act: a page cannot agree for its reader. */
const acting = (action) => (purposes) =>
  (navigator.userActivation?.isActive === false ? show() : choose(action, { purposes }));

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-consent-open]")) {
    event.preventDefault();
    preferences().catch(warn);
  }
});
document.addEventListener("visibilitychange", () => document.hidden || resume());
addEventListener("online", resume);
addEventListener("storage", ({ key }) => key === name && follow());
new MutationObserver(() => {
  admit();
  if ((layer || way) && !host.isConnected) mount(open[0]);  // the page has exchanged its body
}).observe(document, { childList: true, subtree: true, attributeFilter: ["data-category", "data-src"] });

const waiting = window.imprimatur;
window.imprimatur = {
  show,
  preferences,
  accept: acting("agree"),
  refuse: acting("refuse"),
  save: acting("preferences"),
  withdraw: () => choose("withdraw"),
  adopt: (given, at, stands) => {
    adopted = choice || choose("import", { purposes: given }, { at, stands: !!stands }).catch(warn);
  },
  has,
  choice: () => choice,
  onChange: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  receipt,
  push: (task) => task(window.imprimatur),
};
start().catch(warn).then(() => compat).then(() => announce("ready", window.imprimatur));
flush();
waiting?.forEach?.(window.imprimatur.push);
