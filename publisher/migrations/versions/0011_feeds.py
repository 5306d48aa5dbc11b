"""The feeds of others that are polled."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", _SEQUENCE, primary_key=True, autoincrement=True),
        sa.Column("url", sa.String(2000), nullable=False, unique=True),
        sa.Column("language", sa.String(35)),
        sa.Column("section", sa.String(64)),
        sa.Column("every_s", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger),
        sa.Column("polled_ms", sa.BigInteger),
        sa.Column("outcome", sa.Text),
    )
    op.create_index("feed_due", "feed", ["next_ms"])
