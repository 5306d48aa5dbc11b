"""Articles, revisions, variants, jobs, outbox, translation memory, media and tokens."""

import sqlalchemy as sa
from alembic import op

from chassis.tokens import token_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _articles()
    _translation()
    _media()
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("args", sa.Text, nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("sent_ms", sa.BigInteger),
    )
    op.create_index("outbox_unsent", "outbox", ["sent_ms", "id"])
    token_table(sa.MetaData()).create(op.get_bind())


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("current_revision", sa.Integer, nullable=False),
        sa.Column("slug", sa.String(128), nullable=False, unique=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("section", sa.String(64), nullable=False),
        sa.Column("pub_status", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("modified_ms", sa.BigInteger, nullable=False),
        sa.Column("first_published_ms", sa.BigInteger),
    )
    op.create_index("article_by_section", "article", ["section", "first_published_ms"])
    op.create_index("article_by_date", "article", ["first_published_ms"])
    op.create_table(
        "revision",
        _article_id(True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )


def _translation() -> None:
    op.create_table(
        "variant",
        _article_id(True),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("engine", sa.String(64)),
        sa.Column("engine_version", sa.String(128)),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("requested_ms", sa.BigInteger, nullable=False),
        sa.Column("deadline_ms", sa.BigInteger),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("search_text", sa.Text),
    )
    op.create_table(
        "translation_job",
        sa.Column("id", sa.String(36), primary_key=True),
        _article_id(False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger),
        sa.Column("fencing_token", sa.String(36)),
        sa.Column("next_attempt_ms", sa.BigInteger, nullable=False),
        sa.Column("deadline_ms", sa.BigInteger, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("article", "revision", "language", "policy", name="translation_job_once"),
    )
    op.create_index("translation_job_due", "translation_job", ["state", "next_attempt_ms"])
    op.create_table(
        "segment_memory",
        sa.Column("source_language", sa.String(35), primary_key=True),
        sa.Column("target_language", sa.String(35), primary_key=True),
        sa.Column("policy", sa.String(64), primary_key=True),
        sa.Column("source_hash", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("engine", sa.String(64), nullable=False),
        sa.Column("engine_version", sa.String(128), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content_type", sa.String(32), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "rendition",
        sa.Column("media", sa.String(64), sa.ForeignKey("media.sha256", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("content_type", sa.String(32), nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
    )


def _article_id(in_key: bool) -> "sa.Column[str]":
    reference = sa.ForeignKey("article.id", ondelete="CASCADE")
    return sa.Column("article", sa.String(128), reference, primary_key=in_key, nullable=False)
