"""What editors want of the trending searches."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trend_choice",
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("term", sa.String(60), primary_key=True),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
    )
