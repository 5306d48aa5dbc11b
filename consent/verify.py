"""Check a consent receipt, a regulator bundle or a whole log, without the software and the database that made it.

    python verify.py receipt.json | bundle.zip | https://host/log | directory  [--key VKEY]… [--since CHECKPOINT]

For auditors: one file, which needs Python 3.11 and the `cryptography` package, and the network for a log's address.
Sources: RFC 9162 §2.1 (Merkle tree); c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-tiles;
docs/contracts/consents.md and bundle.md for what is inside an entry.
"""

import argparse
import base64
import hashlib
import http.client
import json
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

STATUS = {each: f"dpv:Consent{each.title()}" for each in ("given", "refused", "withdrawn", "expired")}
STATUS |= {"renewed": "dpv:RenewedConsentGiven"}
LARGEST = 1 << 25  # bytes of one file of a log, of one line or small member of a bundle
OPENING: dict[str, Any] = {"salt": str, "body": str}  # the members of what we read: their kinds, and no others
PROOF = {"record": str, "leaf": str, "leaf_hash": str, "choice": dict, "notice": str, "inclusion": str, "key": str}
RECORD: dict[str, Any] = {"index": int, "record": str | None, "leaf": str, "inclusion": list}
RECORD |= dict.fromkeys(("choice", "person", "context"), dict | None)
MANIFEST: dict[str, Any] = {"format": str, "origin": str, "created_at": str, "filter": dict, "records": int}
MANIFEST |= {"keys": list, "witnesses": list, "members": dict}


class Fault(Exception):
    """Something does not hold: the place, and what is wrong with it."""


class Checkpoint(NamedTuple):
    """What a log signed: at this size its tree has this root. `seen`: when which witness saw that, in unix seconds."""

    origin: str
    size: int
    root: bytes
    seen: Mapping[str, int]


def sha256(*parts: bytes) -> bytes:
    """Hash the parts as one; a tree's leaf is 0 ‖ entry, a node 1 ‖ left ‖ right."""
    return hashlib.sha256(b"".join(parts)).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes (RFC 9162 §2.1.1); over none the hash of nothing."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256()
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", root(hashes[:k]), root(hashes[k:]))


def root_of_levels(levels: Iterable[Sequence[bytes]]) -> bytes:
    """Return a tree's root from the partial tile at the right edge of each level, lowest level first."""
    right: list[bytes] = []
    for hashes in levels:
        right = [root([*hashes, *right])] if hashes or right else []
    return root(right)


def root_through(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to (RFC 9162 §2.1.3); None where its length does not fit."""
    if size < 2 or not path:
        return leaf if size == 1 and not path else None
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        return (left := root_through(leaf, index, k, path[:-1])) and sha256(b"\1", left, path[-1])
    return (right := root_through(leaf, index - k, size - k, path[:-1])) and sha256(b"\1", path[-1], right)


def open_checkpoint(note: str, keys: Sequence[str], where: str, *, closed: bool = False) -> Checkpoint:
    """Read a checkpoint signed by its log; `closed`: by just these keys, the log's and witnesses', in this order."""
    known = {_read_key(key)[0]: (key, *_read_key(key)[1:]) for key in keys}
    text, blank, signatures = note.rpartition("\n\n")
    lines = (text := f"{text}\n").split("\n")
    if not blank or len(lines) != 4 or not signatures.endswith("\n") or "\r" in note or "\0" in note:
        raise Fault(where, "the checkpoint is not three lines, a blank line and signatures")
    signers, seen, vouched = [], dict[str, int](), False
    for line in signatures[:-1].split("\n"):
        signer, _, encoded = line.rpartition(" ")
        signature = _base64(encoded, f"{where}, signature")
        key, kind, public = known.get((signer, signature[:4]), ("", 0, b""))
        signers.append(key)
        at, plain = int.from_bytes(signature[4:12], "big"), kind == 1
        signed = text if plain else f"cosignature/v1\ntime {at}\n{text}"
        try:
            if key:
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4 if plain else 12 :], signed.encode())
        except (InvalidSignature, ValueError):
            raise Fault(f"{where}, signature", "checkpoint and signature do not belong together") from None
        vouched = vouched or (plain and signer == f"— {lines[0]}")
        seen |= {key: at} if kind == 4 else {}
    if not vouched or (closed and signers != list(keys)):
        raise Fault(f"{where}, signature", f"not just by the keys given: {' '.join(keys)}")
    return Checkpoint(lines[0], _number(lines[1], f"{where}, size"), _base64(lines[2], f"{where}, root", 32), seen)


def _read_key(text: Any) -> tuple[tuple[str, bytes], int, bytes]:
    name, key_id, encoded = [*str(text).split("+", 2), "", ""][:3]
    data = _base64(encoded, "$.proof.key")
    if not name or len(data) != 33 or data[0] not in (1, 4) or sha256(name.encode(), b"\n", data)[:4].hex() != key_id:
        raise Fault("$.proof.key", "not a key whose id fits its name and bytes")
    return (f"— {name}", bytes.fromhex(key_id)), data[0], data[1:]


def _vouching(checkpoint: Checkpoint, trusted: Sequence[str]) -> Iterator[str]:
    """Tell who vouches for a log; `trusted` are keys that did not come with it."""
    yield f"proven      signature: {checkpoint.origin} vouches for a log of {checkpoint.size} entries"
    if not trusted:
        yield "not proven  that the log's key is its own: it came with it. Compare it, or give --key"
    for key, at in checkpoint.seen.items():
        saw = f"{key.partition('+')[0]} saw it at {_moment(min(at, 1 << 37) * 1000)}, and nothing that contradicts it"
        yield f"proven      witness: {saw}" if key in trusted else f"not proven  that {saw}: give --key {key}"
    if not any(key in trusted for key in checkpoint.seen):
        yield "not proven  that everybody is shown the same log: compare checkpoints with other holders"


def _entry(checkpoint: Checkpoint, told: Mapping[str, Any], index: int, path: Sequence[Any], where: str) -> Any:
    """Check that an entry stands in the log, and that what is told of it opens its commitments; return its leaf."""
    data, record = _base64(told["leaf"], f"{where}.leaf"), told["record"]
    hashes = [_base64(each, f"{where}.inclusion, hash {at}", 32) for at, each in enumerate(path, start=1)]
    if told.get("leaf_hash") not in (None, sha256(b"\0", data).hex()):
        raise Fault(f"{where}.leaf", "it is not the leaf whose hash stands beside it")
    if index >= checkpoint.size or root_through(sha256(b"\0", data), index, checkpoint.size, hashes) != checkpoint.root:
        raise Fault(f"{where}.inclusion", f"it does not lead from entry {index} to the signed root")
    leaf = _object(data, f"{where}.leaf")
    if record is not None and leaf.get("id") != sha256(b"imprimatur/record/v1\0", record.encode()).hex():
        raise Fault(f"{where}.record", "it is not the id of the record that the log holds")
    for part in ("choice", "person", "context"):
        if told.get(part) is not None:
            opening = _members(told[part], f"{where}.{part}", OPENING)
            salt, domain = _base64(opening["salt"], f"{where}.{part}.salt"), f"imprimatur/commit/v1\0{part}\0"
            if sha256(domain.encode(), salt, opening["body"].encode()).hex() != leaf.get(part):
                raise Fault(f"{where}.{part}", f"it is not the {part} that the log committed to")
    return leaf


def check_receipt(data: bytes, keys: Sequence[str] = ()) -> Iterator[str]:
    """Check a receipt's bytes; `keys` are those of the log and of witnesses, had from elsewhere."""
    told = _members(_object(data, "$").get("proof"), "$.proof", PROOF | {"witnesses": (list, type(...))})
    told["choice"] = _members(told["choice"], "$.proof.choice", OPENING)
    if keys and told["key"] not in keys:
        raise Fault("$.proof.key", f"the receipt names another key than {' '.join(keys)}")
    head, _, note = told["inclusion"].partition("\n\n")
    title, index, *path = head.split("\n") if "\n" in head else (head, "")
    if title != "c2sp.org/tlog-proof@v1" or not index.startswith("index "):
        raise Fault("$.proof.inclusion", "not a proof of the form c2sp.org/tlog-proof@v1")
    checkpoint = open_checkpoint(note, [told["key"], *told.get("witnesses", ())], "$.proof.inclusion", closed=True)
    at = _number(index.removeprefix("index "), "$.proof.inclusion, line 2")
    leaf = _entry(checkpoint, told, at, path, "$.proof")
    if sha256(told["notice"].encode()).hex() != leaf.get("notice"):
        raise Fault("$.proof.notice", "it is not the notice that the log committed to")
    choice, notice = (_object(each.encode(), "$.proof") for each in (told["choice"]["body"], told["notice"]))
    try:  # all in a receipt that is not `proof` only repeats what the proof says: write it again, and compare
        wanted = json.dumps(describe(leaf, choice, notice, told), indent=2, ensure_ascii=False).split("\n")
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise Fault("$.proof", f"committed to, but not of the known form: {type(error).__name__} {error}") from None
    for number, pair in enumerate(zip([*data.decode().split("\n"), None], [*wanted, "", None], strict=False), start=1):
        if pair[0] != pair[1]:
            raise Fault(f"line {number}", "expected {1!r:.99} from the proof, got {0!r:.99}".format(*pair))
    yield from _vouching(checkpoint, keys)
    yield f"proven      inclusion: the record is entry {at} of that log"
    yield f"proven      document: choice, notice and every byte of it follow from that entry; consent {choice['event']}"
    yield "not proven  who made the choice, for the receipt names nobody; nor the times, which are the service's clock"


def describe(leaf: Any, choice: Any, notice: Any, proof: Mapping[str, Any]) -> dict[str, Any]:
    """Write the receipt that a proof stands for: ISO/IEC TS 27560 in W3C DPV terms (JSON-LD)."""
    dpv, maker, texts = "https://w3id.org/dpv", notice["controller"], notice["texts"][choice["language"]]["purposes"]
    gdpr = "-eu-gdpr" if choice["regulation"] in ("eu", "fr") else ""
    region = {"region": choice["region"], "source": choice["region_source"]} if "region" in choice else None
    return {
        "@context": {"dct": "http://purl.org/dc/terms/", "dpv": f"{dpv}#", "eu-gdpr": f"{dpv}/legal/eu/gdpr#",
                     "schema": "https://schema.org/"}, "@id": f"urn:uuid:{proof['record']}",
        "@type": "dpv:ConsentReceipt", "dct:conformsTo": f"{dpv}/schema/dpv-27560#receipt{gdpr}",
        "dct:identifier": proof["record"], "dct:created": _moment(leaf["t"]), "schema:recipient": "dpv:DataSubject",
        "dpv:hasDataController": {"@type": "dpv:DataController", "dpv:hasName": maker["name"], "dpv:hasAddress":
            maker["address"], "dpv:hasContact": maker["email"], "dpv:hasPolicy": maker["privacy_policy"]},
        "dpv:hasRecordOfActivity": {
            "@type": "dpv:ConsentRecord", "dct:conformsTo": f"{dpv}/schema/dpv-27560#record{gdpr}",
            "dct:identifier": proof["record"], "dct:replaces": choice["supersedes"], "dpv:hasService": leaf["site"],
            "dpv:hasApplicableLaw": choice["regulation"], **({"dpv:hasJurisdiction": region} if region else {}),
            "dpv:hasLegalBasis": "eu-gdpr:A6-1-a" if gdpr else "dpv:Consent",
            "dpv:hasConsentStatus": STATUS[choice["event"]], "dpv:isIndicatedAtTime": _moment(choice["received_at"]),
            "schema:validThrough": _moment(choice["valid_until"]), "dpv:hasIndicationMethod": {name: choice[name]
                for name in ("action", "layer", "writer", "gpc", "tc_string", "gpp_string") if name in choice},
            "dpv:hasNotice": {"dct:identifier": leaf["notice"], "dct:language": choice["language"]},
            "dpv:hasProcess": [{"dct:identifier": each["id"],
                "dpv:hasPurpose": texts[each["id"]]["title"], "dct:description": texts[each["id"]]["body"],
                "dpv:hasNecessity": "dpv:Required" if each["required"] else "dpv:Optional",
                "given": choice["purposes"][each["id"]], **_state(each["id"], choice)} for each in notice["purposes"]],
            "dpv:hasRecipient": [{"dct:identifier": each["id"], "dpv:hasName": each["name"],
                "dpv:hasPolicy": each["privacy_policy"], "purposes": each["purposes"],
                "given": choice["vendors"][each["id"]]} for each in notice["vendors"]]}, "proof": proof}  # fmt: skip


def _state(purpose: str, choice: Any) -> dict[str, Any]:
    event = choice.get("events", {}).get(purpose)  # what is required has none
    status = {} if event in (None, "imported") else {"dpv:hasConsentStatus": STATUS[event]}
    told = "events" in choice  # records of before each purpose had an event tell nothing of it
    return status | {"mode": choice["modes"][purpose], "default": choice["defaults"][purpose]} if told else {}


def _moment(ms: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


def check_bundle(file: Any, keys: Sequence[str] = ()) -> Iterator[str]:
    """Check a bundle (docs/contracts/bundle.md), given as a path or an open file; raises what `zipfile` raises."""
    with zipfile.ZipFile(file) as archive:
        data = archive.open("manifest.json").read(LARGEST)
        manifest = _members(_object(data, "manifest.json"), "manifest.json", MANIFEST)
        hashes, names = manifest["members"], archive.namelist()
        if manifest["format"] != "imprimatur/bundle/v1" or sorted(names) != sorted([*hashes, "manifest.json"]):
            raise Fault("manifest.json", "not of the form imprimatur/bundle/v1, or not naming every other member once")
        for name in hashes:
            if hashlib.file_digest(archive.open(name), "sha256").hexdigest() != hashes[name]:  # type: ignore[arg-type]
                raise Fault(name, "its bytes are not those that the manifest names")
        if keys and not any(key in manifest["keys"] for key in keys):
            raise Fault("manifest.json", f"the bundle names other keys than {' '.join(keys)}")
        note = archive.open("checkpoint").read(LARGEST).decode(errors="replace")
        checkpoint = open_checkpoint(note, [*manifest["keys"], *manifest["witnesses"]], "checkpoint", closed=True)
        above, count, notices = checkpoint.size, 0, set()
        with archive.open("records.jsonl") as lines:
            for count, line in enumerate(iter(lambda: lines.readline(LARGEST), b""), start=1):
                told = _members(_object(line, f"records.jsonl, line {count}"), f"records.jsonl, line {count}", RECORD)
                where = f"records.jsonl, line {count}, entry {told['index']}"
                if not 0 <= told["index"] < above:
                    raise Fault(where, "not below the entry of the line before, or of the checkpoint's size")
                notices.add(str(_entry(checkpoint, told, told["index"], told["inclusion"], where).get("notice", "")))
                above = told["index"]
    named = {f"notices/{each}.json": each for each in notices - {""}}
    if named.items() != {item for item in hashes.items() if item[0].startswith("notices/")}:
        raise Fault("notices", "they are not just those that the records name, each under its own hash")
    if count != manifest["records"]:
        raise Fault("manifest.json", f"it tells of {manifest['records']} records, there are {count}")
    yield from _vouching(checkpoint, keys)
    yield f"proven      {count} records: entries of that log, with parts and {len(named)} notices that it committed to"
    yield "not proven  that the filter left nothing out: count the entries of its sites and times in the log"
    if others := hashes.keys() - named.keys() - {"checkpoint", "records.jsonl"}:
        yield f"not proven  what stands in {', '.join(sorted(others))}"


def check_log(address: str, keys: Sequence[str] = (), since: str | None = None) -> Iterator[str]:
    """Check every entry and tile of the log at an address (http:, https:, file:), also against an older checkpoint."""
    told = urllib.parse.urljoin(address, "/.well-known/consent-log.json")
    known = keys or list(map(str, _object(_fetch(told), told).get("keys") or []))
    checkpoint = open_checkpoint(_fetch(f"{address}/checkpoint").decode(errors="replace"), known, "checkpoint")
    older = checkpoint if since is None else open_checkpoint(since, known, "older checkpoint")
    if older.size > checkpoint.size:
        raise Fault("checkpoint", f"{checkpoint.size} entries, but {older.size} were signed before: it was cut back")
    edges, edges_then, uppers = [list[bytes]()], [list[bytes]()], list[bytes]()
    for n, (bundle, tile) in _bundles(address, checkpoint.size):
        hashes, at = list[bytes](), 0
        while at < len(bundle):
            at, start = at + 2 + int.from_bytes(bundle[at : at + 2], "big"), at + 2
            hashes.append(sha256(b"\0", bundle[start:at]))
        if at != len(bundle) or len(hashes) != min(256, checkpoint.size - n * 256):
            raise Fault(f"entry {n * 256 + len(hashes)}", f"tile/entries/{_path(n)} ends inside or before it")
        if b"".join(hashes) != tile:
            wrong = next((i for i, each in enumerate(hashes) if each != tile[i * 32 : i * 32 + 32]), 256)
            raise Fault(f"entry {n * 256 + wrong}", f"tile/0/{_path(n)} lacks its hash, or one of both was changed")
        edges[0] = hashes if len(hashes) < 256 else []
        uppers += [] if len(hashes) < 256 else [root(hashes)]
        edges_then[0] = hashes[: older.size % 256] if n == older.size // 256 else edges_then[0]
    level = 0
    while uppers:
        level += 1
        for n in range(0, len(uppers), 256):
            path = f"tile/{level}/{_path(n // 256, len(uppers[n : n + 256]))}"
            if _fetch(f"{address}/{path}") != b"".join(uppers[n : n + 256]):
                raise Fault(path, f"it does not hold the hashes over the entries from {n << 8 * level} on")
        for edge, size in ((edges, checkpoint.size >> 8 * level), (edges_then, older.size >> 8 * level)):
            edge.append(uppers[size - size % 256 : size])
        uppers = [root(uppers[n : n + 256]) for n in range(0, len(uppers) - 255, 256)]
    if root_of_levels(edges) != checkpoint.root:
        raise Fault("checkpoint", "entries and tiles fit each other, and do not lead to the root that was signed")
    if root_of_levels(edges_then) != older.root:
        raise Fault("history", f"the first {older.size} entries are not those that were signed before")
    yield from _vouching(checkpoint, keys)
    yield f"proven      entries: {checkpoint.size}, which lead through {len(edges)} levels of tiles to the signed root"
    held = f"proven      history: the first {older.size} entries are those of the older checkpoint"
    yield held if since else "not proven  that nothing was rewritten: give --since with a checkpoint kept from before"
    yield "not proven  what the entries commit to: they hold salted hashes, which receipts and bundles open"


def _bundles(address: str, size: int) -> Iterator[tuple[int, list[bytes]]]:
    def read(n: int) -> list[bytes]:
        width, of, had, bundle = min(256, size - n * 256), f"entry {n * 256} and those after it", 0, b""
        for step in (width, 128, 64, 32, 16, 8, 4, 2, 1):  # where it is not whole, shorter ones tell what is missing
            longer = had + step <= width and _fetch(f"{address}/tile/entries/{_path(n, had + step)}", of)
            had, bundle = (had + step, longer) if longer else (had, bundle)
        return [bundle, _fetch(f"{address}/tile/0/{_path(n, width)}", of)]

    with ThreadPoolExecutor(8) as pool:
        for start in range(0, -(-size // 256), 128):
            if sys.stderr.isatty():
                print(f"\r{start * 256} of {size} entries", end="\r", file=sys.stderr)
            yield from enumerate(pool.map(read, range(start, min(start + 128, -(-size // 256)))), start)


def _path(n: int, width: int = 256) -> str:
    *groups, last = f"{n:,}".zfill(3).split(",")
    return "".join(f"x{each:0>3}/" for each in groups) + f"{last}{'' if width == 256 else f'.p/{width}'}"


def _fetch(address: str, of: str = "") -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bytes(answer.read(LARGEST))
    except (OSError, http.client.HTTPException, ValueError) as error:
        getattr(error, "close", int)()  # an answer such as 404 is an open one
        if of and getattr(error, "code", 0) == 404:
            return b""
        raise Fault(of or address, f"not to be had: {error}{of and f' for {address}'}") from None


def _object(data: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Fault(where, f"not JSON: {error}"[:200]) from None
    if not isinstance(value, dict):
        raise Fault(where, "expected a JSON object")
    return value


def _members(value: Any, where: str, kinds: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() - kinds:
        raise Fault(where, f"expected an object with {', '.join(kinds)}, and no more")
    for name, kind in kinds.items():
        member = value.get(name, ...)
        halves = isinstance(member, str) and any("\ud800" <= letter <= "\udfff" for letter in member)
        if not isinstance(member, kind) or isinstance(member, bool) or halves:
            raise Fault(f"{where}.{name}", "missing, of another kind, or with half a character")
    return {name: value[name] for name in kinds if name in value}


def _base64(text: Any, where: str, size: int | None = None) -> bytes:
    with suppress(ValueError, TypeError):
        data = base64.b64decode(text, validate=True)
        if base64.b64encode(data).decode() == text and size in (None, len(data)):
            return data
    raise Fault(where, f"not canonical base64{f' of {size} bytes' if size else ''}")


def _number(text: str, where: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18 or str(int(text)) != text:
        raise Fault(where, f"expected a number, got {text[:20]!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 where everything holds, 1 where something does not, 2 where nothing could be read."""
    parser = argparse.ArgumentParser(prog="consent verify", description="Check a receipt, a bundle or a whole log.")
    parser.add_argument("what", help="a receipt (- for standard input), bundle.zip, or a log's address or directory")
    parser.add_argument("--key", action="append", default=[], help="a key of the log or a witness, had from elsewhere")
    parser.add_argument("--since", metavar="FILE", help="an older checkpoint of the log, kept from before")
    given = parser.parse_args(arguments)
    try:
        if "://" in given.what or Path(given.what).is_dir():
            address = given.what if "://" in given.what else Path(given.what).absolute().as_uri()
            since = Path(given.since).read_text("utf-8", "replace") if given.since else None
            check = check_log(address.rstrip("/"), given.key, since)
        elif given.what.endswith(".zip"):
            check = check_bundle(given.what, given.key)
        else:
            data = sys.stdin.buffer.read() if given.what == "-" else Path(given.what).read_bytes()
            check = check_receipt(data, given.key)
        list(map(_show, check))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except Exception as error:  # a Fault, or whatever a forged file brings about: it is no proof
        _show(f"FAILS       {given.what}: {': '.join(map(str, error.args))}")
        return 1
    _show(f"VALID       {given.what}")
    return 0


def _show(line: str) -> None:  # the file may be anybody's: nothing in it may steer the terminal
    print("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))


if __name__ == "__main__":
    sys.exit(main())
