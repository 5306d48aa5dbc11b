"""Each day's checkpoint, and in which ways it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anchor",
        sa.Column("log_id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("taken_ms", sa.BigInteger, nullable=False),
        sa.Column("sent_ms", sa.BigInteger),
        sa.Column("fault", sa.Text),
        sa.Column("evidence", sa.LargeBinary),
        sa.PrimaryKeyConstraint("log_id", "day", "way"),
        sqlite_with_rowid=False,
    )
