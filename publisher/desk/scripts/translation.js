// @ts-check
/** A translation by keyboard: Ctrl+Enter saves, Alt with an arrow goes from text to text; nobody leaves unsaved work unasked. */

import { autosize } from "./autosize.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("translation"));
const texts = /** @type {HTMLTextAreaElement[]} */ ([...(form?.querySelectorAll("textarea[name]") ?? [])]);
let changed = texts.some((each) => each.value !== each.defaultValue) || document.querySelector("#trouble, .quiet.text") !== null;

form?.addEventListener("input", () => { changed = true; });
form?.addEventListener("submit", () => { changed = false; });
form?.addEventListener("keydown", (event) => {
  const at = texts.indexOf(/** @type {HTMLTextAreaElement} */ (event.target));
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(/** @type {HTMLButtonElement | null} */ (form.querySelector("button[value=save]")));
  } else if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key) && at >= 0) {
    event.preventDefault();
    texts[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }
});
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
autosize(form);
document.getElementById("trouble")?.focus();
