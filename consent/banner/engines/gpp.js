/**
 * `__gpp`: the IAB's own CmpApi, fed with what the reader has decided in the banner.
 * IAB Tech Lab, "Global Privacy Platform: CMP API" and the sections of the United States.
 */
import { CmpApi } from "@iabgpp/cmpapi";
import { annotate, follow, meet } from "./state.js";

const YES = 1, NO = 2;
const OPT_OUT = /^(Sale|Sharing|TargetedAdvertising)OptOut$/;
const NOTICE = /^(Sharing|Processing|(Sale|Sharing|TargetedAdvertising)OptOut)Notice$/;

const speak = (consent, { cmp_id, cmp_version, gpc, gpp, layers, purposes }) => {
  const api = new CmpApi(cmp_id, cmp_version);
  const signal = gpc || navigator.globalPrivacyControl;
  const { marketing, sections } = gpp;

  /** Write the sections: a reader has opted out until they have agreed to every purpose of marketing. */
  const write = (given) => {
    const out = signal || !marketing.every((purpose) => given[purpose]);
    for (const { name, fields, gpc: signals } of sections) {
      for (const field of fields) {
        if (NOTICE.test(field)) api.setFieldValue(name, field, YES);
        if (OPT_OUT.test(field)) api.setFieldValue(name, field, out ? YES : NO);
      }
      api.setFieldValue(name, "MspaCoveredTransaction", NO);  // its default is yes
      if (signals) api.setFieldValue(name, "Gpc", !!signal);
      if ("SensitiveDataConsentSegmentIncluded" in api.getSection(name)) api.setFieldValue(name, "SensitiveDataConsentSegmentIncluded", false);
    }
  };
  let told;
  const tell = () => {
    const given = Object.fromEntries(marketing.map((purpose) => [purpose, consent.has(purpose)]));
    write(given);
    const text = api.getGppString();
    if (told !== text) sections.forEach(({ name }) => api.fireSectionChange(name));
    told = text;
    const display = layers.size ? "visible" : "hidden";
    if (api.getCmpDisplayStatus() !== display) api.setCmpDisplayStatus(display);
    // Where the law lets marketing run until an objection, it does while the reader is being told.
    const signals = consent.choice() || Object.values(given).some(Boolean) ? "ready" : "not ready";
    if (api.getSignalStatus() !== signals) api.setSignalStatus(signals);
  };

  api.setSupportedAPIs(gpp.supported);
  api.setApplicableSections(sections[0] ? sections.map(({ id }) => id) : [-1]);
  api.setCmpStatus("loaded");
  if (!sections[0]) {
    api.setCmpDisplayStatus("disabled");
    api.setSignalStatus("ready");
    return;
  }
  write({});
  annotate(purposes, (given) => {
    write(given);
    return { gpp_string: api.getGppString() };
  });
  follow(consent, layers, tell);
};

export const start = (settings) => {
  if (!settings.gpp) throw new Error("this site's notice is not one of GPP");
  meet((consent) => speak(consent, settings));
};
