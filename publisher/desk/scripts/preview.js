// @ts-check
/** Fits a page that is shown at a desk's width into the place that there is. */

const DESKTOP_PX = 1280;

/** @param {HTMLElement} box */
export function fit(box) {
  const frame = box.querySelector("iframe");
  if (!frame) return;
  const wide = /** @type {HTMLInputElement | null} */ (document.getElementById("desktop"))?.checked;
  box.style.setProperty("--scale", wide ? String(Math.min(1, box.clientWidth / DESKTOP_PX)) : "1");
}

const box = /** @type {HTMLElement | null} */ (document.querySelector(".preview"));
if (box) {
  new ResizeObserver(() => fit(box)).observe(box);
  document.querySelector(".widths")?.addEventListener("change", () => fit(box));
}
