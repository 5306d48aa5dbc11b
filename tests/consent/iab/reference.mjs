/**
 * The IAB's own libraries at a test's service: reads a JSON list of questions, writes the list of answers.
 *   {tc: {…fields}} → TC string · {read_tc: string} → fields · {gpp: {section: {field: value}}} → GPP string · {read_gpp: string} → sections
 */
import { readFileSync } from "node:fs";
import { GVL, PurposeRestriction, Segment, SegmentEncoder, TCModel, TCString } from "@iabtechlabtcf/core";
import { CmpApi } from "@iabgpp/cmpapi";

globalThis.window = {};
const VECTORS = ["specialFeatureOptins", "purposeConsents", "purposeLegitimateInterests", "vendorConsents", "vendorLegitimateInterests", "vendorsDisclosed"];
const PLAIN = ["cmpId", "cmpVersion", "consentScreen", "consentLanguage", "vendorListVersion", "policyVersion", "isServiceSpecific",
  "useNonStandardTexts", "purposeOneTreatment", "publisherCountryCode"];

/** Only what a restriction is encoded with: which ids there are. */
const listOf = (ids) => ({
  vendorIds: new Set(ids),
  vendors: Object.fromEntries(ids.map((id) => [id, { legIntPurposes: [2, 7, 8, 9, 10, 11], purposes: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], flexiblePurposes: [2, 7, 8, 9, 10, 11] }])),
});

const answers = {
  tc: (fields) => {
    const model = new TCModel();
    for (const name of PLAIN) model[name] = fields[name];
    model.created = new Date(fields.created);
    model.lastUpdated = new Date(fields.lastUpdated);
    for (const name of VECTORS) model[name].set(fields[name] || []);
    const restricted = fields.restrictions || [];
    model.publisherRestrictions.gvl = listOf([...new Set(restricted.map(([, , vendor]) => vendor))]);
    for (const [purpose, kind, vendor] of restricted) model.publisherRestrictions.add(vendor, new PurposeRestriction(purpose, kind));
    return [Segment.CORE, Segment.VENDORS_DISCLOSED].map((segment) => SegmentEncoder.encode(model, segment)).join(".");
  },
  read_tc: (text) => {
    const model = TCString.decode(text);
    const told = Object.fromEntries(PLAIN.map((name) => [name, model[name]]));
    const set = (vector) => [...vector].filter(([, value]) => value).map(([id]) => id);
    for (const name of VECTORS) told[name] = set(model[name]);
    const restrictions = model.publisherRestrictions.getRestrictions()
      .flatMap((each) => model.publisherRestrictions.getVendors(each).map((vendor) => [each.purposeId, each.restrictionType, vendor]));
    return { ...told, created: +model.created, lastUpdated: +model.lastUpdated, restrictions };
  },
  gpp: (sections) => {
    const api = new CmpApi(2, 1);
    for (const [name, fields] of Object.entries(sections)) {
      for (const [field, value] of Object.entries(fields)) api.setFieldValue(name, field, value);
    }
    return api.getGppString();
  },
  read_gpp: (text) => {
    const api = new CmpApi(2, 1);
    api.setGppString(text);
    return api.getObject();
  },
};

console.log = () => {};  // the library tells there that it found no stub
const told = JSON.parse(readFileSync(0, "utf8")).map((asked) => {
  const [[name, value]] = Object.entries(asked);
  return answers[name](value);
});
process.stdout.write(JSON.stringify(told));
