/**
 * The reader's standing choice, as the server wrote it into the state cookie
 * (docs/contracts/consents.md, "Cookies"). Pure: knows neither the page nor the network.
 *
 * @typedef {{notice: string, at: number, purposes: Record<string, boolean>, record?: string}} Choice
 *   notice: the first 16 hex digits of the notice; at: unix seconds; record: absent until acknowledged
 */

/** @returns {Choice | undefined} undefined when there is no such cookie or it cannot be read */
export const readChoice = (cookies, name) => {
  const found = cookies.split("; ").find((cookie) => cookie.startsWith(name + "="));
  if (!found) return;
  const fields = new URLSearchParams(found.slice(name.length + 1));
  if (fields.get("v") !== "1" || !fields.get("p")) return;
  return {
    notice: fields.get("n"),
    at: +fields.get("t"),
    purposes: Object.fromEntries(fields.get("p").split("/").map((pair) => [pair.slice(0, -2), pair.endsWith(":1")])),
    record: fields.get("r"),
  };
};

/** What an action means for each purpose offered; `ticked` counts for "preferences" and "import" only. */
export const decide = (purposes, action, ticked) =>
  Object.fromEntries(purposes.map(({ id, required }) =>
    [id, required || action === "agree" || (/^[pi]/.test(action) && !!ticked[id])]));

/** A random UUID (version 4); crypto.randomUUID is missing on plain http. */
export const uuid = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));
