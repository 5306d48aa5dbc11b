/** The console's keys: `?` lists them; single letters can be switched off, and are while somebody types. */

const dialog = document.querySelector("#keys");
const box = document.querySelector("#find");
const kept = "console-keys";
const PAUSE_MS = 1200;
let begun = 0;

const isOff = () => localStorage.getItem(kept) === "off";
const rows = () => [...document.querySelectorAll("main table.records tbody th a")];

const step = (by) => {
  const all = rows();
  const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(document.activeElement) + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};

const ACTIONS = {
  "?": () => dialog.showModal(),
  "/": () => box.select(),
  f: () => document.querySelector("main form[role=search] :is(select, input:not([type=hidden]))")?.focus(),
  j: () => step(1),
  k: () => step(document.activeElement === document.body ? 0 : -1),
  "[": () => document.querySelector("main .pages [rel=prev]")?.click(),
  "]": () => document.querySelector("main .pages [rel=next]")?.click(),
  u: () => document.querySelector("main .back a")?.click(),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open || isOff()) return;
  if (target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]")) return;
  const follows = performance.now() - begun < PAUSE_MS;
  begun = !follows && key === "g" ? performance.now() : 0;
  const page = follows && document.querySelector(`nav [data-key="${CSS.escape(key)}"]`);
  const action = page ? () => page.click() : ACTIONS[key];
  if (!action) return;
  event.preventDefault();
  action();
});

const off = dialog.querySelector("[name=off]");
off.checked = isOff();
off.addEventListener("change", () => localStorage.setItem(kept, off.checked ? "off" : "on"));
dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
const opener = document.querySelector("[data-opens=keys]");
opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
