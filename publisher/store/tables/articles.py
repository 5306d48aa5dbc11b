"""Tables of articles: what each says at each revision, where it stands, and what its changes still call for."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from publisher.store.tables.columns import article_key, metadata, sequence

article = Table(
    "article",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("current_revision", Integer, nullable=False),
    Column("slug", String(128), nullable=False, unique=True),
    Column("language", String(35), nullable=False),
    Column("section", String(64), nullable=False),
    # states.STATES
    Column("state", String(16), nullable=False),
    # counts every change of the row, and is its ETag
    Column("version", Integer, nullable=False),
    # when a scheduled one is published; the others of states.Timing
    Column("publish_ms", BigInteger),
    Column("embargoed_until_ms", BigInteger),
    Column("expires_ms", BigInteger),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    # the last change that readers are told of: a minor revision leaves it
    Column("modified_ms", BigInteger, nullable=False),
    Column("first_published_ms", BigInteger),
    Index("article_by_section", "section", "first_published_ms"),
    Index("article_by_date", "first_published_ms"),
    Index("article_by_change", "updated_ms", "id"),
)

slug = Table(
    "slug",
    metadata,
    Column("slug", String(128), primary_key=True),
    Column("article", String(128), article_key(), nullable=False),
    # false: of before, it leads to the article's page
    Column("current", Boolean, nullable=False),
    Index("slug_by_article", "article"),
)

keyword = Table(
    "keyword",
    metadata,
    Column("article", String(128), article_key(), primary_key=True),
    # in small letters
    Column("keyword", String(100), primary_key=True),
    Index("keyword_by_name", "keyword", "article"),
)

revision = Table(
    "revision",
    metadata,
    Column("article", String(128), article_key(), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    # articles.article_json
    Column("body", Text, nullable=False),
    # articles.source_hash: revisions with the same one share their translations
    Column("source_hash", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

transition = Table(
    "transition",
    metadata,
    Column("id", sequence, primary_key=True, autoincrement=True),
    # no foreign key: what was done to an article is told after it is deleted
    Column("article", String(128), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(16), nullable=False),
    # null: there was no article before
    Column("from_state", String(16)),
    # null: there is none any more
    Column("to_state", String(16)),
    Column("reason", Text),
    Index("transition_by_article", "article", "id"),
)

effect = Table(
    "effect",
    metadata,
    Column("transition", BigInteger, ForeignKey("transition.id", ondelete="CASCADE"), primary_key=True),
    # following.TARGETS
    Column("target", String(16), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_ms", BigInteger, nullable=False),
    # null: not yet
    Column("done_ms", BigInteger),
    Index("effect_open", "done_ms", "next_attempt_ms"),
)

due = Table(
    "due",
    metadata,
    Column("article", String(128), article_key(), primary_key=True),
    # publish | lift | expire
    Column("action", String(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Index("due_by_time", "at_ms"),
)
