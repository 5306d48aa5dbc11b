/**
 * Consent told to tags that ask for it: Google Consent Mode v2, Microsoft UET and Clarity. Stands before those tags,
 * without async, because the default has to be said first:
 *   <script src="…/v1/sites/{site}/signals.js" data-google data-uet data-clarity></script>
 * data-region="DE,US-CA" limits the default to regions, data-redact and data-passthrough switch Google's options on. Behind
 * a signal stand the notice's purposes of its kind; data-ad_storage="ads" names another one.
 */
import { readChoice } from "./state.js";

const { dataset, src } = document.currentScript;
const [, site] = src.match(/\/v1\/sites\/([^/?]+)\//);

const SIGNALS = {
  ad_storage: "marketing",
  ad_user_data: "marketing",
  ad_personalization: "marketing",
  analytics_storage: "analytics",
  functionality_storage: "functional",
  personalization_storage: "functional",
  security_storage: "necessary",
};

const kinds = new Map(KINDS.split(" ").map((pair) => pair.split(":")));

/** The purposes behind a signal: all of them must be given. */
const purposes = (signal, kind) => {
  const found = [...kinds].filter(([, its]) => its === kind).map(([purpose]) => purpose);
  return dataset[signal]?.split(/[\s,]+/) || (found[0] ? found : [kind]);
};

/** Google reads the arguments object itself: an array in its place is ignored. */
function gtag() {
  (window.dataLayer ||= []).push(arguments);
}

const signals = (has) => Object.fromEntries(Object.entries(SIGNALS).map(([signal, kind]) =>
  [signal, purposes(signal, kind).every((purpose) => purpose === "necessary" || has(purpose)) ? "granted" : "denied"]));

let told;

const tell = (kind, has) => {
  const state = signals(has);
  const { ad_storage, analytics_storage } = state;
  if (told === JSON.stringify(state)) return;
  told = JSON.stringify(state);
  if ("google" in dataset) {
    const limits = { wait_for_update: 500, ...(dataset.region && { region: dataset.region.split(/[\s,]+/) }) };
    gtag("consent", kind, kind === "default" ? { ...state, ...limits } : state);
  }
  if ("uet" in dataset) (window.uetq ||= []).push("consent", kind, { ad_storage });
  if ("clarity" in dataset) {
    window.clarity ||= function () { (window.clarity.q ||= []).push(arguments); };
    window.clarity("consentv2", { ad_Storage: ad_storage, analytics_Storage: analytics_storage });
  }
};

tell("default", () => false);
if ("redact" in dataset) gtag("set", "ads_data_redaction", true);
if ("passthrough" in dataset) gtag("set", "url_passthrough", true);

const choice = readChoice(document.cookie, "consent_" + site);
const standing = choice?.notice === NOTICE && !(navigator.globalPrivacyControl && !choice.gpc);
if (standing) tell("update", (purpose) => choice.purposes[purpose]);
// The banner knows more: what a changed notice leaves standing, what may run until its reader objects.
(window.imprimatur ||= []).push((banner) => {
  // What tags will be told of a choice goes into its record; who cannot be refused is not part of the choice.
  document.addEventListener("consent:choice", ({ detail: event }) => {
    if (event.action === "import") return;
    const given = (purpose) => event.purposes ? event.purposes[purpose] : event.action === "agree";
    event.consent_mode = signals((purpose) => kinds.has(purpose) ? given(purpose) : banner.has(purpose));
  });
  document.addEventListener("consent:ready", () => tell("update", banner.has), { once: true });
  banner.onChange(() => tell("update", banner.has));
});
