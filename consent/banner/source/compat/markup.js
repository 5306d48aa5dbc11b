/** Their blocking markup, rewritten into ours as it comes; the banner sees to the rest. */
import { has, note, standing } from "./standing.js";
import { isMapped, purposesOf, tools } from "./names.js";

const SCRIPT = "script:is([type='text/plain'],[type='opt-in'])";
const MARKUP = {
  orestbida: [`[data-category]:is(${SCRIPT},[data-src],[data-srcset],[data-href])`, ({ category, service }) => (isMapped(service) ? service : category)],
  klaro: [`[data-name]:is(${SCRIPT},[data-src],[data-href])`, ({ name }) => name],
  cookiebot: [
    `[data-cookieconsent]:not([data-cookieconsent=ignore]):is(${SCRIPT},[data-src],[data-cookieblock-src])`,
    ({ cookieconsent }) => cookieconsent,
  ],
};

const translated = new WeakSet();
const whenLost = new Set();  // orestbida's "!analytics": runs when the category has just been taken back

const translate = (node, wanted) => {
  translated.add(node);
  const names = wanted.split(/[\s,]+/).filter(Boolean);
  if (names[0]?.startsWith("!")) return whenLost.add([node, names[0].slice(1)]);
  note(names);
  const { dataset } = node;
  if (dataset.cookieblockSrc) dataset.src = dataset.cookieblockSrc;
  if (node.matches(SCRIPT)) {
    node.type = "text/plain";
    if (node.getAttribute("src")) {
      dataset.src = node.src;
      node.removeAttribute("src");
    }
  }
  dataset.category = names.flatMap(purposesOf).join(" ");  // last: the banner looks when it changes
};

const translateAll = () => {
  for (const [nodes, wanted] of tools.map((tool) => MARKUP[tool]).filter(Boolean)) {
    for (const node of document.querySelectorAll(nodes)) {
      if (!translated.has(node)) translate(node, wanted(node.dataset));
    }
  }
  veil();
};

/** What stands in for blocked content, and Cookiebot's classes for what only some readers see. */
const veil = () => {
  const show = (selector, visible) => document.querySelectorAll(selector).forEach((node) => {
    if (node.hidden === visible) node.hidden = !visible;
    if (visible && node.style.display === "none") node.style.display = "";
  });
  if (tools.includes("klaro")) {
    for (const { dataset: { name } } of document.querySelectorAll("[data-type=placeholder][data-name]")) {
      show(`[data-type=placeholder][data-name="${CSS.escape(name)}"]`, !has(name));
    }
  }
  if (tools.includes("cookiebot")) {
    for (const name of ["preferences", "statistics", "marketing"]) {
      show(".cookieconsent-optin-" + name, has(name));
      show(".cookieconsent-optout-" + name, !has(name));
    }
  }
};

/** Let go what waits for the loss of a category: under any purpose that stands. */
export const settle = (lost) => {
  const [given] = Object.entries(standing()?.purposes || {}).find(([, value]) => value) || [];
  for (const each of whenLost) {
    const [node, name] = each;
    if (given && lost(name)) {
      whenLost.delete(each);
      node.dataset.category = given;
    }
  }
  veil();
};

translateAll();
new MutationObserver(translateAll).observe(document, { childList: true, subtree: true });
