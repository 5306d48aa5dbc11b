/** The demo's own controls: a list of events as they come, the look by custom properties, and the code to copy. */
const say = (text) => {
  const line = document.createElement("li");
  line.textContent = text;
  document.querySelector("#events").prepend(line);
};

for (const type of ["ready", "show", "hide", "change", "recorded", "refused"]) {
  document.addEventListener("consent:" + type, ({ detail }) =>
    say("consent:" + type + (type === "ready" ? "" : " " + JSON.stringify(detail))));
}
document.addEventListener("demo:ran", ({ detail }) => say("A blocked script has run: " + detail));

const form = document.querySelector("form");
const css = document.querySelector("#css");

const dress = () => {
  const chosen = [...form.querySelectorAll("[name^='--consent']")].filter(({ value, dataset }) => value !== dataset.usual);
  document.documentElement.removeAttribute("style");
  for (const { name, value } of chosen) document.documentElement.style.setProperty(name, value);
  css.textContent = `:root {\n${chosen.map(({ name, value }) => `  ${name}: ${value};\n`).join("")}}`;
};

form.addEventListener("input", dress);
form.addEventListener("reset", () => setTimeout(dress));
form.elements.lang.addEventListener("change", ({ target }) => {
  location.search = new URLSearchParams({ site: form.dataset.site, lang: target.value });
});
document.querySelector("#show").addEventListener("click", () => window.imprimatur.show());
document.querySelector("#withdraw").addEventListener("click", () => window.imprimatur.withdraw());
dress();
