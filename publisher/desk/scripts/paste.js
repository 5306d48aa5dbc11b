// @ts-check
/** Pasting with its formatting: what is pasted or dropped brings its HTML along, which is read as long as nobody edits the text. */

const form = /** @type {HTMLFormElement} */ (document.getElementById("paste"));
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
const formatted = /** @type {HTMLTextAreaElement} */ (document.getElementById("formatted"));
const readAs = /** @type {HTMLSelectElement} */ (document.getElementById("read_as"));
const file = /** @type {HTMLInputElement} */ (document.getElementById("file"));

/**
 * Take a text with its formatting in place of what is there.
 * @param {DataTransfer} data
 */
function take(data) {
  formatted.value = data.getData("text/html");
  text.value = data.getData("text/plain");
  file.value = "";
  readAs.value = "auto";
  see();
}

function see() {
  form.requestSubmit(/** @type {HTMLButtonElement} */ (form.querySelector("button[value=read]")));
}

text.addEventListener("paste", (event) => {
  const data = event.clipboardData;
  if (!data || (text.value.trim() && text.selectionEnd - text.selectionStart < text.value.length)) return;
  event.preventDefault();
  take(data);
});

text.addEventListener("input", () => {
  if (!formatted.value) return;
  // what was mended by hand is the text alone
  formatted.value = "";
  readAs.value = "text/plain";
});

form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  const data = event.dataTransfer;
  if (!data || (event.target instanceof HTMLInputElement && event.target.type === "file")) return;
  event.preventDefault();
  if (data.files.length) {
    file.files = data.files;
    see();
  } else if (data.getData("text/plain")) take(data);
});

file.addEventListener("change", () => file.files?.length && see());

for (const each of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(".understood input[type=file]"))) {
  each.addEventListener("change", () => each.files?.length && see());
}

document.getElementById("outcome")?.focus();
document.getElementById("trouble")?.focus();
