// @ts-check
/**
 * Improves the editor: its buttons work without leaving the page, blocks move by drag and by keyboard, pictures come in as
 * soon as they are chosen, the preview follows the typing, and nobody leaves unsaved work by mistake.
 */

import { autosize } from "./autosize.js";
import { mark as markText } from "./marks.js";
import { openLibrary } from "./picker.js";
import { fit } from "./preview.js";

const PREVIEW_MS = 600;

const form = /** @type {HTMLFormElement} */ (document.getElementById("article"));
const frame = /** @type {HTMLIFrameElement} */ (document.querySelector("iframe[name=preview]"));
const waiting = /** @type {HTMLElement} */ (document.getElementById("waiting"));
let changed = "changed" in form.dataset;
let timer = 0;
let asked = 0;

/** Count the words of the blocks, as the server does. */
function count() {
  const areas = /** @type {NodeListOf<HTMLTextAreaElement>} */ (form.querySelectorAll("[data-block] textarea:not([id$='.alt'])"));
  const words = [...areas].reduce((sum, each) => sum + (each.value.match(/\S+/g)?.length ?? 0), 0);
  const told = document.getElementById("word-count");
  if (told) told.textContent = words === 1 ? "1 word" : `${words} words`;
}

/** Say that there is something to save, and let the preview follow. */
function touched() {
  changed = true;
  count();
  clearTimeout(timer);
  timer = setTimeout(preview, PREVIEW_MS);
}

/**
 * The form's texts, with what a button sends; its files only where they are wanted.
 * @param {string} act
 * @param {boolean} files
 */
function data(act, files) {
  const sent = new FormData(form);
  if (!files) for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  sent.set("do", act);
  return sent;
}

/** Put the page that the form would make in place of the one in the frame, which keeps its styles and its place. */
async function preview() {
  const turn = ++asked;
  const answer = await fetch(form.dataset.rendering ?? "", { method: "POST", body: data("preview", false) }).catch(() => null);
  if (turn !== asked || !answer) return;
  if (answer.redirected) {
    waiting.textContent = "You are not signed in any more. Save: what you wrote is kept until you are.";
    return;
  }
  // the frame has the styles; here the browser would complain of them
  const html = (await answer.text()).replace(/<style>.*?<\/style>/s, "");
  const made = new DOMParser().parseFromString(html, "text/html");
  const [now, next] = [frame.contentDocument?.querySelector("main"), made.querySelector("main")];
  const faults = [...made.querySelectorAll("#faults li")].map((each) => each.textContent);
  waiting.textContent = faults.length ? `The preview waits. ${faults[0]}` : "";
  if (answer.ok && !faults.length && now && next && frame.contentDocument) {
    if (now.id !== next.id) return first();
    now.replaceWith(frame.contentDocument.adoptNode(next));
    frame.contentDocument.title = made.title;
  }
}

/** Fill the frame for the first time, by the button that does it without script. */
function first() {
  const files = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=file]")]);
  for (const each of files) each.disabled = true;
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[value=preview]"));
  form.requestSubmit(button);
  for (const each of files) each.disabled = false;
}

/**
 * Let the server do what a button asks, and show the blocks as they are then.
 * @param {string} act
 * @param {boolean} over
 */
async function rearrange(act, over = false) {
  const sent = data(act, true);
  if (over) sent.set("over", "on");
  const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
  const made = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const blocks = made?.getElementById("blocks");
  if (!made || !blocks) {
    form.requestSubmit(temporary(act));
    return;
  }
  document.getElementById("blocks")?.replaceWith(document.adoptNode(blocks));
  document.getElementById("trouble")?.remove();
  const trouble = made.getElementById("trouble");
  if (trouble) form.before(document.adoptNode(trouble));
  prepare();
  touched();
  const sight = document.getElementById("in-sight");
  sight?.scrollIntoView({ block: "nearest" });
  const again = /** @type {HTMLElement | null} */ (form.querySelector(`button[value="${CSS.escape(act)}"]:not(:disabled)`));
  const target = act.startsWith("add") || act.startsWith("below") || act.startsWith("picture") || act.startsWith("caption") || act.startsWith("pick") || !again ? sight?.querySelector("textarea, input:not([type=hidden]), button") : again;
  /** @type {HTMLElement | null | undefined} */ (target)?.focus();
}

/**
 * Let a picture be picked without leaving the page.
 * @param {string} act
 */
async function choose(act) {
  const key = act.split(":")[1];
  const paragraph = document.getElementById(`${key}.text`);
  const opened = await openLibrary(
    act,
    async (asked, words) => {
      const sent = data(asked, false);
      sent.set("words", words);
      const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
      return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    },
    async (picked, over) => {
      if (paragraph) await rearrange(`caption:${key}`);
      rearrange(picked, over);
    },
  );
  if (!opened) form.requestSubmit(temporary(act));
}

/**
 * A button for what could not be done in place: the page is loaded anew then.
 * @param {string} act
 */
function temporary(act) {
  const button = document.createElement("button");
  Object.assign(button, { name: "do", value: act, hidden: true, formNoValidate: true });
  form.append(button);
  changed = false;
  return button;
}

/** Improve the blocks that are there: grips, focal points. */
function prepare() {
  for (const block of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-block]"))) {
    const grip = /** @type {HTMLElement} */ (block.querySelector(".grip"));
    grip.hidden = false;
    grip.ariaHidden = "true";
    grip.draggable = true;
  }
  for (const image of /** @type {NodeListOf<HTMLImageElement>} */ (form.querySelectorAll("img[data-focus]"))) mark(image);
}

/** @param {HTMLImageElement} image */
function mark(image) {
  const point = /** @type {HTMLElement} */ (image.nextElementSibling);
  const [x, y] = ["x", "y"].map((axis) => field(image, axis)?.value ?? "");
  point.hidden = !x && !y;
  point.style.insetInlineStart = `${Number(x || 0.5) * 100}%`;
  point.style.insetBlockStart = `${Number(y || 0.5) * 100}%`;
}

/**
 * @param {HTMLImageElement} image
 * @param {string} axis
 */
function field(image, axis) {
  return /** @type {HTMLInputElement | null} */ (document.getElementById(`${image.dataset.focus}.focus_${axis}`));
}

form.addEventListener("input", (event) => {
  touched();
  const input = /** @type {HTMLInputElement} */ (event.target);
  const found = /^(.*)\.focus_[xy]$/.exec(input.id);
  const image = found && form.querySelector(`img[data-focus="${CSS.escape(found[1])}"]`);
  if (image instanceof HTMLImageElement) mark(image);
});

form.addEventListener("change", (event) => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.type === "file" && input.files?.length) rearrange("receive");
  if (input instanceof HTMLSelectElement && input.id === "kind") showNotice();
});

form.addEventListener("click", (event) => {
  const image = event.target;
  if (!(image instanceof HTMLImageElement) || !image.dataset.focus) return;
  const box = image.getBoundingClientRect();
  const parts = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  for (const [axis, part] of Object.entries(parts)) {
    const input = field(image, axis);
    if (input) input.value = String(Math.round(part * 100) / 100);
  }
  mark(image);
  touched();
});

form.addEventListener("submit", (event) => {
  const button = /** @type {SubmitEvent} */ (event).submitter;
  const act = button instanceof HTMLButtonElement ? button.value : "save";
  if (act === "save") changed = false;
  else if (act !== "preview" && !button?.hidden) {
    event.preventDefault();
    if (act.startsWith("choose:")) choose(act);
    else rearrange(act);
  }
});

document.addEventListener("keydown", (event) => {
  const saves = (event.ctrlKey || event.metaKey) && !event.altKey && ["s", "Enter"].includes(event.key);
  if (!saves || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector(".saving button[value=save]")));
});

form.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (event.target instanceof Element && event.target.closest("[data-block]")) markText(event);
    return;
  }
  if (nudge(event)) return;
  const block = event.target instanceof Element && event.target.closest("[data-block]");
  if (!block || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const [id, start] = [/** @type {HTMLElement} */ (event.target).id, /** @type {HTMLTextAreaElement} */ (event.target).selectionStart];
  move(block, event.key === "ArrowUp" ? -1 : 1);
  const again = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(id));
  again?.focus();
  if (start != null) again?.setSelectionRange(start, start);
});

/**
 * Move a focal point by arrow keys in its fields.
 * @param {KeyboardEvent} event
 */
function nudge(event) {
  const input = event.target;
  const by = { ArrowUp: 0.01, ArrowDown: -0.01 }[event.key];
  if (!by || event.altKey || !(input instanceof HTMLInputElement) || !/\.focus_[xy]$/.test(input.id)) return false;
  event.preventDefault();
  const moved = Math.min(1, Math.max(0, Number(input.value || 0.5) + by));
  input.value = String(Math.round(moved * 100) / 100);
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return true;
}

/**
 * Move a block by one place; the order of the form's fields is the order of the article.
 * @param {Element} block
 * @param {number} by
 */
function move(block, by) {
  const other = by < 0 ? block.previousElementSibling : block.nextElementSibling;
  if (!other?.matches("[data-block]")) return;
  if (by < 0) other.before(block);
  else other.after(block);
  settleButtons();
  touched();
}

/** What is first cannot go up, what is last cannot go down. */
function settleButtons() {
  const blocks = [...form.querySelectorAll("#blocks > [data-block]")];
  for (const [at, each] of blocks.entries()) {
    const bar = each.querySelector(":scope > .bar");
    /** @type {HTMLButtonElement} */ (bar?.querySelector("[value^=up]")).disabled = at === 0;
    /** @type {HTMLButtonElement} */ (bar?.querySelector("[value^=down]")).disabled = at === blocks.length - 1;
  }
}

/** @type {Element | null} */
let dragged = null;
form.addEventListener("dragstart", (event) => {
  if (event.target instanceof Element && event.target.matches(".grip")) dragged = event.target.closest("[data-block]");
  if (dragged) event.dataTransfer?.setDragImage(dragged, 10, 10);
});
form.addEventListener("dragover", (event) => {
  const over = event.target instanceof Element && event.target.closest("[data-block]");
  if (!dragged || !over) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (over !== dragged) over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
form.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged = null;
  settleButtons();
  touched();
});

addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

/** The words for readers are asked for where they are owed. */
function showNotice() {
  const [kind, notice] = [document.getElementById("kind"), document.querySelector("[data-notice]")];
  if (kind instanceof HTMLSelectElement && notice instanceof HTMLElement) {
    notice.hidden = !["correction", "retraction"].includes(kind.value);
  }
}

prepare();
autosize(form);
showNotice();
document.getElementById("trouble")?.focus();
document.getElementById("in-sight")?.scrollIntoView({ block: "nearest" });
frame.addEventListener("load", () => {
  fit(/** @type {HTMLElement} */ (frame.parentElement));
  // what was typed while the frame was filled is not in it yet
  if (changed) preview();
});
first();
