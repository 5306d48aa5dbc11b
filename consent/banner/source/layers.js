/** The two layers a reader sees, built from a notice: the question, and the choice per purpose. */
import { has, signalled } from "./consent.js";
import { h, link } from "./elements.js";

/** Equal buttons in the notice's order; `instead` names what stands in for an action on this layer. */
const buttons = ({ layout, texts }, instead, act) =>
  h("div", { class: "buttons" }, ...layout.buttons.map((action) => {
    const label = instead[action] || action;
    return h("button", { onclick: () => act(label) }, texts[label]);
  }));

/** The reader's browser sends Global Privacy Control: say that it is honoured (11 CCR 7025(c)(6)). */
const signal = ({ texts }) => signalled() && h("p", { class: "chosen" }, texts.gpc);

/** The question; `open`: what it is about. */
export const firstLayer = (notice, open, act) => {
  const { texts, layout, controller, purposes } = notice;
  const modal = layout.position === "modal";
  return h(modal ? "dialog" : "section",
    { class: "layer " + layout.position, "aria-labelledby": "title", tabindex: -1 },
    h("div", { class: "told" },
      h("h2", { id: "title", tabindex: -1, autofocus: modal }, texts.title),
      h("p", {}, texts.body, " ", link(controller.privacy_policy, texts.policy)),
      signal(notice),
      h("ul", { class: "names" }, ...purposes.filter(({ id }) => open === "all" || open.includes(id))
        .map(({ id }) => h("li", {}, texts.purposes[id].title)))),
    buttons(notice, {}, act));
};

const details = (summary, ...children) => h("details", {}, h("summary", {}, summary), ...children);

const toggle = (attributes, checked) => h("input", { type: "checkbox", role: "switch", checked, ...attributes });

const given = (vendor) => vendor.purposes.every((purpose) => has(purpose, vendor.id));

const purposeRow = ({ texts, vendors }, { id, required }) => {
  const { title, body } = texts.purposes[id];
  const parties = vendors.filter((vendor) => vendor.purposes.includes(id));
  return h("li", {},
    h("div", { class: "row" },
      h("h3", {}, required ? title : h("label", { for: id }, title)),
      required
        ? h("span", { class: "always" }, texts.always_on)
        : toggle({ id, "aria-describedby": "about-" + id }, has(id))),
    h("p", { id: "about-" + id }, body),
    parties[0] && details(`${texts.vendors} (${parties.length})`,
      h("ul", {}, ...parties.map((vendor) => h("li", { class: "row" }, link(vendor.privacy_policy, vendor.name),
        !required && toggle({ name: vendor.id, "aria-label": vendor.name }, given(vendor)))))));
};

/**
 * The choice per purpose and vendor: a dialog over the page, entered and left at the reader's wish; leaving it chooses
 * nothing. With a standing choice it tells its date, links the receipt, and offers withdrawal where refusal was.
 */
export const panel = (notice, choice, receipt, act) => {
  const { texts, controller, purposes, vendors, language } = notice;
  const agreed = choice && (purposes.some(({ id, required }) => !required && has(id)) || vendors.some(({ id }) => has("", id)));
  const when = choice && new Date(choice.at * 1000).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  const inputs = () => [...dialog.querySelectorAll("input")];
  /** What the switches say: of the purposes by "id", of the vendors by "name". */
  const read = (key) => Object.fromEntries(inputs().filter((input) => input[key]).map((input) => [input[key], input.checked]));
  const dialog = h("dialog", { class: "layer panel", "aria-labelledby": "settings" },
    h("header", {},
      h("h2", { id: "settings", tabindex: -1, autofocus: true }, texts.settings),
      h("button", { class: "close", "aria-label": texts.close, onclick: () => dialog.close() }, "✕")),
    h("div", { class: "told" },
      choice && h("p", { class: "chosen" }, texts.chosen_on.replace("{date}", when), " ",
        receipt && link(receipt, texts.receipt)),
      signal(notice),
      h("p", {}, texts.body, " ", link(controller.privacy_policy, texts.policy)),
      h("ul", { class: "purposes" }, ...purposes.map((purpose) => purposeRow(notice, purpose))),
      details(texts.controller,
        h("p", {}, `${controller.name}, ${controller.address}, `, h("a", { href: "mailto:" + controller.email }, controller.email)))),
    buttons(notice, { preferences: "save", refuse: agreed ? "withdraw" : "refuse" }, (action) =>
      action === "save" ? act("preferences", { purposes: read("id"), vendors: read("name") }) : act(action)));
  // A vendor follows its purposes until it is decided on by itself, and is the same vendor under each of them.
  dialog.onchange = ({ target }) => {
    const ticked = read("id");
    for (const input of inputs()) {
      const asked = vendors.find(({ id }) => id === input.name)?.purposes;
      if (input.name && input.name === target.name) input.checked = target.checked;
      else if (asked?.includes(target.id)) input.checked = asked.every((purpose) => ticked[purpose] ?? true);
    }
  };
  return dialog;
};
