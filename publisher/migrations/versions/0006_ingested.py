"""What was received of others, with its newest version."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ingested",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("version", sa.Text),
        sa.Column("created_ms", sa.BigInteger),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("article", sa.String(128)),
        sa.Column("revision", sa.Integer),
        sa.Column("picture", sa.Text),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("ingested_by_article", "ingested", ["article"])
