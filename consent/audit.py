"""What an officer asks of the records, and how a record is told: as JSON, and as a line of CSV.

CSV is a view for spreadsheets and never verified; whoever checks takes JSON Lines, receipts or tiles.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent import instants
from consent.ledger.merkle import leaf_hash

# A spreadsheet would run a cell that starts with one of these (OWASP, CSV injection).
RUNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "index", "record", "site", "event", "action", "purposes", "vendors", "notice", "language", "received_at",
    "client_at", "regulation", "region", "layer", "writer", "gpc", "tc_string", "gpp_string",
    "component", "subject", "account", "page", "leaf_hash", "receipt",
)  # fmt: skip


# What is asked for as a region where nobody knew one.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Filter:
    """Which records are meant; None means any.

    Attributes:
        subjects: subject references (`entries.subject_ref`), one per site that the subject may be of.
        receipt: the id of a receipt, which is its record's.
        given: the decision on `purpose` and `vendor`, or on any optional purpose where both are None.
        region: ISO 3166, or UNKNOWN.
        from_ms, to_ms: unix ms, the first included and the second not.
        accounts: account references (`entries.account_ref`), one per site likewise.
        sees_held: whether persons under a legal hold are told.
    """

    site: str | None = None
    subjects: tuple[str, ...] | None = None
    receipt: str | None = None
    purpose: str | None = None
    vendor: str | None = None
    given: bool | None = None
    event: str | None = None
    action: str | None = None
    notice: str | None = None
    language: str | None = None
    regulation: str | None = None
    region: str | None = None
    layer: str | None = None
    writer: str | None = None
    gpc: bool | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    accounts: tuple[str, ...] | None = None
    sees_held: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is stored; the bodies of erased parts are None."""

    index: int
    record: str
    site: str
    event: str
    action: str
    notice: str
    language: str
    layer: str
    writer: str
    regulation: str | None
    region: str | None
    received_ms: int
    leaf: bytes
    choice: bytes | None
    person: bytes | None
    context: bytes | None


def tell(row: Row, receipt: str) -> dict[str, Any]:
    """Tell a record; what was erased is null.

    Args:
        row: the record.
        receipt: the address of its receipt.
    """
    choice, person, context = (_part(body) for body in (row.choice, row.person, row.context))
    client_at = choice.get("client_at")
    return {
        "index": row.index,
        "record": row.record,
        "site": row.site,
        "event": row.event,
        "action": row.action,
        "purposes": choice.get("purposes"),
        "vendors": choice.get("vendors"),
        "notice": row.notice,
        "language": row.language,
        "received_at": instants.text(row.received_ms),
        "client_at": None if client_at is None else instants.text(client_at),
        "regulation": row.regulation,
        "region": row.region,
        "layer": row.layer,
        "writer": row.writer,
        "gpc": choice.get("gpc"),
        "tc_string": choice.get("tc_string"),
        "gpp_string": choice.get("gpp_string"),
        "component": choice.get("component"),
        "subject": person.get("subject"),
        "account": person.get("account"),
        "page": context.get("page"),
        "leaf_hash": leaf_hash(row.leaf).hex(),
        "receipt": receipt,
    }


def _part(body: bytes | None) -> Mapping[str, Any]:
    part: Mapping[str, Any] = {} if body is None else json.loads(body)
    return part


def csv_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Write CSV (RFC 4180) with a head line."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(columns)
    yield line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([cell(row[column]) for column in columns])
        yield line.getvalue()


def cell(value: Any) -> str:
    """Write one value so that no spreadsheet takes it for a formula."""
    if isinstance(value, Mapping):
        value = " ".join(f"{name}={_yes(given)}" for name, given in value.items())
    text = "" if value is None else _yes(value) if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(RUNS) else text


def _yes(given: object) -> str:
    return "yes" if given else "no"
