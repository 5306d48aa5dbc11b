"""The forms of an export: CSV, JSON Lines, JSON-LD and Parquet, each a head, the records, and a tail.

The first three write records apart from each other, Parquet a segment of them at a time. What records have
in common is written once for each terms: fifty thousand a second leave twenty microseconds for one.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from consent.audit import COLUMNS, cell
from consent.exports.columns import Parquet
from consent.exports.lines import Line, Terms, client_ms, forget, moment, of_terms, part, strings
from consent.ledger.merkle import leaf_hash
from consent.verify import STATUS

CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "schema": "https://schema.org/",
}


class JsonLines:
    """A record as the audit API tells it, one a line."""

    content_type = "application/jsonl"

    def __init__(self, receipts: str) -> None:
        """Write with addresses of receipts that begin so."""
        self._receipts = receipts
        self._told: dict[tuple[int, bool], tuple[str, str, str]] = {}

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def write(self, lines: Sequence[Line], terms: Mapping[int, Terms]) -> bytes:
        """Return records, newest first as they come."""
        forget(self._told)
        return "".join([self._line(line, terms) for line in lines]).encode()

    def end(self) -> tuple[bytes, str]:
        """Return nothing: every record is written by itself."""
        return b"", ""

    def tail(self, about: Mapping[str, Any], groups: Sequence[tuple[int, str]]) -> bytes:
        """Return nothing."""
        return b""

    def _line(self, it: Line, terms: Mapping[int, Terms]) -> str:
        key = (it.terms_id, it.choice is None)
        if key not in self._told:
            self._told[key] = self._of_terms(terms[it.terms_id], it.choice is None)
        one, two, three = self._told[key]
        person, context = part(it.person), part(it.context)
        subject, account, page = person.get("subject"), person.get("account"), context.get("page")
        client_at, (tc, gpp, component) = client_ms(it.choice), strings(it.choice)
        at = "null" if client_at is None else f'"{moment(client_at)}"'
        return (
            f'{{"index":{it.entry},"record":"{it.record}",{one}"received_at":"{moment(it.received_ms)}",'
            f'"client_at":{at},{two}"tc_string":{_json(tc)},"gpp_string":{_json(gpp)},"component":{_json(component)},"subject":{_json(subject)},"account":{_json(account)},"page":{_json(page)},'
            f'"leaf_hash":"{leaf_hash(it.leaf).hex()}","receipt":"{three}{it.record}"}}\n'
        )

    def _of_terms(self, it: Terms, erased: bool) -> tuple[str, str, str]:
        told = of_terms(it, erased)
        first = ("site", "event", "action", "purposes", "vendors", "notice", "language")
        second = ("regulation", "region", "layer", "writer", "gpc")
        one, two = ("".join(f'"{name}":{_json(told[name])},' for name in names) for names in (first, second))
        return one, two, _json(self._receipts)[1:-1]


class Csv:
    """The same as a table for spreadsheets: a view, never verified."""

    content_type = "text/csv; charset=utf-8"

    def __init__(self, receipts: str) -> None:
        """Write with addresses of receipts that begin so."""
        self._receipts = receipts
        self._told: dict[tuple[int, bool], tuple[str, str, str]] = {}

    def head(self) -> bytes:
        """Return the names of the columns."""
        return _csv(COLUMNS).encode()

    def write(self, lines: Sequence[Line], terms: Mapping[int, Terms]) -> bytes:
        """Return rows, newest first as they come."""
        forget(self._told)
        return "".join([self._row(line, terms) for line in lines]).encode()

    def end(self) -> tuple[bytes, str]:
        """Return nothing: every record is written by itself."""
        return b"", ""

    def tail(self, about: Mapping[str, Any], groups: Sequence[tuple[int, str]]) -> bytes:
        """Return nothing."""
        return b""

    def _row(self, it: Line, terms: Mapping[int, Terms]) -> str:
        key = (it.terms_id, it.choice is None)
        if key not in self._told:
            self._told[key] = self._of_terms(terms[it.terms_id], it.choice is None)
        one, two, receipts = self._told[key]
        person, context = part(it.person), part(it.context)
        client_at = client_ms(it.choice)
        own = (*strings(it.choice), person.get("subject"), person.get("account"), context.get("page"))
        whose = ",".join([_cell(each) for each in own])
        return (
            f"{it.entry},{it.record},{one},{moment(it.received_ms)},{'' if client_at is None else moment(client_at)},"
            f"{two},{whose},{leaf_hash(it.leaf).hex()},{receipts}{it.record}\r\n"
        )

    def _of_terms(self, it: Terms, erased: bool) -> tuple[str, str, str]:
        told = of_terms(it, erased)
        first = ("site", "event", "action", "purposes", "vendors", "notice", "language")
        second = ("regulation", "region", "layer", "writer", "gpc")
        one, two = (",".join(_cell(told[name]) for name in names) for names in (first, second))
        return one, two, self._receipts


class JsonLd:
    """Records of ISO/IEC TS 27560 in the terms of W3C DPV; the last node of the graph tells of the export."""

    content_type = "application/ld+json"

    def __init__(self, receipts: str) -> None:
        """Write with addresses of receipts that begin so."""
        self._receipts = _json(receipts)[1:-1]
        self._told: dict[tuple[int, bool], str] = {}

    def head(self) -> bytes:
        """Return the context."""
        return f'{{"@context": {_json(CONTEXT)}, "@graph": [\n'.encode()

    def write(self, lines: Sequence[Line], terms: Mapping[int, Terms]) -> bytes:
        """Return nodes, newest first as they come."""
        forget(self._told)
        return "".join([self._node(line, terms) for line in lines]).encode()

    def end(self) -> tuple[bytes, str]:
        """Return nothing: every record is written by itself."""
        return b"", ""

    def tail(self, about: Mapping[str, Any], groups: Sequence[tuple[int, str]]) -> bytes:
        """Return the node of the export itself."""
        node = {
            "@id": f"urn:uuid:{about['export']}",
            "@type": "schema:Dataset",
            "dct:created": about["created_at"],
            "dct:description": {"filter": about["filter"], "tree_size": about["tree_size"]},
            "dct:provenance": about["checkpoint"],
        }
        return f"{_json(node)}\n]}}\n".encode()

    def _node(self, it: Line, terms: Mapping[int, Terms]) -> str:
        key = (it.terms_id, it.choice is None)
        if key not in self._told:
            self._told[key] = _json(_node_of(terms[it.terms_id], it.choice is None))[1:-1]
        choice = {} if it.choice is None else json.loads(it.choice)
        own: dict[str, Any] = {
            "@id": f"urn:uuid:{it.record}",
            "@type": "dpv:ConsentRecord",
            "dct:identifier": it.record,
            "dct:created": moment(it.received_ms),
            "dpv:isIndicatedAtTime": _moment_of(choice.get("received_at")),
            "schema:validThrough": _moment_of(choice.get("valid_until")),
            "dct:replaces": choice.get("supersedes"),
            "dpv:hasDataSubject": part(it.person).get("subject"),
            **({"dct:source": choice["component"]} if choice.get("component") else {}),
        }
        receipt = f'"dct:references":"{self._receipts}{it.record}","schema:sha256":"{leaf_hash(it.leaf).hex()}"'
        return f"{_json(own)[:-1]},{self._told[key]},{receipt}}},\n"


#: The forms by their names, which are the endings of files too.
FORMS: dict[str, type[Csv] | type[JsonLines] | type[JsonLd] | type[Parquet]] = {
    "csv": Csv,
    "jsonl": JsonLines,
    "jsonld": JsonLd,
    "parquet": Parquet,
}


def _node_of(it: Terms, erased: bool) -> dict[str, Any]:
    purposes, vendors = ({}, {}) if erased else (it.purposes, it.vendors)
    return {
        "dpv:hasService": it.site,
        "dpv:hasApplicableLaw": it.regulation,
        "dpv:hasJurisdiction": it.region,
        "dpv:hasConsentStatus": STATUS[it.event],
        "dpv:hasIndicationMethod": {name: getattr(it, name) for name in ("action", "layer", "writer", "gpc")},
        "dpv:hasNotice": {"dct:identifier": it.notice, "dct:language": it.language},
        "dpv:hasProcess": [{"dct:identifier": name, "given": given} for name, given in purposes.items()],
        "dpv:hasRecipient": [{"dct:identifier": name, "given": given} for name, given in vendors.items()],
    }


def _moment_of(unix_ms: int | None) -> str | None:
    return None if unix_ms is None else moment(unix_ms)


# Made once: `json.dumps` makes another for each call.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(value: Any) -> str:
    return "null" if value is None else _encode(value)


def _cell(value: Any) -> str:
    text = cell(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _csv(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
