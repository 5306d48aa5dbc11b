/** The two layers a reader sees, built from a notice: the question, and the choice per purpose. */
import { h, link } from "./elements.js";

/** Equal buttons in the notice's order; `instead` names what stands in for an action on this layer. */
const buttons = ({ layout, texts }, instead, act) =>
  h("div", { class: "buttons" }, ...layout.buttons.map((action) => {
    const label = instead[action] || action;
    return h("button", { type: "button", onclick: () => act(label) }, texts[label]);
  }));

/** The reader's browser sends Global Privacy Control: say that it is honoured (11 CCR 7025(c)(6)). */
const signal = ({ gpc, texts }) =>
  (gpc || navigator.globalPrivacyControl) && h("p", { class: "chosen" }, texts.gpc);

export const firstLayer = (notice, act) => {
  const { texts, layout, controller, purposes } = notice;
  const modal = layout.position === "modal";
  return h(modal ? "dialog" : "section",
    { class: "layer " + layout.position, "aria-labelledby": "title", tabindex: -1 },
    h("div", { class: "told" },
      h("h2", { id: "title", tabindex: -1, autofocus: true }, texts.title),
      h("p", {}, texts.body, " ", link(controller.privacy_policy, texts.policy)),
      signal(notice),
      h("ul", { class: "names" }, ...purposes.map(({ id }) => h("li", {}, texts.purposes[id].title)))),
    buttons(notice, {}, act));
};

const details = (summary, ...children) => h("details", {}, h("summary", {}, summary), ...children);

const purposeRow = ({ texts, vendors }, { id, required }, given) => {
  const { title, body } = texts.purposes[id];
  const parties = vendors.filter((vendor) => vendor.purposes.includes(id));
  return h("li", {},
    h("div", { class: "row" },
      h("h3", {}, required ? title : h("label", { for: id }, title)),
      required
        ? h("span", { class: "always" }, texts.always_on)
        : h("input", { id, type: "checkbox", role: "switch", checked: given, "aria-describedby": "about-" + id })),
    h("p", { id: "about-" + id }, body),
    parties[0] && details(`${texts.vendors} (${parties.length})`,
      h("ul", {}, ...parties.map((vendor) => h("li", {}, link(vendor.privacy_policy, vendor.name))))));
};

/**
 * The choice per purpose: a dialog over the page, entered and left at the reader's wish; leaving it chooses nothing.
 * With a standing choice it tells its date, links the receipt, and offers withdrawal where refusal was.
 */
export const panel = (notice, choice, receipt, act) => {
  const { texts, controller, purposes, language } = notice;
  const given = choice && purposes.some(({ id, required }) => !required && choice.purposes[id]);
  const when = choice && new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" })
    .format(choice.at * 1000);
  const dialog = h("dialog", { class: "layer panel", "aria-labelledby": "settings" },
    h("header", {},
      h("h2", { id: "settings", tabindex: -1, autofocus: true }, texts.settings),
      h("button", { type: "button", class: "close", "aria-label": texts.close, onclick: () => dialog.close() }, "✕")),
    h("div", { class: "told" },
      choice && h("p", { class: "chosen" }, texts.chosen_on.replace("{date}", when), " ",
        receipt && link(receipt, texts.receipt)),
      signal(notice),
      h("p", {}, texts.body, " ", link(controller.privacy_policy, texts.policy)),
      h("ul", { class: "purposes" },
        ...purposes.map((purpose) => purposeRow(notice, purpose, choice?.purposes[purpose.id]))),
      details(texts.controller,
        h("p", {}, `${controller.name}, ${controller.address}, `, h("a", { href: "mailto:" + controller.email }, controller.email)))),
    buttons(notice, { preferences: "save", refuse: given ? "withdraw" : "refuse" }, (action) =>
      act(action === "save" ? "preferences" : action, Object.fromEntries(
        [...dialog.querySelectorAll("input")].map((input) => [input.id, input.checked])))));
  return dialog;
};
