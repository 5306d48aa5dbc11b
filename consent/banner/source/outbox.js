import { store } from "./consent.js";
import { send } from "./service.js";

/**
 * Deliver the stored choices in order, each under its one event id, until the service has them on disk.
 * A display token that lapsed while the page stood open is exchanged for a fresh one of the same notice.
 */
export const openOutbox = ({ renew, recorded, refused }) => {
  let busy = false;

  const drop = ({ event }) =>
    store.change((content) => {
      content.queue = content.queue.filter((other) => other.event.event_id !== event.event_id);
    });

  /** @returns whether to go on with the next one */
  const deliver = async (entry) => {
    const answer = await send(entry.event);
    // No limit holds back a withdrawal: it does not wait behind what it takes back, which nobody has on record.
    if (answer.status === 429) return store.read().queue.at(-1).event.action === "withdraw" && !drop(entry);
    if (answer.status >= 500) return false;
    const body = await answer.json().catch(() => ({}));
    if (/expired$/.test(body.type) && !entry.renewed) {
      const fresh = await renew();
      if (fresh.notice.startsWith(entry.choice.notice)) {
        store.change(({ queue }) => Object.assign(queue[0], { renewed: true }).event.display = fresh.display);
        return true;
      }
    }
    drop(entry);
    (answer.ok ? recorded : refused)(body, entry);
    return true;
  };

  const flush = async () => {
    if (busy) return;
    busy = true;
    try {
      for (let entry; (entry = store.read().queue[0]) && await deliver(entry););
    } catch { /* offline */ }
    busy = false;
    // Beside the page's own events: "online" does not tell that the service is back.
    if (store.read().queue[0]) setTimeout(flush, 10000);
  };
  return flush;
};
