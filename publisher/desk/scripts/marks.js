// @ts-check
/** Marks by key, as everywhere: Ctrl+B strong, Ctrl+I emphasis, Ctrl+K a link. What the field's undo knows, stays undoable. */

/** @type {Record<string, string>} */
const AROUND = { b: "**", i: "*" };

/**
 * Mark what is selected in a text, or take the mark off.
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was one of ours
 */
export function mark(event) {
  const area = event.target;
  if (!(area instanceof HTMLTextAreaElement) || area.classList.contains("code") || event.altKey || event.shiftKey) return false;
  const key = event.key.toLowerCase();
  const around = AROUND[key];
  if (!around && key !== "k") return false;
  event.preventDefault();
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = value.slice(start, end);
  if (!around) {
    insert(area, `[${text}]()`);
    area.setSelectionRange(start + text.length + 3, start + text.length + 3);
    return true;
  }
  const size = around.length;
  const marked = value.slice(start - size, start) === around && value.slice(end, end + size) === around;
  // one sign of two is no mark of its own
  const stronger = around === "*" && value.slice(start - 2, start) === "**" && value.slice(start - 3, start) !== "***";
  if (marked && !stronger) {
    area.setSelectionRange(start - size, end + size);
    insert(area, text);
    area.setSelectionRange(start - size, end - size);
  } else {
    insert(area, around + text + around);
    area.setSelectionRange(start + size, end + size);
  }
  return true;
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
function insert(area, text) {
  // the only way of writing into a field that its undo knows of; where it is gone, the text counts more
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text);
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
