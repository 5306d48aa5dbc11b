/** Cookiebot: its global, its events on window and the callbacks of the same names. */
import { call, decideAs, has, standing } from "./standing.js";

const OPTIONAL = ["preferences", "statistics", "marketing"];

const fire = (name) => {
  dispatchEvent(new Event("CookiebotOn" + name));
  window["CookiebotCallback_On" + name]?.();
};

/** The banner queues scripts and runs them in order; their time is over when none is left. */
const whenExecuted = () => {
  if (document.querySelector("script[type='text/queued']")) setTimeout(whenExecuted, 50);
  else fire("TagsExecuted");
};

const speak = () => {
  const { Cookiebot } = window;
  Cookiebot.changed = false;
  fire("ConsentReady");
  fire(Cookiebot.consented ? "Accept" : "Decline");
  whenExecuted();
};

const consent = {
  necessary: true,
  get method() { return standing() ? "explicit" : null; },
  get stamp() { return standing()?.record || "0"; },
};
for (const name of OPTIONAL) Object.defineProperty(consent, name, { get: () => has(name), enumerable: true });

export const cookiebot = {
  start: () => {
    window.Cookiebot = {
      consent,
      changed: false,
      doNotTrack: false,
      regulations: { gdprApplies: true, ccpaApplies: false, lgpdApplies: false },
      get hasResponse() { return !!standing(); },
      get consented() { return OPTIONAL.some(has); },
      get declined() { return !!standing() && !OPTIONAL.some(has); },
      show: () => { call("show"); },
      renew: () => { call("show"); },
      hide: () => {},
      withdraw: () => { if (standing()) call("withdraw"); },
      submitCustomConsent: (...given) => { decideAs(Object.fromEntries(OPTIONAL.map((name, at) => [name, given[at]]))); },
      runScripts: () => {},
      getScript: (src, async, done) => {
        const script = document.createElement("script");
        Object.assign(script, { async: async !== false, onload: () => done?.(), src });
        document.head.append(script);
      },
    };
  },
  ready: () => {
    fire("Load");
    if (standing()) speak();
  },
  first: speak,
  changed: () => {
    window.Cookiebot.changed = true;
    speak();
  },
  shown: () => {
    fire("DialogInit");
    fire("DialogDisplay");
  },
};
