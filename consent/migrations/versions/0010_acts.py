"""Acts on records, legal holds, erasures that wait for a second approver, and how long each choice holds."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_ONCE = 5000


def upgrade() -> None:
    _acts()
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(63)),
        sa.Column("subject_refs", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String(32), nullable=False),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
    )
    op.add_column("choice", sa.Column("until_ms", sa.BigInteger, nullable=False, server_default="0"))
    _tell_how_long()
    op.create_index("choice_by_until", "choice", ["log_id", "until_ms", "idx"])


def _acts() -> None:
    _table(
        "act",
        _count("idx"),
        _text("act_id", 36),
        _text("kind", 16),
        sa.Column("site", sa.String(63)),
        _count("received_ms"),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        key=("log_id", "idx"),
    )
    op.create_index("act_id_once", "act", ["log_id", "act_id"], unique=True)
    op.create_index("act_by_kind", "act", ["log_id", "kind", "idx"])
    _table("act_subject", _text("subject_ref", 64), _count("idx"), key=("log_id", "subject_ref", "idx"))
    hold = (_text("subject_ref", 64), _text("hold_id", 36), _text("rule", 200))
    _table("hold", *hold, key=("log_id", "subject_ref", "hold_id"))
    op.create_index("hold_by_id", "hold", ["log_id", "hold_id"])
    invalidation = (_text("notice", 64), _text("act_id", 36), _count("received_ms"))
    _table("invalidation", *invalidation, key=("log_id", "notice"))
    _table("sweep", _text("name", 16), _count("at_ms"), _count("idx"), key=("log_id", "name"))


def _tell_how_long() -> None:
    connection = op.get_bind()
    choice = sa.table("choice", *map(sa.column, ("log_id", "idx", "body", "until_ms")))
    mark = sa.update(choice).values(until_ms=sa.bindparam("until"))
    mark = mark.where(choice.c.log_id == sa.bindparam("log"), choice.c.idx == sa.bindparam("at"))
    last = (-1, -1)
    while True:
        after = sa.tuple_(choice.c.log_id, choice.c.idx) > sa.tuple_(*map(sa.literal, last))
        page = sa.select(choice.c.log_id, choice.c.idx, choice.c.body).where(after)
        rows = connection.execute(page.order_by(choice.c.log_id, choice.c.idx).limit(AT_ONCE)).all()
        if not rows:
            return
        untils = [{"log": row[0], "at": row[1], "until": json.loads(bytes(row[2]))["valid_until"]} for row in rows]
        connection.execute(mark, untils)
        last = (rows[-1][0], rows[-1][1])


def _table(name: str, *columns: sa.Column[Any], key: tuple[str, ...]) -> None:
    log = sa.Column("log_id", sa.Integer, nullable=False)
    op.create_table(name, log, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)
