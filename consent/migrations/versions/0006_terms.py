"""What many records have in common moves into `terms`, which records name by number; the tally counts them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BATCH = 2000
LEVELS = (16, 20, 24)
WORDS = ("event", "action", "notice", "language", "layer", "writer")
KEPT = ("log_id", "idx", "record_id", "fingerprint", "received_ms")


def upgrade() -> None:
    op.rename_table("record", "old_record")
    op.rename_table("decision", "old_decision")
    for name in ("id_once", "by_site", "by_action", "by_notice", "by_time"):
        op.drop_index(f"record_{name}", "old_record")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("record", "decision"):
            op.execute(f"ALTER INDEX {name}_pkey RENAME TO old_{name}_pkey")
    _make_tables()
    _move()
    op.create_index("record_id_once", "record", ["log_id", "record_id"], unique=True)
    op.create_index("record_by_terms", "record", ["log_id", "terms_id", "idx"])
    op.create_index("record_by_time", "record", ["log_id", "received_ms"])
    op.drop_table("old_decision")
    op.drop_table("old_record")


def _make_tables() -> None:
    _table(
        "record",
        _number("idx"),
        _text("record_id", 36),
        _text("fingerprint", 64),
        _number("received_ms"),
        _number("terms_id"),
        key=("log_id", "idx"),
    )
    _table(
        "terms",
        _number("terms_id"),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        _text("site", 63),
        _text("event", 16),
        _text("action", 16),
        _text("notice", 64),
        _text("language", 35),
        _text("layer", 16),
        _text("writer", 16),
        sa.Column("regulation", sa.String(32)),
        sa.Column("region", sa.String(6)),
        sa.Column("gpc", sa.Boolean),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("vendors", sa.Text, nullable=False),
        key=("log_id", "terms_id"),
    )
    op.create_index("terms_once", "terms", ["log_id", "digest"], unique=True)
    given = sa.Column("given", sa.Boolean, nullable=False)
    key = ("log_id", "about", "name", "given", "terms_id")
    _table("decision", _text("about", 8), _text("name", 32), given, _number("terms_id"), key=key)
    level = sa.Column("level", sa.Integer, nullable=False)
    place = ("log_id", "level", "block", "terms_id")
    _table("tally", level, _number("block"), _number("terms_id"), _number("n"), key=place)


def _table(name: str, *columns: sa.Column[Any], key: tuple[str, ...]) -> None:
    log = sa.Column("log_id", sa.Integer, nullable=False)
    op.create_table(name, log, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _text(name: str, longest: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(longest), nullable=False)


def _move() -> None:
    """Move the records, a batch at a time, with the terms that their choices tell."""
    connection = op.get_bind()
    numbers: dict[tuple[int, bytes], int] = {}
    counts: Counter[tuple[int, int, int, int]] = Counter()
    tables = {name: _named(name) for name in ("record", "terms", "decision", "tally")}
    for rows in _batches(connection):
        moved = []
        for row in rows:
            number = _number_of(connection, row, numbers, tables)
            moved.append({name: row[name] for name in KEPT} | {"terms_id": number})
            for level in LEVELS:
                counts[row["log_id"], level, row["idx"] >> level, number] += 1
        connection.execute(tables["record"].insert(), moved)
    named = ("log_id", "level", "block", "terms_id")
    tallied = [dict(zip(named, place, strict=True), n=n) for place, n in counts.items()]
    for at in range(0, len(tallied), BATCH):
        connection.execute(tables["tally"].insert(), tallied[at : at + BATCH])


def _batches(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    after = {"log_id": -1, "idx": -1}
    statement = sa.text(
        "SELECT r.*, c.body FROM old_record r LEFT JOIN choice c ON c.log_id = r.log_id AND c.idx = r.idx"
        " WHERE (r.log_id, r.idx) > (:log_id, :idx) ORDER BY r.log_id, r.idx LIMIT :batch"
    )
    while rows := connection.execute(statement, after | {"batch": BATCH}).all():
        yield [dict(row._mapping) for row in rows]
        after = {"log_id": rows[-1].log_id, "idx": rows[-1].idx}


def _number_of(
    connection: sa.Connection,
    row: dict[str, Any],
    numbers: dict[tuple[int, bytes], int],
    tables: dict[str, sa.Table],
) -> int:
    choice: dict[str, Any] = json.loads(bytes(row["body"])) if row["body"] is not None else {}
    decided = {name: choice.get(name, {}) for name in ("purposes", "vendors")}
    found = {"regulation": choice.get("regulation"), "region": choice.get("region"), "gpc": choice.get("gpc", False)}
    terms = {"site": row["site"], **{name: row[name] for name in WORDS}, **found, **decided}
    digest = hashlib.sha256(rfc8785.dumps(terms)).digest()
    key = (row["log_id"], digest)
    if key in numbers:
        return numbers[key]
    number = numbers[key] = len(numbers) + 1
    place = {"log_id": row["log_id"], "terms_id": number}
    texts = {name: json.dumps(each, separators=(",", ":")) for name, each in decided.items()}
    connection.execute(tables["terms"].insert(), terms | texts | place | {"digest": digest})
    decisions = [
        place | {"about": name[:-1], "name": each, "given": given}
        for name in decided
        for each, given in decided[name].items()
    ]
    if decisions:
        connection.execute(tables["decision"].insert(), decisions)
    return number


def _named(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
