/**
 * Check a receipt's proof with nothing but the browser: RFC 9162 §2.1 (tree), c2sp.org/tlog-proof and signed-note.
 * The same steps as consent/verify.py takes, which is the one to rely on: this page comes from the server it checks.
 */

const encode = (text) => new TextEncoder().encode(text);
const decode64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const node = (left, right) => sha256([1], left, right);

/** Read `c2sp.org/tlog-proof@v1`: index, hashes, and the checkpoint as it was signed. */
export const readInclusion = (text) => {
  const at = text.indexOf("\n\n");
  const [kind, index, ...hashes] = text.slice(0, at).split("\n");
  const note = text.slice(at + 2);
  const signed = note.slice(0, note.indexOf("\n\n") + 1);
  const [origin, size, root] = signed.split("\n");
  return {
    kind,
    index: BigInt(index.replace(/^index /, "")),
    hashes: hashes.map(decode64),
    signed,
    signatures: note.slice(signed.length + 1).trimEnd().split("\n"),
    origin,
    size: BigInt(size),
    root: decode64(root),
  };
};

/**
 * Fold a leaf hash with its siblings up to the root (RFC 9162 §2.1.3.2).
 * @returns the steps taken: side on which the sibling stood, the sibling, and what became of the two
 */
export const climb = async (leaf, index, size, hashes) => {
  const steps = [];
  let [at, last, hash] = [index, size - 1n, leaf];
  for (const sibling of hashes) {
    if (last === 0n) throw new Error("more hashes than the tree is high");
    const left = (at & 1n) === 1n || at === last;
    hash = left ? await node(sibling, hash) : await node(hash, sibling);
    steps.push({ side: left ? "left" : "right", sibling, hash });
    if (left) while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    [at, last] = [at >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new Error("fewer hashes than the tree is high");
  return steps;
};

/** Verify the signature line of a key (`name+hash+base64`); undefined where this browser knows no Ed25519. */
export const isSigned = async ({ signed, signatures }, key) => {
  const [, name, encoded] = key.match(/^([^+]+)\+[0-9a-f]{8}\+(.+)$/);
  const material = decode64(encoded);
  const line = signatures.find((each) => each.startsWith(`— ${name} `));
  if (!line || material[0] !== 1) return false;
  const signature = decode64(line.split(" ")[2]);
  try {
    const known = await crypto.subtle.importKey("raw", material.slice(1), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature.slice(4), encode(signed));
  } catch (error) {
    if (error.name === "NotSupportedError") return undefined;
    throw error;
  }
};

const same = (one, other) => hex(one) === hex(other);

/** The leaf hash that is claimed: a receipt tells it with its proof, an act beside it. */
export const leafHashOf = ({ proof, leaf_hash: beside }) => proof.leaf_hash ?? beside;

const committed = (part, { salt, body }) =>
  sha256(encode(`imprimatur/commit/v1\0${part}\0`), decode64(salt), encode(body));

/**
 * Check a receipt, or an act with its proof. Yields `{what, held, detail}` a step, and with the steps of the tree
 * `{path, proof}`; stops at the first that does not hold. `held` undefined: it could not be checked here.
 */
export async function* check(told) {
  const { proof } = told;
  const bytes = decode64(proof.leaf);
  const leaf = JSON.parse(new TextDecoder().decode(bytes));
  const id = proof.record ?? told.id;
  const steps = [
    [`The ${proof.act ? "act" : "record"}'s id is the entry's`, await sha256(encode("imprimatur/record/v1\0" + id)), leaf.id],
    ...proof.act
      ? [["What is told is what was committed to", await committed("act", proof.act), leaf.act]]
      : [["The decision is the one committed to", await committed("choice", proof.choice), leaf.choice],
        ["The notice is the one shown", await sha256(encode(proof.notice)), leaf.notice]],
    ["The leaf hash is the entry's", await sha256([0], bytes), leafHashOf(told)],
  ];
  for (const [what, hash, expected] of steps) {
    yield { what, held: hex(hash) === expected, detail: hex(hash) };
    if (hex(hash) !== expected) return;
  }
  const inclusion = readInclusion(proof.inclusion);
  const path = await climb(await sha256([0], bytes), inclusion.index, inclusion.size, inclusion.hashes);
  const top = path.at(-1)?.hash || await sha256([0], bytes);
  const included = same(top, inclusion.root);
  yield { what: `Entry ${inclusion.index} is in the tree of ${inclusion.size}`, held: included, detail: hex(top), path, inclusion };
  if (included) yield { what: `The checkpoint is signed by ${inclusion.origin}`, held: await isSigned(inclusion, proof.key), detail: proof.key };
}
