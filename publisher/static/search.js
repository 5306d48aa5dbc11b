// @ts-check
/**
 * Completes what a reader types into the search field by words of the headlines; without it the field is whole.
 */

const WAIT_MS = 150;

/**
 * Offer completions for a field in the list that belongs to it.
 * @param {HTMLInputElement} field its data-suggestions is the address to ask, less what was typed
 */
export function complete(field) {
  const { list } = field;
  const address = field.dataset.suggestions;
  if (!list || !address) return;
  let timer = 0;
  let asked = new AbortController();

  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const answer = await fetch(address + encodeURIComponent(field.value), { signal: asked.signal }).catch(() => null);
    const told = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!told || told[0] !== field.value) return;
    list.replaceChildren(...told[1].map((/** @type {string} */ text) => new Option(text, text)));
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}

if (typeof document !== "undefined") {
  for (const field of document.querySelectorAll("input[data-suggestions]")) {
    complete(/** @type {HTMLInputElement} */ (field));
  }
}
