/** Klaro: its global, and a manager whose watchers hear of changes as they expect to. */
import { configured } from "./names.js";
import { call, decideAs, has, names, standing } from "./standing.js";

const watchers = new Set();
let pending = {};

const listed = () => (configured().length ? configured().map(({ name }) => name) : names());

const notify = (name, data) => watchers.forEach((watcher) => watcher.update(manager, name, data));

const manager = {
  get config() { return window.klaroConfig || {}; },
  get consents() { return Object.fromEntries(listed().map((name) => [name, pending[name] ?? has(name)])); },
  get confirmed() { return !!standing(); },
  changed: false,
  loadConsents: () => manager.consents,
  getConsent: (name) => manager.consents[name] || false,
  getService: (name) => configured().find((service) => service.name === name),
  updateConsent: (name, value) => {
    pending[name] = value;
    notify("consents", manager.consents);
  },
  changeAll: (value) => listed().forEach((name) => manager.updateConsent(name, value)),
  saveConsents: () => {
    const { consents } = manager;
    pending = {};
    return decideAs(consents);
  },
  applyConsents: () => {},
  saveAndApplyConsents: () => manager.saveConsents(),
  resetConsents: () => {
    pending = {};
    if (standing()) call("withdraw");
  },
  watch: (watcher) => watchers.add(watcher),
  unwatch: (watcher) => watchers.delete(watcher),
};

const spread = (type, changed) => {
  const { consents } = manager;
  const changes = Object.fromEntries(Object.entries(consents).filter(([name]) => changed(name)));
  notify("consents", consents);
  notify("saveConsents", { changes, consents, type });
  for (const service of configured()) service.callback?.(has(service.name), service);
  notify("applyConsents", Object.keys(changes).length);
};

export const klaro = {
  start: () => {
    window.klaro = {
      setup: (config) => { window.klaroConfig = config; },
      show: () => { call("preferences"); },
      getManager: () => manager,
      version: () => "imprimatur",
    };
  },
  ready: () => standing() && configured().forEach((service) => service.callback?.(has(service.name), service)),
  first: (changed) => spread("save", changed),
  changed: (changed) => spread("save", changed),
  shown: (layer) => layer === "banner" && notify("showNotice", { config: manager.config }),
};
