"""Searches of the console that are saved by name."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("site", sa.String(63), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("saved_ms", sa.BigInteger, nullable=False),
    )
