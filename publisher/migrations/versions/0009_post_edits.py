"""What people made of translations, and jobs that ask the engines anew."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_edit",
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("source_key", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.add_column("variant", sa.Column("review", sa.String(16)))
    op.add_column("translation_job", sa.Column("anew_ms", sa.BigInteger))
    op.add_column("translation_job", sa.Column("anew_text", sa.String(128)))
