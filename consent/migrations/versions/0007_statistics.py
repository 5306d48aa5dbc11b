"""Statistics: counts of choices, decisions and displays, and down to which leaf a log's records are counted."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Columns = tuple[tuple[str, Any], ...]


def upgrade() -> None:
    # Null until the first batch that is counted; what was there before waits for `consent recount`.
    op.add_column("log_state", sa.Column("counted_from", sa.BigInteger))
    words = sa.String(16)
    outcomes = ("agreed", "partly", "refused", "gpc", "withdrawn", "answers")
    _counts("choice_count", (("log_id", sa.Integer),), (("layer", words), ("writer", words)), outcomes)
    decisions = ("given", "refused", "withdrawn")
    _counts("decision_count", (("log_id", sa.Integer),), (("purpose", sa.String(32)),), decisions)
    _counts("served_count", (), (("layer", words),), ("served",))
    op.create_table(
        "served_batch",
        sa.Column("batch", sa.String(36), primary_key=True),
        sa.Column("taken_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _counts(name: str, before: Columns, dimensions: Columns, counts: tuple[str, ...]) -> None:
    shared = (
        ("day", sa.Date),
        ("site", sa.String(63)),
        ("notice", sa.String(64)),
        ("language", sa.String(35)),
        ("region", sa.String(6)),
    )
    key = (*before, *shared, *dimensions)
    columns = [sa.Column(column, kind, nullable=False) for column, kind in key]
    columns += [sa.Column(count, sa.BigInteger, nullable=False) for count in counts]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*(column for column, _ in key)), sqlite_with_rowid=False)
