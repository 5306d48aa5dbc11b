"""The full-text index; what is there already is indexed by the worker, as after a change."""

import sqlalchemy as sa
from alembic import op

from publisher.store import search_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IN_ORDER = sa.String(40).with_variant(sa.String(40, "C"), "postgresql")
_INDEX_ALL = """
INSERT INTO effect (transition, target, attempts, next_attempt_ms)
SELECT max(id), 'search', 0, 0 FROM transition WHERE article IN (SELECT id FROM article) GROUP BY article
ON CONFLICT (transition, target) DO UPDATE SET done_ms = NULL, next_attempt_ms = 0
"""


def upgrade() -> None:
    op.drop_column("variant", "search_text")
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.UniqueConstraint("article", "language", name="search_document_once"),
    )
    op.create_table(
        "search_word",
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("word", _IN_ORDER, primary_key=True),
        sa.Column("reversed", _IN_ORDER, nullable=False),
        sa.Column("written", sa.String(40), nullable=False),
    )
    op.create_index("search_word_reversed", "search_word", ["language", "reversed"])
    search_index.make(op.get_bind())
    op.execute(_INDEX_ALL)
