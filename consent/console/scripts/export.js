/** An export as it is made: asks how far it has come, each time for some more, and loads the page anew at its end. */

const place = document.querySelector("[data-state]");
const told = place.querySelector("[role=status]");
const bar = place.querySelector("progress");
const count = (number) => number.toLocaleString("en");
const size = (bytes) => (bytes ? `, ${count(Math.round(bytes / 1000))} kB` : "");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const ask = async () => {
  const answer = await fetch(place.dataset.state);
  if (!answer.ok) return location.reload(); // the page says why
  const { complete, progress, tree_size: entries } = await answer.json();
  if (complete) return location.reload();
  bar.value = progress.looked;
  told.textContent = `${count(progress.looked)} of ${count(entries)} entries looked at: ${count(progress.records)} records${size(progress.size_bytes)}`;
  if (place.dataset.pauseMs) await pause(Number(place.dataset.pauseMs)); // a bundle is not made by asking
  return ask();
};

ask().catch(() => { told.textContent = "The service does not answer. Load the page again to go on."; });
