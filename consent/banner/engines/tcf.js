/**
 * `__tcfapi` of IAB TCF 2.3: the commands, over what the reader has decided in the banner.
 * IAB Tech Lab, "Consent Management Platform API v2".
 */
import { decode, openModel } from "./model.js";
import { annotate, follow, meet } from "./state.js";

/** What a vendor's own code throws is its own affair: the next one is told all the same. */
const safely = (call) => {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
};

const speak = (consent, settings) => {
  const { cmp_id: cmpId, cmp_version: cmpVersion, tcf, service, site, layers } = settings;
  const { gdpr_applies: gdprApplies, vendor_list: list } = tcf;
  const encode = openModel(settings);
  const kept = "tcf_" + site;
  const listeners = new Map();
  let last = 0;
  let eventStatus = gdprApplies ? undefined : "tcloaded";
  let said;  // {model, text}; undefined: nothing is known yet

  const displayStatus = () => (layers.size ? "visible" : eventStatus === "tcloaded" ? "disabled" : "hidden");
  const head = () => ({ cmpId, cmpVersion, gdprApplies, tcfPolicyVersion: list.tcfPolicyVersion });

  const flags = (vector, ids) => Object.fromEntries(ids.map((id) => [id, !!vector?.has(id)]));
  const restrictions = (model) => {
    const told = {};
    for (const { purposeId, restrictionType } of model.publisherRestrictions.getRestrictions()) {
      for (const { tcf: vendor } of tcf.vendors) {
        const asked = model.publisherRestrictions.getRestrictionType(vendor, purposeId);
        if (asked === restrictionType) (told[purposeId] ||= {})[vendor] = asked;
      }
    }
    return told;
  };

  /** TCData; vendors limits it to these ids. */
  const data = (listenerId, vendors) => {
    const common = { ...head(), eventStatus, cmpStatus: "loaded", listenerId };
    if (!gdprApplies || !said) return common;
    const { model, text } = said;
    const purposes = Object.keys(list.purposes).map(Number);
    const shown = vendors || tcf.vendors.map(({ tcf: number }) => number);
    return {
      ...common,
      tcString: text,
      isServiceSpecific: model.isServiceSpecific,
      useNonStandardTexts: model.useNonStandardTexts,
      purposeOneTreatment: model.purposeOneTreatment,
      publisherCC: model.publisherCountryCode,
      purpose: {
        consents: flags(model.purposeConsents, purposes),
        legitimateInterests: flags(model.purposeLegitimateInterests, purposes),
      },
      vendor: {
        consents: flags(model.vendorConsents, shown),
        legitimateInterests: flags(model.vendorLegitimateInterests, shown),
        disclosedVendors: flags(model.vendorsDisclosed, shown),
      },
      specialFeatureOptins: flags(model.specialFeatureOptins, Object.keys(list.specialFeatures).map(Number)),
      publisher: {
        consents: {},
        legitimateInterests: {},
        customPurpose: { consents: {}, legitimateInterests: {} },
        restrictions: restrictions(model),
      },
    };
  };

  const tell = (status) => {
    eventStatus = status;
    listeners.forEach((callback, id) => safely(() => callback(data(id), true)));
  };

  const encodeChoice = ({ purposes, vendors, at }) => encode(purposes, vendors, at * 1000);
  /** The string that went into the record stays what it is, whatever has become of the list. */
  const restore = (choice) => {
    try {
      const { record, text } = JSON.parse(localStorage.getItem(kept));
      if (record === choice.record) return decode(text);
    } catch { /* none, or not readable: as good as new */ }
    return encodeChoice(choice);
  };

  const commands = {
    ping: (callback) => callback({
      ...head(), cmpLoaded: true, cmpStatus: "loaded", displayStatus: displayStatus(), apiVersion: "2",
      gvlVersion: list.vendorListVersion,
    }, true),
    addEventListener: (callback) => {
      listeners.set(++last, callback);
      callback(data(last), true);
    },
    removeEventListener: (callback, id) => callback(listeners.delete(id)),
    getTCData: (callback, vendors) => {
      if (vendors !== undefined && !(Array.isArray(vendors) && vendors.every(Number.isInteger))) return callback(null, false);
      callback(data(undefined, vendors), true);
    },
    getVendorList: (callback, version) => {
      const asked = version === undefined ? list.vendorListVersion : version;
      const query = asked === "LATEST" ? "" : `?version=${encodeURIComponent(asked)}`;
      fetch(`${service}vendor-list.json${query}`, { credentials: "omit" })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject()))
        .then((whole) => callback(whole, true), () => callback(null, false));
    },
  };

  const calls = window.__tcfapi() || [];
  window.__tcfapi = (command, version, callback, parameter) => {
    if (typeof callback !== "function") return;
    if (version && +version !== 2 || !Object.hasOwn(commands, command)) return callback(null, false);
    commands[command](callback, parameter);
  };

  if (gdprApplies) {
    annotate(settings.purposes, (given, vendors) => ({ tc_string: encode(given, vendors, Date.now()).text }));
    document.addEventListener("consent:recorded", ({ detail }) => {
      try {
        localStorage.setItem(kept, JSON.stringify({ record: detail.record, text: said.text }));
      } catch { /* blocked: it is encoded anew on each page */ }
    });
    follow(consent, layers, (happened) => {
      const choice = consent.choice();
      // What the notice has gained since is asked again: then no string is told of before the layer is there.
      if (happened === "standing") {
        if (!Object.keys(settings.purposes).every((purpose) => purpose in choice.purposes)) return;
        said = restore(choice);
        eventStatus = "tcloaded";
      } else if (happened === "shown") {
        said ||= encode({}, {}, Date.now());
        tell("cmpuishown");
      } else if (happened === "decided" && choice) {
        said = encodeChoice(choice);
        tell("useractioncomplete");
      } else if (choice && eventStatus === "cmpuishown") tell("useractioncomplete");
    });
  }
  calls.splice(0).forEach((call) => safely(() => window.__tcfapi(...call)));
};

export const start = (settings) => {
  if (!settings.tcf) throw new Error("this site's notice is not one of TCF");
  meet((consent) => speak(consent, settings));
};
