/** The TC string of a set of decisions, encoded by the IAB's own library. */
import { GVL, PurposeRestriction, RestrictionType, Segment, TCModel, TCString } from "@iabtechlabtcf/core";
import { allowed } from "./state.js";

const DAY_MS = 86400000;

/** A list's vendors that take a purpose without consent, and let a publisher ask for it. */
const flexible = (list, purpose) => Object.values(list.vendors)
  .filter(({ legIntPurposes, flexiblePurposes }) => legIntPurposes.includes(purpose) && flexiblePurposes.includes(purpose));

export const decode = (text) => ({ model: TCString.decode(text), text });

/** @returns (given, vendors, at) → {model, text}: decisions by purpose and by vendor, made at `at` (unix ms) */
export const openModel = ({ cmp_id, cmp_version, language, tcf }) => {
  const list = tcf.vendor_list;
  let gvl;
  try {
    gvl = new GVL(list, { language });
  } catch {  // a language that TCF has no texts in
    gvl = new GVL(list);
  }
  const numbers = (decisions, given) => Object.entries(decisions).filter(([id]) => given[id]).map(([, number]) => number);
  return (given, vendors, at) => {
    const model = new TCModel(gvl);
    model.cmpId = cmp_id;
    model.cmpVersion = cmp_version;
    model.consentScreen = 1;
    model.isServiceSpecific = true;
    model.publisherCountryCode = tcf.publisher_country;
    model.purposeConsents.set(numbers(tcf.purposes, given));
    model.specialFeatureOptins.set(numbers(tcf.special_features, given));
    model.vendorConsents.set(tcf.vendors.filter((vendor) => allowed(vendor, given, vendors)).map(({ tcf: number }) => number));
    model.vendorsDisclosed.set(tcf.vendors.map(({ tcf: number }) => number));
    for (const purpose of Object.values(tcf.purposes)) {
      for (const { id } of flexible(list, purpose)) {
        model.publisherRestrictions.add(id, new PurposeRestriction(purpose, RestrictionType.REQUIRE_CONSENT));
      }
    }
    model.created = model.lastUpdated = new Date(Math.floor(at / DAY_MS) * DAY_MS);
    // The library's third segment is the publisher's own consents, of which this service keeps none.
    return decode(TCString.encode(model, { segments: [Segment.CORE, Segment.VENDORS_DISCLOSED] }));
  };
};
