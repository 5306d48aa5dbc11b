/** A button beside what is often carried elsewhere: ids, hashes and commands. */

const SAID_MS = 1500;

const button = (source) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "copy plain";
  const word = document.createElement("span");
  const what = document.createElement("span");
  word.textContent = "Copy";
  word.setAttribute("aria-live", "polite");
  what.className = "hidden";
  what.textContent = ` ${source.dataset.copy}`;
  made.append(word, what);
  made.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    word.textContent = "Copied";
    setTimeout(() => { word.textContent = "Copy"; }, SAID_MS);
  });
  return made;
};

if (navigator.clipboard) for (const source of document.querySelectorAll("[data-copy]")) source.after(button(source));
