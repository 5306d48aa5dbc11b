"""Slugs of all languages, with those of before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slug",
        sa.Column("slug", sa.String(128), primary_key=True),
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
    )
    op.create_index("slug_by_article", "slug", ["article"])
    op.execute("INSERT INTO slug (slug, article, current) SELECT slug, id, true FROM article")
