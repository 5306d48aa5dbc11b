/**
 * Deliver the stored choices in order, each under its one event id, until the service has them on disk.
 * A display token that lapsed while the page stood open is exchanged for a fresh one of the same notice.
 */
export const openOutbox = (store, { send, renew, recorded, refused }) => {
  let busy = false;

  const drop = ({ event }) =>
    store.change((content) => {
      content.queue = content.queue.filter((other) => other.event.event_id !== event.event_id);
    });

  /** @returns whether to go on with the next one */
  const deliver = async (entry) => {
    const answer = await send(entry.event);
    if (answer.status === 429 || answer.status >= 500) return false;
    const body = await answer.json().catch(() => ({}));
    if (/-expired$/.test(body.type) && !entry.renewed) {
      const fresh = await renew();
      if (fresh.notice.startsWith(entry.choice.notice)) {
        store.change(({ queue }) => Object.assign(queue[0], { renewed: true }).event.display = fresh.display);
        return true;
      }
    }
    drop(entry);
    if (answer.ok) recorded(body, entry);
    else refused(body, entry);
    return true;
  };

  const flush = async () => {
    if (busy) return;
    busy = true;
    try {
      for (let more = true; more;) {
        const [entry] = store.read().queue;
        more = entry && await deliver(entry);
      }
    } catch { /* offline */ }
    busy = false;
    // Beside the page's own events: "online" does not tell that the service is back.
    if (store.read().queue[0]) setTimeout(flush, 10000);
  };
  return flush;
};
