"""The ledger: state, leaves, tiles, checkpoints, the erasable parts and what the audit searches by."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("leaf", "tile", "checkpoint")


def upgrade() -> None:
    _log()
    _parts()
    _search()
    for table in APPEND_ONLY:
        _forbid_changes(table)


def _table(name: str, *columns: sa.Column[Any], key: tuple[str, ...]) -> None:
    log = sa.Column("log_id", sa.Integer, nullable=False)
    op.create_table(name, log, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _log() -> None:
    op.create_table(
        "log_state",
        sa.Column("log_id", sa.Integer, primary_key=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("vkey", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("cursor", sa.String(41), nullable=False),
        sa.Column("consumed", sa.BigInteger, nullable=False),
    )
    _table("leaf", _index(), _bytes("body"), key=("log_id", "idx"))
    for name in ("tile", "edge"):
        key = ("log_id", "level", "n") if name == "tile" else ("log_id", "level")
        level = sa.Column("level", sa.Integer, nullable=False)
        _table(name, level, sa.Column("n", sa.BigInteger, nullable=False), _bytes("hashes"), key=key)
    _table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, nullable=False),
        _bytes("root"),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        key=("log_id", "size"),
    )


def _parts() -> None:
    _table("choice", _index(), _bytes("salt"), _bytes("body"), key=("log_id", "idx"))
    reference = sa.Column("subject_ref", sa.String(64))
    _table("person", _index(), _bytes("salt"), _bytes("body"), reference, key=("log_id", "idx"))
    op.create_index("person_by_subject", "person", ["log_id", "subject_ref", "idx"])
    _table("context", _index(), _bytes("salt"), _bytes("body"), key=("log_id", "idx"))
    _table("quarantine", _index(), _bytes("raw"), key=("log_id", "idx"))


def _search() -> None:
    _table(
        "record",
        _index(),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sa.Column("site", sa.String(63), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("notice", sa.String(64), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("layer", sa.String(16), nullable=False),
        sa.Column("writer", sa.String(16), nullable=False),
        key=("log_id", "idx"),
    )
    op.create_index("record_id_once", "record", ["log_id", "record_id"], unique=True)
    op.create_index("record_by_site", "record", ["log_id", "site", "idx"])
    op.create_index("record_by_event", "record", ["log_id", "event", "idx"])
    op.create_index("record_by_time", "record", ["log_id", "received_ms"])
    _table(
        "decision",
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        _index(),
        key=("log_id", "purpose", "given", "idx"),
    )


def _index() -> sa.Column[Any]:
    return sa.Column("idx", sa.BigInteger, nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{each.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
