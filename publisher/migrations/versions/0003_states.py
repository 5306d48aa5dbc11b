"""States and times of articles, the record of their moves, and what is to follow from each."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("article", sa.Column("state", sa.String(16), nullable=False, server_default="published"))
    op.add_column("article", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    for name in ("publish_ms", "embargoed_until_ms", "expires_ms"):
        op.add_column("article", sa.Column(name, sa.BigInteger))
    op.execute("UPDATE article SET version = current_revision")
    op.execute("UPDATE article SET state = 'draft' WHERE pub_status <> 'usable' AND first_published_ms IS NULL")
    op.execute(
        "UPDATE article SET state = 'unpublished' WHERE pub_status <> 'usable' AND first_published_ms IS NOT NULL"
    )
    op.drop_column("article", "pub_status")
    op.create_index("article_by_change", "article", ["updated_ms", "id"])
    op.create_table(
        "transition",
        sa.Column("id", _SEQUENCE, primary_key=True, autoincrement=True),
        sa.Column("article", sa.String(128), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16)),
        sa.Column("to_state", sa.String(16)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("transition_by_article", "transition", ["article", "id"])
    op.create_table(
        "effect",
        sa.Column("transition", sa.BigInteger, sa.ForeignKey("transition.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("target", sa.String(16), primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_ms", sa.BigInteger, nullable=False),
        sa.Column("done_ms", sa.BigInteger),
    )
    op.create_index("effect_open", "effect", ["done_ms", "next_attempt_ms"])
    op.create_table(
        "due",
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("action", sa.String(16), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("due_by_time", "due", ["at_ms"])
    op.create_table(
        "secret",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    _keywords()


def _keywords() -> None:
    op.create_table(
        "keyword",
        sa.Column("article", sa.String(128), sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("keyword", sa.String(100), primary_key=True),
    )
    op.create_index("keyword_by_name", "keyword", ["keyword", "article"])
    connection = op.get_bind()
    current = "SELECT a.id, r.body FROM article a JOIN revision r ON r.article = a.id AND r.number = a.current_revision"
    for article, body in connection.execute(sa.text(current)).all():
        for keyword in dict.fromkeys(word.casefold()[:100] for word in json.loads(body).get("keywords", [])):
            added = sa.text("INSERT INTO keyword (article, keyword) VALUES (:article, :keyword)")
            connection.execute(added, {"article": article, "keyword": keyword})
