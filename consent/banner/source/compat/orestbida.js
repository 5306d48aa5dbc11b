/** vanilla-cookieconsent, version 3: its global, its events on window, the callbacks of its configuration, its triggers. */
import { deleteCookies } from "../cookies.js";
import { isMapped } from "./names.js";
import { call, decideAs, has, names, note, ours, service, standing } from "./standing.js";

let config = {};
let told = false;

const categories = () => Object.keys(config.categories || {});
const known = () => (categories().length ? categories() : names());
const accepted = () => known().filter(has);
const services = (wanted) => Object.fromEntries(known().map((category) =>
  [category, Object.keys(config.categories?.[category]?.services || {}).filter((name) => acceptedService(name, category) === wanted)]));

const acceptedService = (name, category) => has(category) && (!isMapped(name) || has(name));

const cookie = () => {
  const choice = standing();
  if (!choice) return {};
  const at = new Date(choice.at * 1000).toISOString();
  return {
    categories: accepted(), services: services(true), revision: config.revision || 0, data: null,
    consentTimestamp: at, lastConsentTimestamp: at, consentId: choice.record, languageCode: document.documentElement.lang,
    ...(choice.until && { expirationTime: choice.until }),
  };
};

const emit = (name, detail) => {
  config["on" + name]?.(detail);
  dispatchEvent(new CustomEvent("cc:on" + name, { detail }));
};

const both = (first) => {
  if (first) emit("FirstConsent", { cookie: cookie() });
  emit("Consent", { cookie: cookie() });
};

const acceptCategory = (wanted, excluded = []) => {
  if (wanted === undefined) return call("preferences");
  const list = wanted === "all" ? known() : [].concat(wanted);
  if (wanted === "all" && !excluded.length) return call("accept");
  if (!list.length) return call("refuse");
  return decideAs(Object.fromEntries(known().concat(list).map((name) => [name, list.includes(name) && !excluded.includes(name)])));
};

/** Our purposes know no services: all of a category's, or none. */
const acceptService = (wanted, category) => {
  const all = Object.keys(config.categories?.[category]?.services || {});
  const whole = wanted === "all" || (all.length ? all.every((name) => [].concat(wanted).includes(name)) : [].concat(wanted).length > 0);
  return decideAs({ [category]: whole });
};

const TRIGGERS = {
  "show-preferencesModal": () => call("preferences"),
  "show-consentModal": () => call("show"),
  "accept-all": () => call("accept"),
  "accept-necessary": () => call("refuse"),
  "accept-custom": () => call("preferences"),
};

const load = (src, attributes = {}) => new Promise((done) => {
  const script = document.createElement("script");
  Object.entries(attributes).forEach(([name, value]) => script.setAttribute(name, value));
  script.onload = () => done(true);
  script.onerror = () => done(false);
  script.src = src;
  document.head.append(script);
});

const MODALS = { banner: "consentModal", preferences: "preferencesModal" };

export const orestbida = {
  start: () => {
    window.CookieConsent = {
      run: async (given) => {
        config = given || {};
        note(categories());
        if (told && standing()) both(false);
      },
      show: () => call("show"),
      hide: () => {},
      showPreferences: () => call("preferences"),
      hidePreferences: () => {},
      acceptCategory,
      acceptService,
      acceptedCategory: has,
      acceptedService,
      validConsent: () => !!standing(),
      validCookie: (name) => document.cookie.split("; ").some((each) => each.startsWith(name + "=")),
      eraseCookies: (wanted) => deleteCookies([].concat(wanted).filter((name) => name.trim), ours),
      loadScript: load,
      getUserPreferences: () => ({
        acceptType: !accepted()[known().length - 1] ? (accepted().some((name) => name !== "necessary") ? "custom" : "necessary") : "all",
        acceptedCategories: accepted(),
        rejectedCategories: known().filter((name) => !has(name)),
        acceptedServices: services(true),
        rejectedServices: services(false),
      }),
      getCookie: (field) => (field ? cookie()[field] : cookie()),
      getConfig: (field) => config[field],
      setCookieData: () => false,
      setLanguage: async (language) => {
        for (const { dataset } of document.querySelectorAll(`script[src^="${service}"]`)) dataset.lang = language;
      },
      reset: () => standing() && call("withdraw"),
    };
    document.addEventListener("click", (event) => {
      const trigger = TRIGGERS[event.target.closest?.("[data-cc]")?.dataset.cc];
      if (!trigger) return;
      event.preventDefault();
      trigger();
    });
  },
  ready: () => {
    told = true;
    if (standing()) both(false);
  },
  first: () => both(true),
  changed: (purposeChanged) => emit("Change", {
    cookie: cookie(),
    changedCategories: known().filter(purposeChanged),
    changedServices: {},
  }),
  shown: (layer, root) => {
    emit("ModalReady", { modalName: MODALS[layer], modal: root });
    emit("ModalShow", { modalName: MODALS[layer] });
  },
  hidden: (layer) => emit("ModalHide", { modalName: MODALS[layer] }),
};
