/** Stands in for a tag that needs consent. */
document.dispatchEvent(new CustomEvent("demo:ran", { detail: document.currentScript.dataset.category }));
