/**
 * Another tool's names for purposes, services and categories, in terms of ours. The script tag's data-map decides
 * ("ads:marketing matomo:analytics"), then the purposes of the services in the page's own klaroConfig, then what the
 * names usually mean; any other name stands for itself. Where the notice has no such purpose, those of that kind are
 * meant; where there is none either, what has the name waits for ever.
 */

/** Loaded by the banner, or as a script tag of its own in the place of the other tool's. */
export const loader = document.currentScript;
export const tag = loader || document.querySelector("script[data-compat]");
export const tools = tag.dataset.compat.split(/[\s,]+/);

const USUAL = {
  necessary: "essential required strictly-necessary security",
  functional: "functionality preferences personalization styling livechat",
  analytics: "statistics performance measurement",
  marketing: "ads ad advertising advertisement advertisements targeting",
  media: "social social-media external-media embeds",
};

const named = new Map();
for (const [purpose, names] of Object.entries(USUAL)) {
  for (const name of names.split(" ")) named.set(name, purpose);
}
for (const pair of tag.dataset.map?.trim().split(/[\s,]+/) || []) {
  const at = pair.lastIndexOf(":");
  named.set(pair.slice(0, at), pair.slice(at + 1));
}

const kinds = {};
const offered = KINDS.split(" ").map((pair) => pair.split(":"));
for (const [purpose, kind] of offered) (kinds[kind] ||= []).push(purpose);
const meant = (id) => (offered.some(([purpose]) => purpose === id) ? id : kinds[id] || id);

export const configured = () => (window.klaroConfig?.services || window.klaroConfig?.apps || []);

/** Our purposes behind one name: all of them have to be given. */
export const purposesOf = (name) => {
  if (named.has(name)) return [named.get(name)].flatMap(meant);
  const { purposes } = configured().find((service) => service.name === name) || {};
  return (purposes?.length ? purposes : [name]).map((word) => named.get(word) || named.get(word.toLowerCase()) || word)
    .flatMap(meant);
};

export const isMapped = (name) => named.has(name);
