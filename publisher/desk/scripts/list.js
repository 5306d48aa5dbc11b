// @ts-check
/** The list by keyboard: j and k go through it, Enter opens, / searches. Links are links: the focus is what moves. */

const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-list] tbody th a")]);
const search = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-search]"));

/** @param {number} by */
function step(by) {
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/" && search) {
    event.preventDefault();
    search.select();
    search.focus();
  }
});
