/**
 * Where a frame waits for consent: what it is, what allowing it means, and a button that allows its purpose.
 * Fetched by the banner only on pages that have such frames.
 */
import { h } from "./elements.js";

const placed = new WeakSet();

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

const size = (value) => (/^\d+$/.test(value) ? value + "px" : value);

/** In the frame's own measures, so that nothing moves when it arrives. A frame of one vendor asks for that vendor alone. */
const standIn = (frame, notice, purpose, give) => {
  const { texts, vendors, language, dir } = notice;
  const { title, body } = texts.purposes[purpose];
  const service = vendors.find(({ id }) => id === frame.dataset.service);
  const parties = service ? [service] : vendors.filter((vendor) => vendor.purposes.includes(purpose));
  const host = h("div", {});
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(h("div", { class: "stage", lang: language, dir, role: "group", "aria-label": frame.title || title },
    h("p", {}, h("strong", {}, frame.title || title)),
    h("p", {}, body, parties[0] && h("br", {}), parties.map(({ name }) => name).join(", ")),
    h("button", { type: "button", onclick: () => give(purpose, service?.id) },
      texts.allow.replace("{purpose}", service?.name || title))));
  host.style.setProperty("--width", size(frame.getAttribute("width") || "300"));
  host.style.setProperty("--height", size(frame.getAttribute("height") || "150"));
  return host;
};

/** Put a stand-in before each frame; it goes when the frame's `data-src` does, or the frame itself. */
export const place = (frames, notice, give) => {
  for (const frame of frames) {
    const purpose = frame.dataset.category.split(/[\s,]+/).find((id) => notice.texts.purposes[id]);
    if (placed.has(frame) || !purpose) continue;
    const host = standIn(frame, notice, purpose, give);
    placed.add(frame);
    frame.before(host);
    frame.style.display = "none";
    const observer = new MutationObserver(() => {
      if (frame.dataset.src && frame.isConnected) return;
      observer.disconnect();
      placed.delete(frame);
      frame.style.display = "";
      host.remove();
    });
    observer.observe(frame, { attributeFilter: ["data-src"] });
    observer.observe(document, { childList: true, subtree: true });
  }
};
