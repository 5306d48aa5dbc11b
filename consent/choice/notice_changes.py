"""What has changed from one notice to another, for people: the parts by name, texts word by word."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, NamedTuple

from consent.choice import reasking
from consent.choice.cookies import NOTICE_DIGITS, State
from consent.notices import Notice

Kind = Literal["same", "gone", "new"]


class Piece(NamedTuple):
    """Some words of a text, and what became of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place in the notice, as in `texts.en.body`; `pieces` tell it before and after."""

    place: str
    pieces: tuple[Piece, ...]


def changes(earlier: Notice, later: Notice) -> list[Change]:
    """List the places that differ, in the order of the later notice; what is gone comes where it stood.

    Vendors that came or went are told as wholes, by `vendors`.
    """
    both = earlier.vendors.keys() & later.vendors.keys()
    before, after = dict(_leaves(_with(earlier, both))), dict(_leaves(_with(later, both)))
    places = dict.fromkeys(chain(after, before))
    return [
        Change(place, tuple(_pieces(before.get(place, ""), after.get(place, ""))))
        for place in sorted(places, key=_order(list(later.document)))
        if before.get(place) != after.get(place)
    ]


def vendors(earlier: Notice, later: Notice) -> list[Piece]:
    """List the vendors that came and those that went, each by its name and what it asks for."""
    found: tuple[tuple[Kind, Notice, Notice], ...] = (("new", later, earlier), ("gone", earlier, later))
    return [
        Piece(kind, f"{vendor['name']} ({', '.join(vendor['purposes'])})")
        for kind, notice, other in found
        for vendor in notice.document["vendors"]
        if vendor["id"] not in other.vendors
    ]


def asked_anew(earlier: Notice, later: Notice) -> list[str]:
    """List the purposes that somebody who agreed to all of the earlier notice is asked about again."""
    agreed = State(earlier.sha256[:NOTICE_DIGITS], 0, dict.fromkeys(earlier.purposes, True), "")
    asked = reasking.ask(agreed, earlier, later)
    return [] if asked == "none" else list(later.optional if asked == "all" else asked)


def _with(notice: Notice, vendors: Collection[str]) -> dict[str, Any]:
    kept = [each for each in notice.document["vendors"] if each["id"] in vendors]
    return {**notice.document, "vendors": kept}


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Flatten a document; entries of a list go by their id where they have one, so that an order is no change."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for entry in value:
            yield from _leaves({name: inner for name, inner in entry.items() if name != "id"}, f"{place}.{entry['id']}")
    elif isinstance(value, list):
        yield place, ", ".join(map(str, value))
    else:
        yield place, "yes" if value is True else "no" if value is False else str(value)


def _order(parts: list[str]) -> Any:
    def order(place: str) -> tuple[int, str]:
        part = place.partition(".")[0]
        return (parts.index(part) if part in parts else len(parts), place)

    return order


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[i1:i2]))
            continue
        if i1 < i2:
            yield Piece("gone", "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece("new", "".join(new[j1:j2]))
