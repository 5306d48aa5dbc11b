// @ts-check
/** Text areas as high as their text, for browsers whose style sheets cannot say so (`field-sizing`). */

/** @param {HTMLElement | null} root */
export function autosize(root) {
  if (!root || CSS.supports("field-sizing", "content")) return;
  const fit = (/** @type {HTMLTextAreaElement} */ area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  root.querySelectorAll("textarea").forEach(fit);
  root.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) fit(event.target);
  });
}
