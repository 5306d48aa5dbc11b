/** What both engines follow: the reader's decisions, and whether the banner asks. */

/**
 * Tell `listener` of what happens, now and from now on: "standing" where the reader has decided before this page,
 * "shown" when a layer comes up, "decided" when a choice applies, "hidden" when the last layer has gone.
 */
export const follow = (consent, layers, listener) => {
  if (consent.choice()) listener("standing");
  if (layers.size) listener("shown");
  consent.onChange(() => listener("decided"));
  document.addEventListener("consent:show", () => listener("shown"));
  document.addEventListener("consent:hide", () => layers.size || listener("hidden"));
};

/**
 * Add fields to each choice that is sent, made of its decisions: never to what another tool was told.
 * `purposes` maps every purpose of the notice to whether it is required.
 */
export const annotate = (purposes, fields) => document.addEventListener("consent:choice", ({ detail: event }) => {
  if (event.action === "import") return;
  const given = Object.fromEntries(Object.entries(purposes).map(([id, required]) =>
    [id, required || (event.purposes ? !!event.purposes[id] : event.action === "agree")]));
  Object.assign(event, fields(given, event.vendors));
});

/** Run once the banner is there. */
export const meet = (task) => (window.imprimatur ||= []).push(task);

/** A vendor may act where each of its purposes is given, and the reader has not decided otherwise of it alone. */
export const allowed = ({ id, purposes }, given, vendors) =>
  vendors?.[id] ?? purposes.every((purpose) => given[purpose]);
