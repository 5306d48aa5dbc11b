"""Records as columns: the Parquet form. A column has the name that the audit API gives it, and a type of its own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from consent.exports import parquet
from consent.exports.lines import Line, Terms, client_ms, forget, of_terms, part, strings
from consent.exports.parquet import Cells, Column, Row, RowGroup
from consent.ledger.merkle import leaf_hash

OF_TERMS = (
    Column("site", "text", optional=False),
    Column("event", "text", optional=False),
    Column("action", "text", optional=False),
    Column("purposes", "flags"),
    Column("vendors", "flags"),
    Column("notice", "text", optional=False),
    Column("language", "text", optional=False),
    Column("regulation", "text"),
    Column("region", "text"),
    Column("layer", "text", optional=False),
    Column("writer", "text", optional=False),
    Column("gpc", "flag"),
)
OWN = (
    Column("index", "number", optional=False),
    Column("record", "text", optional=False),
    Column("received_at", "moment", optional=False),
    Column("client_at", "moment"),
    Column("tc_string", "text"),
    Column("gpp_string", "text"),
    Column("component", "text"),
    Column("subject", "text"),
    Column("account", "text"),
    Column("page", "text"),
    Column("leaf_hash", "text", optional=False),
    Column("receipt", "text", optional=False),
)
COLUMNS = (*OWN, *OF_TERMS)


class Parquet:
    """Records as an Apache Parquet file, in which a segment is a row group."""

    content_type = "application/vnd.apache.parquet"

    def __init__(self, receipts: str) -> None:
        """Write with addresses of receipts that begin so."""
        self._receipts = receipts
        self._told: dict[tuple[int, bool], tuple[Cells, ...]] = {}
        self._group = RowGroup(OWN, OF_TERMS)

    def head(self) -> bytes:
        """Return what every Parquet file begins with."""
        return parquet.MAGIC

    def write(self, lines: Sequence[Line], terms: Mapping[int, Terms]) -> bytes:
        """Keep records, newest first as they come: their columns are written once the segment is whole."""
        forget(self._told)
        self._group.add([Row(self._own(line), self._common(line, terms)) for line in lines])
        return b""

    def end(self) -> tuple[bytes, str]:
        """Return the row group, and where in it the columns are."""
        group, self._group = self._group, RowGroup(OWN, OF_TERMS)
        return group.end()

    def tail(self, about: Mapping[str, Any], groups: Sequence[tuple[int, str]]) -> bytes:
        """Return the footer, which tells of the export too."""
        names = ("export", "created_at", "tree_size", "checkpoint", "filter")
        told = {name: about[name] for name in names}
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}
        return parquet.footer(COLUMNS, groups, texts)

    def _common(self, it: Line, terms: Mapping[int, Terms]) -> tuple[Cells, ...]:
        key = (it.terms_id, it.choice is None)
        if key not in self._told:
            told = of_terms(terms[it.terms_id], it.choice is None)
            each = (parquet.cells(column, [told[column.name]]) for column in OF_TERMS)
            self._told[key] = tuple(stored for column in each for stored in column)
        return self._told[key]

    def _own(self, it: Line) -> tuple[Any, ...]:
        person, context = part(it.person), part(it.context)
        return (
            *(it.entry, it.record, it.received_ms, client_ms(it.choice), *strings(it.choice)),
            *(person.get("subject"), person.get("account"), context.get("page")),
            *(leaf_hash(it.leaf).hex(), self._receipts + it.record),
        )
