// @ts-check
/**
 * Makes a page in translation change by itself: follows the variant's events, asks from time to time where they are
 * refused, and puts the finished page's content in place without moving focus or scroll.
 */

const POLL_MS = 5000;
const AGAIN_MS = 2000;

/**
 * Fill the numbers of a progress event into the page's own wording.
 * @param {string} template e.g. "{done} of {total} passages"
 * @param {{done: number, total: number}} progress
 */
export function progressText(template, { done, total }) {
  return total > 0 ? template.replace("{done}", String(done)).replace("{total}", String(total)) : "";
}

/**
 * Put the content of a freshly fetched page in place of this one's.
 * @param {Document} fresh
 */
function swap(fresh) {
  const [before, after] = [document.querySelector("main"), fresh.querySelector("main")];
  if (!before || !after) return;
  const { scrollX, scrollY } = window;
  const focused = before.contains(document.activeElement);
  document.title = fresh.title;
  document.documentElement.lang = fresh.documentElement.lang;
  document.documentElement.dir = fresh.documentElement.dir;
  for (const robots of document.querySelectorAll('meta[name="robots"]')) robots.remove();
  before.replaceWith(after);
  if (focused) {
    after.tabIndex = -1;
    after.focus({ preventScroll: true });
  }
  window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
}

/**
 * Say something to those who listen to the page; the region lies outside of what is swapped.
 * @param {string} text
 */
function announce(text) {
  const region = document.createElement("p");
  region.setAttribute("role", "status");
  region.className = "spoken";
  document.body.append(region);
  // a region must be there before its text, or it is not read out
  setTimeout(() => { region.textContent = text; }, 100);
}

/** @param {HTMLElement} main */
export function follow(main) {
  const { events = "", variants = "", language = "", ready = "", ended = "" } = main.dataset;
  const status = /** @type {HTMLElement | null} */ (main.querySelector("[data-progress]"));
  let over = false;

  /** @param {{done: number, total: number}} data */
  const progress = (data) => {
    if (status) status.textContent = progressText(status.dataset.progress ?? "", data);
  };

  /** @param {boolean} translated */
  const finish = async (translated) => {
    if (over) return;
    over = true;
    source.close();
    const answer = await fetch(location.pathname, { cache: "no-cache" }).catch(() => null);
    // a page that is gone is news as well
    if (!answer?.ok && ![404, 410].includes(answer?.status ?? 0)) {
      over = false;
      setTimeout(() => finish(translated), POLL_MS);
      return;
    }
    swap(new DOMParser().parseFromString(await /** @type {Response} */ (answer).text(), "text/html"));
    const now = document.querySelector("main");
    if (now?.dataset.events) {
      // a cache on the way still had the old page
      setTimeout(() => follow(now), AGAIN_MS);
    } else {
      announce(translated ? ready : ended);
    }
  };

  const poll = async () => {
    if (over) return;
    const answer = await fetch(variants, { cache: "no-store" }).catch(() => null);
    const listed = answer?.ok ? (await answer.json()).variants : [];
    const own = listed.find((/** @type {{language: string}} */ each) => each.language === language);
    if (own && !["queued", "translating"].includes(own.state)) return finish(own.state === "machine");
    if (own) progress(own);
    setTimeout(poll, POLL_MS);
  };

  const source = new EventSource(events);
  source.addEventListener("progress", (event) => progress(JSON.parse(event.data)));
  source.addEventListener("ready", () => finish(true));
  source.addEventListener("ended", () => finish(false));
  source.addEventListener("error", () => {
    // closed for good, as after a 503: the browser will not try again
    if (source.readyState === EventSource.CLOSED) poll();
  });
}

const main = typeof document === "undefined" ? null : document.querySelector("main");
if (main?.dataset.events) follow(main);
