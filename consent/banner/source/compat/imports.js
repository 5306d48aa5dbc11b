/**
 * What the reader told the other tool, read from its cookie once, while there is no choice of ours. data-import on the
 * tag: "ask" records it and asks all the same, "stands" lets it count until its time is over.
 */
import { configured, tag, tools } from "./names.js";
import { ours, purposesGiven, standing } from "./standing.js";

const kept = (name) => {
  const found = document.cookie.split("; ").find((each) => each.startsWith(name + "="));
  return found && decodeURIComponent(found.slice(name.length + 1));
};

/** Each returns what was given by their names, and when in unix ms; undefined: nothing was said outright. */
const READERS = {
  orestbida: () => {
    const { categories, lastConsentTimestamp, consentTimestamp, expirationTime } = JSON.parse(kept("cc_cookie"));
    if (expirationTime < Date.now()) return;
    return [Object.fromEntries(categories.map((name) => [name, true])), Date.parse(lastConsentTimestamp || consentTimestamp)];
  },
  klaro: () => {
    const name = window.klaroConfig?.storageName || window.klaroConfig?.cookieName || "klaro";
    const given = JSON.parse(kept(name) || localStorage.getItem(name));
    if (!given) return;
    for (const service of configured()) given[service.name] ??= false;
    return [given, Date.now()];  // Klaro keeps no time
  },
  cookiebot: () => {
    const text = kept("CookieConsent") || "";
    if (!text.includes("method:'explicit'")) return;  // implied, or outside its regions: no consent
    const given = [...text.matchAll(/(preferences|statistics|marketing):(true|false)/g)];
    return [Object.fromEntries(given.map(([, name, value]) => [name, value === "true"])), +text.match(/utc:(\d+)/)?.[1]];
  },
};

const said = (tool) => {
  try {
    return READERS[tool]?.();
  } catch { /* there is none, or it cannot be read: nothing was said */ }
};

export const adopt = (api) => {
  const mark = ours + "_import";
  if (!("import" in tag.dataset) || standing() || localStorage.getItem(mark)) return;
  const [given, at] = tools.map(said).find((found) => found?.[1]) || [];
  if (!given) return;
  localStorage.setItem(mark, new Date().toISOString());
  api.adopt(purposesGiven(given), new Date(Math.min(at, Date.now())).toISOString(), tag.dataset.import === "stands");
};
