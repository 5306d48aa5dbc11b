"""All keys that a log has signed with, and its checkpoints with their cosignatures."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_key",
        sa.Column("log_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("vkey", sa.Text, nullable=False),
        sa.Column("introduced_ms", sa.BigInteger, nullable=False),
        sa.Column("retired_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("log_id", "number"),
        sqlite_with_rowid=False,
    )
    # when the first key came is not known any more
    op.execute("INSERT INTO log_key (log_id, number, vkey, introduced_ms) SELECT log_id, 1, vkey, 0 FROM log_state")
    op.create_table(
        "cosigned",
        sa.Column("log_id", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("witnesses", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("log_id", "size"),
        sqlite_with_rowid=False,
    )
    _forbid_changes("cosigned")


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{each.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
