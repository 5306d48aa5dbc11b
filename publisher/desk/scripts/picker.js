// @ts-check
/** The library in a dialog over the editor: the same page as without script, of which only the pictures are taken. */

/**
 * Let a picture be picked.
 * @param {string} act as the button says it: choose:<key>
 * @param {(act: string, words: string) => Promise<Document | null>} ask has the server show the library
 * @param {(act: string, over: boolean) => void} done is called with what the picture's button says
 */
export async function openLibrary(act, ask, done) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "picker-head");
  if (!(await show(act, ""))) return false;
  document.body.append(dialog);
  dialog.showModal();
  words().focus();

  function words() {
    return /** @type {HTMLInputElement} */ (dialog.querySelector("[name=words]"));
  }

  /**
   * @param {string} asked
   * @param {string} typed
   */
  async function show(asked, typed) {
    const made = (await ask(asked, typed))?.getElementById("picker");
    if (made) dialog.replaceChildren(document.adoptNode(made));
    return Boolean(made);
  }

  dialog.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (event.target === dialog) dialog.close();
    if (!button) return;
    if (button.value.startsWith("choose:")) {
      await show(button.value, words().value);
      words().focus();
      return;
    }
    const over = /** @type {HTMLInputElement} */ (dialog.querySelector("[name=over]")).checked;
    dialog.close();
    if (button.value.startsWith("pick:")) done(button.value, over);
  });
  dialog.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.target !== words()) return;
    event.preventDefault();
    await show(act, words().value);
    words().focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  return true;
}
