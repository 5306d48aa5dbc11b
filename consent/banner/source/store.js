/**
 * What the banner remembers in localStorage: choices not yet acknowledged, in the order they were made, and the
 * words of the way back in each language seen. Written only once the reader has chosen.
 *
 * @typedef {{queue: {event: object, choice: object, renewed?: boolean}[], labels: Record<string, string>, choice?: object, fits?: string}} Content
 *   fits: the notice that asks a reader of an earlier one nothing new
 */
export const openStore = (name) => {
  let text = null;
  const read = () => {
    try {
      text = localStorage.getItem(name) ?? text;
    } catch { /* blocked: the page's own memory has to do */ }
    try {
      const content = JSON.parse(text);
      if (content.queue.at && content.labels) return content;
    } catch { /* not ours: start anew */ }
    return { queue: [], labels: {} };
  };
  const change = (edit) => {
    const content = read();
    edit(content);
    text = JSON.stringify(content);
    try {
      localStorage.setItem(name, text);
    } catch { /* as above */ }
  };
  return { read, change };
};
