/**
 * The reader's standing choice, as the server wrote it into the state cookie
 * (docs/contracts/consents.md, "Cookies"). Pure: knows neither the page nor the network.
 *
 * @typedef {{notice: string, at: number, purposes: Record<string, boolean>, vendors?: Record<string, boolean>, gpc?: boolean, record?: string}} Choice
 *   notice: the first 16 hex digits of the notice; at: unix seconds; vendors: decided against what their purposes imply;
 *   gpc: made with Global Privacy Control on; record: absent until acknowledged
 */

/** @returns {Choice | undefined} undefined when there is no such cookie or it cannot be read */
export const readChoice = (cookies, name) => {
  const found = cookies.split("; ").find((cookie) => cookie.startsWith(name + "="));
  if (!found) return;
  const fields = new URLSearchParams(found.slice(name.length + 1));
  const decided = (field) => Object.fromEntries([...(fields.get(field) || "").matchAll(/(\w+):(\d)/g)]
    .map(([, id, given]) => [id, given === "1"]));
  if (fields.get("v") !== "1" || !fields.get("p")) return;
  return {
    notice: fields.get("n"),
    at: +fields.get("t"),
    purposes: decided("p"),
    vendors: decided("x"),
    gpc: fields.has("g"),
    record: fields.get("r"),
  };
};

/** What `of` says of each in a list, by id. */
export const from = (list, of) => Object.fromEntries(list.map((each) => [each.id, of(each)]));

/**
 * What an action means for each purpose offered. `ticked` counts for "preferences" and "import", and for the purposes
 * that were not `asked` this time; without `asked`, all were.
 */
export const decide = (purposes, action, ticked, asked) =>
  from(purposes, ({ id, required }) =>
    required || (/^[pi]/.test(action) || (asked && !asked.includes(id)) ? !!ticked[id] : action === "agree"));

/**
 * A UUID of version 7: it begins with the time. crypto.randomUUID is missing on plain http, where browsers name blobs by
 * one too; an empty one that nobody revokes costs nothing, and a reader makes few.
 */
export const uuid = () => {
  const time = (2 ** 48 + Date.now()).toString(16);
  return time.slice(1, 9) + "-" + time.slice(9) + "-7" + URL.createObjectURL(new Blob()).slice(-21);
};
