/** The proof of a record or an act, checked in the officer's browser as they look on, and the way through the tree drawn. */
import { check, hex, leafHashOf } from "./evidence.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, STEP, SIDE] = [460, 46, 120];

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const shape = (name, attributes, text = "") => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

const short = (hash) => hex(hash).slice(0, 10) + "…";

/** Root on top, leaf at the bottom; each sibling on the side on which it was hashed. */
const drawing = (path, leafHash) => {
  const height = (path.length + 1) * STEP;
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "tree", role: "img",
    "aria-label": `The way from the entry to the root: ${path.length} siblings, ${path.map(({ side }) => side).join(", ")}` });
  const middle = WIDTH / 2;
  const levels = [{ hash: leafHash }, ...path];
  const y = (level) => height - STEP * (level + 0.5);
  path.forEach(({ side, sibling }, level) => {
    const x = middle + (side === "left" ? -SIDE : SIDE);
    picture.append(
      shape("path", { d: `M${middle} ${y(level)}V${y(level + 1)}`, class: "own" }),
      shape("path", { d: `M${x} ${y(level)}L${middle} ${y(level + 1)}`, class: "other" }),
      shape("circle", { cx: x, cy: y(level), r: 4, class: "other" }),
      shape("text", { x: x + (side === "left" ? -10 : 10), y: y(level) + 4, "text-anchor": side === "left" ? "end" : "start", class: "other" }, short(sibling)),
    );
  });
  levels.forEach(({ hash }, level) => {
    const side = path[level]?.side === "right" ? ["end", -10] : ["start", 10];
    const name = level === path.length ? "root " : level === 0 ? "entry " : "";
    picture.append(shape("circle", { cx: middle, cy: y(level), r: 5, class: "own" }),
      shape("text", { x: middle + side[1], y: y(level) + 4, "text-anchor": side[0], class: "own" }, name + short(hash)));
  });
  return picture;
};

const WORDS = { true: "holds", false: "does not hold", undefined: "not checked: this browser knows no Ed25519" };

const line = ({ what, held, detail }) =>
  element("li", { class: held ? "yes" : held === false ? "no" : "quiet" },
    element("span", {}, `${what}: ${WORDS[held]}`), " ", element("code", { class: "quiet" }, detail));

const place = document.querySelector("[data-proof]");
if (place) {
  const list = element("ol", { class: "checks", "aria-label": "Checked in this browser" });
  place.replaceChildren(list);
  try {
    const answer = await fetch(place.dataset.proof, { headers: { Accept: "application/ld+json" } });
    if (!answer.ok) throw new Error(`the proof cannot be had: ${answer.status}`);
    const told = await answer.json();
    for await (const step of check(told)) {
      list.append(line(step));
      if (step.path) {
        const leafHash = Uint8Array.from(leafHashOf(told).match(/../g), (pair) => parseInt(pair, 16));
        place.append(drawing(step.path, leafHash));
      }
    }
  } catch (error) {
    list.append(element("li", { class: "no" }, `Could not be checked: ${error.message}`));
  }
}
