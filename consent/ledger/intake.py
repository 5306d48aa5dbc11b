"""What a stream entry becomes in the ledger: a record, or a quarantine leaf where it cannot be read.

Everything an entry claims is checked against its own commitments here, before the tree takes it. What is wrong is kept
and named, it neither blocks the entries after it nor gets lost.
"""

import hashlib
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import orjson

from consent.choice.events import EVENTS
from consent.ledger import acts
from consent.ledger.acts import Act
from consent.ledger.canonical import canonical
from consent.ledger.commitments import Opening
from consent.ledger.entries import LEAF_VERSION, MAX_LEAF_SIZE, kind, record_tag
from consent.ledger.sealing import IngestKey, SealError, key_id, unseal
from consent.statistics import answers

WORDS = ("event", "action", "notice", "language", "layer", "writer")
KINDS = (*EVENTS, "imported", *acts.KINDS)

# What the search columns take; a text that does not fit must not reach a statement, it would stop every entry after it.
_LONGEST = {"site": 63, "action": 16, "notice": 64, "language": 35, "layer": 16, "writer": 16, "regulation": 32}
_LONGEST |= {"region": 6, "purpose": 32, "vendor": 32, "record id": 36, "fingerprint": 64, "event": 16}
_LONGEST |= {"subject_ref": 64, "account_ref": 64}


class Person(NamedTuple):
    """The part that names somebody, and the references under which it is found."""

    opening: Opening
    subject_ref: str | None
    account_ref: str | None = None


@dataclass(frozen=True)
class Accepted:
    """A choice as the ledger takes it: what it says for searches (`terms`), until when it holds, what it supersedes.

    `person` and `context` are None where their day's key is gone.
    `answers`: it answers a notice that was put to the reader (`consent.statistics`).
    """

    record_id: str
    fingerprint: str
    site: str
    received_ms: int
    leaf: bytes
    choice: Opening
    terms: Mapping[str, Any]
    until_ms: int
    supersedes: str | None
    person: Person | None
    context: Opening | None
    answers: bool

    @cached_property
    def alike(self) -> tuple[Any, ...]:
        """What tells whether two records have the same site and terms."""
        words = [self.terms[name] for name in (*WORDS, "regulation", "region", "gpc")]
        return (self.site, *words, *self.terms["purposes"].items(), None, *self.terms["vendors"].items())

    def conflict_leaf(self) -> bytes:
        """Return the leaf that tells of this choice where its event id is taken by another content."""
        return canonical(
            {
                "v": LEAF_VERSION,
                "k": "conflict",
                "id": record_tag(self.record_id),
                "site": self.site,
                "t": self.received_ms,
                "leaf": hashlib.sha256(self.leaf).hexdigest(),
            }
        )


@dataclass(frozen=True)
class Quarantined:
    """An entry that could not be taken: why, the leaf that tells of it, and all that came."""

    reason: str
    leaf: bytes
    raw: bytes


class _Unfit(ValueError):
    """The entry contradicts its form or itself."""


def take(
    stream_id: str, fields: Mapping[bytes, bytes], find_key: Callable[[str], IngestKey | None]
) -> "Accepted | Act | Quarantined":
    """Read one stream entry.

    Args:
        stream_id: its id in the stream.
        fields: its fields, as Redis gives them.
        find_key: returns the ingest key of an id, or None where it is gone.
    """
    try:
        return _accept(fields, find_key)
    except (_Unfit, SealError, KeyError, TypeError, ValueError, RecursionError) as error:
        return quarantine(stream_id, fields, f"{type(error).__name__}: {error}")


def _accept(fields: Mapping[bytes, bytes], find_key: Callable[[str], IngestKey | None]) -> Accepted | Act:
    leaf_bytes = fields[b"l"]
    record_id = _word("record id", fields[b"i"].decode("ascii"))
    leaf = orjson.loads(leaf_bytes)
    _expect(len(leaf_bytes) <= MAX_LEAF_SIZE, "the leaf is too large")
    _expect(leaf["v"] == LEAF_VERSION and leaf["k"] in KINDS, "no leaf of a choice or an act")
    _expect(type(leaf["t"]) is int and 0 <= leaf["t"] < 1 << 53, "the leaf's time is none")
    _expect(leaf["id"] == record_tag(record_id), "the leaf is of another record")
    if leaf["k"] in acts.KINDS:
        return _act(fields, leaf, find_key)
    choice = _opening(orjson.loads(fields[b"c"]))
    _expect(choice.opens("choice", leaf["choice"]), "the leaf does not commit to the choice")
    person, context = _personal(fields[b"s"], record_id, leaf, find_key)
    body = orjson.loads(choice.body)
    until_ms, supersedes = body["valid_until"], body["supersedes"]
    _expect(type(until_ms) is int and 0 <= until_ms < 1 << 53, "the end of validity is none")
    _expect(supersedes is None or type(supersedes) is str, "what it supersedes is no id")
    return Accepted(
        record_id=record_id,
        fingerprint=_word("fingerprint", fields[b"f"].decode("ascii")),
        site=_known_word("site", leaf["site"]),
        received_ms=leaf["t"],
        leaf=leaf_bytes,
        choice=choice,
        terms=_terms(body, leaf),
        until_ms=until_ms,
        supersedes=supersedes,
        person=person,
        context=context,
        answers=answers(body),
    )


def _act(fields: Mapping[bytes, bytes], leaf: Mapping[str, Any], find_key: Callable[[str], IngestKey | None]) -> Act:
    act = acts.read(fields, leaf, find_key(key_id(fields[b"s"])))
    _word("fingerprint", act.fingerprint)
    if act.site is not None:
        _word("site", act.site)
    known = act.kind not in acts.DEEDS or act.references is not None
    _expect(known, "the day's key is gone: nobody knows whom it is about")
    return act


def _terms(terms: Mapping[str, Any], leaf: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit searches by."""
    # an import's leaf had its event for a name before it had one of its own
    named = leaf["k"] in (terms["event"], kind(terms["action"], terms["event"]))
    _expect(named and terms["notice"] == leaf["notice"], "the choice is not the leaf's")
    words: dict[str, Any] = {name: _known_word(name, terms[name]) for name in WORDS}
    _expect(terms["event"] in EVENTS, "no event of a record")
    for name in ("regulation", "region"):  # records of before regions were told have none
        words[name] = None if terms.get(name) is None else _known_word(name, terms[name])
    _expect(type(terms.get("gpc", False)) is bool, "gpc is neither true nor false")
    decisions = {name: _decisions(name[:-1], terms.get(name, {})) for name in ("purposes", "vendors")}
    return {**words, "gpc": terms.get("gpc", False), **decisions}


def _decisions(of: str, decided: Mapping[str, Any]) -> dict[str, bool]:
    _expect(set(map(type, decided.values())) <= {bool}, "a decision is neither true nor false")
    return _known_decisions(of, *decided.items())


def _word(name: str, value: Any) -> str:
    fits = isinstance(value, str) and 0 < len(value) <= _LONGEST[name] and value.isascii() and value.isprintable()
    _expect(fits, f"{name}: not a word of at most {_LONGEST[name]} letters")
    return str(value)


# Few words are said by many records: asked of each anew, they took a fifth of the drain's time.
_known_word = lru_cache(maxsize=10_000)(_word)


@lru_cache(maxsize=10_000)
def _known_decisions(of: str, *decided: tuple[str, bool]) -> dict[str, bool]:
    return {_word(of, name): given for name, given in decided}


def _personal(
    sealed: bytes, record_id: str, leaf: Mapping[str, Any], find_key: Callable[[str], IngestKey | None]
) -> tuple[Person | None, Opening | None]:
    key = find_key(key_id(sealed))
    if key is None:  # erased by the key's age: the choice stands all the same
        return None, None
    parts = orjson.loads(unseal(key, sealed, record_id))
    person, context = _opening(parts["person"]), _opening(parts["context"])
    _expect(person.opens("person", leaf["person"]), "the leaf does not commit to the person")
    _expect(context.opens("context", leaf["context"]), "the leaf does not commit to the context")
    return Person(person, *(_reference(parts["person"], name) for name in ("subject_ref", "account_ref"))), context


def _reference(part: Mapping[str, Any], name: str) -> str | None:
    reference = part.get(name)  # entries of an earlier release know no accounts
    return None if reference is None else _word(name, reference)


def _opening(value: Mapping[str, str]) -> Opening:
    return Opening(a2b_base64(value["salt"], strict_mode=True), value["body"].encode())


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _Unfit(otherwise)


def quarantine(stream_id: str, fields: Mapping[bytes, bytes], reason: str) -> Quarantined:
    """Return the entry as one that could not be taken, and why."""
    # Sorted and length-led, so that the same entry has the same bytes after every replay.
    raw = b"".join(len(part).to_bytes(4, "big") + part for pair in sorted(fields.items()) for part in pair)
    leaf = canonical(
        {
            "v": LEAF_VERSION,
            "k": "quarantine",
            "stream": stream_id,
            "t": int(stream_id.partition("-")[0]),
            "entry": hashlib.sha256(raw).hexdigest(),
        }
    )
    return Quarantined(reason, leaf, raw)
