"""Check a consent receipt without network, database or the service that issued it: `python verify.py receipt.json`.

For auditors: one file, to be read from top to bottom, which needs Python 3.11 and the `cryptography` package only.
Sources: RFC 9162 §2.1 (Merkle tree), c2sp.org/signed-note, /tlog-checkpoint, /tlog-proof; docs/contracts/consents.md.

A receipt is a JSON document whose `proof` holds everything that is proven. All else in it only repeats what the proof
says, so `describe` writes it again and every byte of the file must be the same.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF_KEYS = ("record", "leaf", "leaf_hash", "choice", "notice", "inclusion", "key")
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#"
CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "schema": "https://schema.org/",
}
GDPR = ("eu", "fr")
STATUS = {
    "given": "dpv:ConsentGiven",
    "renewed": "dpv:RenewedConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
    "expired": "dpv:ConsentExpired",
}


class Fault(Exception):
    """Something does not hold; `where` is the place in the document, `what` is for a person."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where


@dataclass
class Report:
    """What was proven in order, what was not looked at or cannot be, and the fault that ended it, if any."""

    proven: list[str] = field(default_factory=list)
    not_proven: list[str] = field(default_factory=list)
    fault: Fault | None = None


class Checkpoint(NamedTuple):
    """What a log signed: at this size its tree has this root."""

    origin: str
    size: int
    root: bytes


def verify(data: bytes, key: str | None = None) -> Report:
    """Check a receipt.

    Args:
        data: the file's bytes.
        key: the log's key, had from elsewhere; None takes the key in the receipt, which proves less.
    """
    report = Report()
    try:
        _verify(_decode_text(data), key, report)
    except Fault as fault:
        report.fault = fault
    except RecursionError:
        report.fault = Fault("$", "nested too deep")
    return report


def _verify(text: str, key: str | None, report: Report) -> None:
    proof = _proof(_parse(text))
    if key is not None and proof["key"] != key:
        raise Fault("$.proof.key", f"the receipt names another key than the one given, {key}")
    checkpoint, index, hashes = read_inclusion(proof["inclusion"], proof["key"], "$.proof.inclusion")
    report.proven.append(f"signature: {checkpoint.origin} vouches for a log of {checkpoint.size} entries")

    leaf_bytes = _base64(proof["leaf"], "$.proof.leaf")
    _check_leaf_hash(leaf_bytes, proof["leaf_hash"], index, hashes, checkpoint)
    report.proven.append(f"inclusion: the record is entry {index} of that log")

    leaf = _object(leaf_bytes, "$.proof.leaf")
    if record_tag(proof["record"]) != leaf.get("id"):
        raise Fault("$.proof.record", "it is not the id of the record that the log holds")
    choice_bytes = proof["choice"]["body"].encode()
    salt = _base64(proof["choice"]["salt"], "$.proof.choice.salt")
    if commit("choice", salt, choice_bytes) != leaf.get("choice"):
        raise Fault("$.proof.choice", "it is not the choice that the log committed to")
    choice = _object(choice_bytes, "$.proof.choice.body")
    report.proven.append("choice: it is the one that the log committed to")

    notice_bytes = proof["notice"].encode()
    if hashlib.sha256(notice_bytes).hexdigest() != leaf.get("notice"):
        raise Fault("$.proof.notice", "it is not the notice that the log committed to")
    report.proven.append(f"notice: it is the one with SHA-256 {leaf['notice']}")

    _compare(text, describe(leaf, choice, _object(notice_bytes, "$.proof.notice"), proof))
    report.proven.append(f"document: every byte of it follows from its proof; consent {choice['event']}")
    report.not_proven += _limits(key, proof["key"])


def _limits(key: str | None, own_key: str) -> Iterator[str]:
    if key is None:
        yield f"that the key is the log's own: it came with the receipt. Compare it, or give --key: {own_key}"
    yield "who made the choice, for the receipt names nobody; nor the times, which are the service's clock"
    yield "that everybody is shown the same log: compare checkpoints with other holders"


def _decode_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(_place(data[: error.start].decode("utf-8", "replace")), "not UTF-8") from None


def _parse(text: str) -> dict[str, Any]:
    # Names that stand twice, NaN and the like need no care here: the bytes are compared in the end.
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise Fault(f"line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}") from None
    except ValueError as error:  # a number of thousands of digits
        raise Fault("$", f"not a receipt: {error}") from None
    if not isinstance(document, dict):
        raise Fault("$", "expected an object")
    return document


def _proof(document: Mapping[str, Any]) -> dict[str, Any]:
    proof = _member(document, "proof", "$", dict)
    choice = _member(proof, "choice", "$.proof", dict)
    known = {name: _member(proof, name, "$.proof", str) for name in PROOF_KEYS if name != "choice"}
    known["choice"] = {name: _member(choice, name, "$.proof.choice", str) for name in ("salt", "body")}
    return {name: known[name] for name in PROOF_KEYS}


def _member(value: Mapping[str, Any], name: str, where: str, kind: type) -> Any:
    member = value.get(name)
    if not isinstance(member, kind):
        raise Fault(f"{where}.{name}", f"missing, or not {'text' if kind is str else 'an object'}")
    if isinstance(member, str) and any("\ud800" <= letter <= "\udfff" for letter in member):
        raise Fault(f"{where}.{name}", "half a character")
    return member


def _object(data: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Fault(where, "committed to, but not a JSON object")
    return value


def _base64(text: str, where: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Fault(where, "not base64") from None
    if base64.b64encode(data).decode() != text:  # two spellings of the same bytes
        raise Fault(where, "not canonical base64")
    return data


def record_tag(record_id: str) -> str:
    """Return what the public log tells of a record's id: nothing, to those who do not know it. In hex."""
    return hashlib.sha256(b"imprimatur/record/v1\0" + record_id.encode()).hexdigest()


def commit(part: str, salt: bytes, body: bytes) -> str:
    """Return the commitment to a part of a record, in hex."""
    return hashlib.sha256(b"imprimatur/commit/v1\0" + part.encode() + b"\0" + salt + body).hexdigest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def leads_to_root(leaf: bytes, index: int, hashes: Sequence[bytes], checkpoint: Checkpoint) -> bool:
    """Follow an inclusion proof from a leaf hash upwards (RFC 9162 §2.1.3.2)."""
    node, last, current = index, checkpoint.size - 1, leaf
    for sibling in hashes:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = _node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = _node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == checkpoint.root


def _check_leaf_hash(leaf: bytes, stated: str, index: int, hashes: Sequence[bytes], checkpoint: Checkpoint) -> None:
    # The hash stands there beside the leaf, so that a change can be told from a change of the path.
    computed = hashlib.sha256(b"\0" + leaf).digest()
    if leads_to_root(computed, index, hashes, checkpoint):
        if computed.hex() != stated:
            raise Fault("$.proof.leaf_hash", "it is not the hash of the leaf")
    elif computed.hex() != stated:
        raise Fault("$.proof.leaf", "it is not the leaf whose hash the receipt states")
    else:
        raise Fault("$.proof.inclusion", "index and hashes do not lead from the record to the signed root")


def read_inclusion(text: str, key: str, where: str) -> tuple[Checkpoint, int, list[bytes]]:
    """Read a tlog-proof: the signed checkpoint, the entry's index, and the hashes that lead to the root."""
    head, blank, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != "c2sp.org/tlog-proof@v1" or not blank or not lines or not lines[0].startswith("index "):
        raise Fault(where, "not a proof of the form c2sp.org/tlog-proof@v1")
    index = _number(lines[0].removeprefix("index "), f"{where}, line 2")
    hashes = [_base64(line, f"{where}, line {at}") for at, line in enumerate(lines[1:], start=3)]
    for at, each in enumerate(hashes, start=3):
        if len(each) != 32:
            raise Fault(f"{where}, line {at}", "expected a hash of 32 bytes")
    checkpoint = open_checkpoint(note, key, where)
    if index >= checkpoint.size:
        raise Fault(f"{where}, line 2", f"the log has {checkpoint.size} entries, there is no entry {index}")
    return checkpoint, index, hashes


def open_checkpoint(note: str, key: str, where: str) -> Checkpoint:
    """Read a checkpoint that carries the signature of `key`, and no signature that cannot be checked."""
    name, key_id, public = _read_key(key)
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not blank or len(lines) != 4 or not signatures.endswith("\n"):
        raise Fault(where, "the checkpoint is not three lines, a blank line and signatures")
    for line in signatures[:-1].split("\n"):
        dash, _, encoded = line.rpartition(" ")
        signature = _base64(encoded, f"{where}, signature")
        if dash != f"— {name}" or signature[:4] != key_id:
            raise Fault(f"{where}, signature", f"it is not by the key {key}")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
        except (InvalidSignature, ValueError):
            raise Fault(f"{where}, signature", "checkpoint and signature do not belong together") from None
    if lines[0] != name:
        raise Fault(where, f"the checkpoint is of {lines[0]}, the key of {name}")
    return Checkpoint(lines[0], _number(lines[1], f"{where}, size"), _base64(lines[2], f"{where}, root"))


def _read_key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _base64(encoded, "$.proof.key")
    own_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if not name or len(data) != 33 or data[0] != 1 or own_id.hex() != key_id:
        raise Fault("$.proof.key", "not a key whose id fits its name and bytes")
    return name, own_id, data[1:]


def _number(text: str, where: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18 or str(int(text)) != text:
        raise Fault(where, f"expected a number, got {text[:20]!r}")
    return int(text)


def describe(
    leaf: Mapping[str, Any], choice: Mapping[str, Any], notice: Mapping[str, Any], proof: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the receipt that a proof stands for: ISO/IEC TS 27560 in W3C DPV terms (JSON-LD)."""
    try:
        return _describe(proof["record"], leaf, choice, notice) | {"proof": proof}
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise Fault("$.proof", f"committed to, but not of the known form: {type(error).__name__} {error}") from None


def _describe(
    record: str, leaf: Mapping[str, Any], choice: Mapping[str, Any], notice: Mapping[str, Any]
) -> dict[str, Any]:
    controller, profile = notice["controller"], "-eu-gdpr" if choice["regulation"] in GDPR else ""
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{record}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": f"{PROFILE}receipt{profile}",
        "dct:identifier": record,
        "dct:created": moment(leaf["t"]),
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dpv:hasName": controller["name"],
            "dpv:hasAddress": controller["address"],
            "dpv:hasContact": controller["email"],
            "dpv:hasPolicy": controller["privacy_policy"],
        },
        "dpv:hasRecordOfActivity": {
            "@type": "dpv:ConsentRecord",
            "dct:conformsTo": f"{PROFILE}record{profile}",
            "dct:identifier": record,
            "dct:replaces": choice["supersedes"],
            "dpv:hasService": leaf["site"],
            "dpv:hasApplicableLaw": choice["regulation"],
            **_jurisdiction(choice),
            "dpv:hasLegalBasis": "eu-gdpr:A6-1-a" if profile else "dpv:Consent",
            "dpv:hasConsentStatus": STATUS[choice["event"]],
            "dpv:isIndicatedAtTime": moment(choice["received_at"]),
            "schema:validThrough": moment(choice["valid_until"]),
            "dpv:hasIndicationMethod": {name: choice[name] for name in ("action", "layer", "writer", "gpc")},
            "dpv:hasNotice": {"dct:identifier": leaf["notice"], "dct:language": choice["language"]},
            "dpv:hasProcess": [_purpose(each, choice, notice) for each in notice["purposes"]],
            "dpv:hasRecipient": [_vendor(each, choice) for each in notice["vendors"]],
        },
    }


def _jurisdiction(choice: Mapping[str, Any]) -> dict[str, Any]:
    if "region" not in choice:  # records of before regions were told
        return {}
    return {"dpv:hasJurisdiction": {"region": choice["region"], "source": choice["region_source"]}}


def _purpose(purpose: Mapping[str, Any], choice: Mapping[str, Any], notice: Mapping[str, Any]) -> dict[str, Any]:
    texts = notice["texts"][choice["language"]]["purposes"][purpose["id"]]
    return {
        "dct:identifier": purpose["id"],
        "dpv:hasPurpose": texts["title"],
        "dct:description": texts["body"],
        "dpv:hasNecessity": "dpv:Required" if purpose["required"] else "dpv:Optional",
        "given": choice["purposes"][purpose["id"]],
        **_state(purpose["id"], choice),
    }


def _state(purpose: str, choice: Mapping[str, Any]) -> dict[str, Any]:
    if "events" not in choice:  # records of before each purpose had an event
        return {}
    event = choice["events"].get(purpose)
    # what another tool was told has the status of the whole; what is required has none
    status = {} if event in (None, "imported") else {"dpv:hasConsentStatus": STATUS[event]}
    return {**status, "mode": choice["modes"][purpose], "default": choice["defaults"][purpose]}


def _vendor(vendor: Mapping[str, Any], choice: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dct:identifier": vendor["id"],
        "dpv:hasName": vendor["name"],
        "dpv:hasPolicy": vendor["privacy_policy"],
        "purposes": vendor["purposes"],
        "given": choice["vendors"][vendor["id"]],
    }


def moment(ms: int) -> str:
    """Write a time in ms since 1970 as RFC 3339."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def serialise(document: Mapping[str, Any]) -> str:
    """Write the document in the one form that is accepted."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _compare(text: str, expected: Mapping[str, Any]) -> None:
    wanted = serialise(expected)
    if text == wanted:
        return
    at = next((at for at, (one, two) in enumerate(zip(text, wanted, strict=False)) if one != two), None)
    place = _place(text[: min(len(text), len(wanted)) if at is None else at])
    path = _difference(json.loads(text), expected, "$")
    if path is None:
        raise Fault(place, "same values, other bytes: not the spelling that was issued")
    raise Fault(f"{path} ({place})", "it does not follow from the proof")


def _difference(one: Any, two: Any, path: str) -> str | None:
    if isinstance(one, dict) and isinstance(two, dict):
        for name in dict.fromkeys((*two, *one)):
            if name not in one or name not in two:
                return f"{path}.{name}"
            if found := _difference(one[name], two[name], f"{path}.{name}"):
                return found
        return None
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        pairs = enumerate(zip(one, two, strict=True))
        return next((found for at, (a, b) in pairs if (found := _difference(a, b, f"{path}[{at}]"))), None)
    return None if type(one) is type(two) and one == two else path


def _place(before: str) -> str:
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 where everything holds, 1 where something does not, 2 where nothing could be read."""
    parser = argparse.ArgumentParser(prog="consent verify", description="Check a consent receipt, offline.")
    parser.add_argument("file", help="the receipt, or - for standard input")
    parser.add_argument("--key", help="the log's key (vkey), had from elsewhere than the receipt")
    given = parser.parse_args(arguments)
    try:
        data = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    except OSError as error:
        print(f"{given.file}: {error.strerror}", file=sys.stderr)
        return 2
    report = verify(data, given.key)
    lines = [f"proven      {each}" for each in report.proven] + [f"not proven  {each}" for each in report.not_proven]
    lines.append(f"FAILS       {given.file}: {report.fault}" if report.fault else f"VALID       {given.file}")
    for line in lines:  # the receipt may be anybody's: nothing in it may steer the terminal
        print("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))
    return 1 if report.fault else 0


if __name__ == "__main__":
    sys.exit(main())
