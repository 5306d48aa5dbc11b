"""Tables of the publisher database. Times are unix milliseconds; JSON is kept as text, byte for byte."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from chassis.tokens import token_table

metadata = MetaData()
_sequence = BigInteger().with_variant(Integer, "sqlite")
# by code point in both databases, whatever the locale
_in_order = String(40).with_variant(String(40, "C"), "postgresql")

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


def _article() -> ForeignKey:
    return ForeignKey("article.id", ondelete="CASCADE")


slug = Table(
    "slug",
    metadata,
    Column("slug", String(128), primary_key=True),
    Column("article", String(128), _article(), nullable=False),
    # false: of before, it leads to the article's page
    Column("current", Boolean, nullable=False),
    Index("slug_by_article", "article"),
)

keyword = Table(
    "keyword",
    metadata,
    Column("article", String(128), _article(), primary_key=True),
    # in small letters
    Column("keyword", String(100), primary_key=True),
    Index("keyword_by_name", "keyword", "article"),
)

revision = Table(
    "revision",
    metadata,
    Column("article", String(128), _article(), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    # articles.article_json
    Column("body", Text, nullable=False),
    # articles.source_hash: revisions with the same one share their translations
    Column("source_hash", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

variant = Table(
    "variant",
    metadata,
    Column("article", String(128), _article(), primary_key=True),
    Column("language", String(35), primary_key=True),
    # original | queued | translating | machine | failed
    Column("state", String(16), nullable=False),
    # the revision that `body` translates; 0 while there is none
    Column("revision", Integer, nullable=False),
    # JSON object of articles.article_texts' names to translated texts; null in the original
    Column("body", Text),
    Column("engine", String(64)),
    Column("engine_version", String(128)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reason", Text),
    Column("requested_ms", BigInteger, nullable=False),
    # past it a pending variant counts as failed; null in the original
    Column("deadline_ms", BigInteger),
    Column("updated_ms", BigInteger, nullable=False),
    # how far it is a person's work: edited | reviewed; null: a machine's alone
    Column("review", String(16)),
)

# What can be found: an article in a language in which its page can be read. Its terms are in search_index.
search_document = Table(
    "search_document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("article", String(128), _article(), nullable=False),
    Column("language", String(35), nullable=False),
    # as the page shows it
    Column("headline", Text, nullable=False),
    UniqueConstraint("article", "language", name="search_document_once"),
)

# What editors want of the trends, against or beside what readers search for
trend_choice = Table(
    "trend_choice",
    metadata,
    Column("language", String(35), primary_key=True),
    # as it counts: in small letters
    Column("term", String(60), primary_key=True),
    # pin | hide
    Column("what", String(8), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String(200), nullable=False),
)

search_word = Table(
    "search_word",
    metadata,
    Column("language", String(35), primary_key=True),
    # folded
    Column("word", _in_order, primary_key=True),
    # backwards, for those that end alike
    Column("reversed", _in_order, nullable=False),
    # as some article has it, in small letters
    Column("written", String(40), nullable=False),
    Index("search_word_reversed", "language", "reversed"),
)

post_edit = Table(
    "post_edit",
    metadata,
    Column("article", String(128), _article(), primary_key=True),
    Column("language", String(35), primary_key=True),
    # post_edits.source_key of what it translates
    Column("source_key", String(64), primary_key=True),
    # as in article_texts, when it was last touched
    Column("name", String(128), nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    # false: the machine's words, approved
    Column("edited", Boolean, nullable=False),
    Column("who", String(200), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

translation_job = Table(
    "translation_job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("article", String(128), _article(), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("language", String(35), nullable=False),
    Column("policy", String(64), nullable=False),
    # queued | running | done | failed | superseded
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until_ms", BigInteger),
    Column("fencing_token", String(36)),
    Column("next_attempt_ms", BigInteger, nullable=False),
    Column("deadline_ms", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reason", Text),
    # what was remembered before this does not count: of the text of that name, or of all
    Column("anew_ms", BigInteger),
    Column("anew_text", String(128)),
    # single flight: the same work is one row, whoever asks for it how often
    UniqueConstraint("article", "revision", "language", "policy", name="translation_job_once"),
    Index("translation_job_due", "state", "next_attempt_ms"),
)

transition = Table(
    "transition",
    metadata,
    Column("id", _sequence, primary_key=True, autoincrement=True),
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
    Column("article", String(128), _article(), primary_key=True),
    # publish | lift | expire
    Column("action", String(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Index("due_by_time", "at_ms"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("secret", String(64), nullable=False),
    # names with spaces between
    Column("events", String(1000), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # when its receiver said that it is gone; null: in use
    Column("disabled_ms", BigInteger),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _sequence, primary_key=True, autoincrement=True),
    Column("webhook", String(32), ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(32), nullable=False),
    # the same however often it is sent: the receiver's key against doubles
    Column("message", String(64), nullable=False),
    Column("body", Text, nullable=False),
    # open | delivered | dead
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_ms", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    # of the last attempt, for people
    Column("outcome", Text),
    Index("delivery_open", "state", "next_attempt_ms"),
    Index("delivery_by_webhook", "webhook", "id"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    # SHA-256 of token and key
    Column("key", String(64), primary_key=True),
    # SHA-256 of what was asked
    Column("request", String(64), nullable=False),
    # null: being worked on
    Column("status", Integer),
    Column("headers", Text),
    Column("body", Text),
    Column("created_ms", BigInteger, nullable=False),
    Index("idempotency_key_by_time", "created_ms"),
)

ingested = Table(
    "ingested",
    metadata,
    # SHA-256 of the uri
    Column("key", String(64), primary_key=True),
    Column("uri", Text, nullable=False),
    # as its source counts; null: it does not
    Column("version", Text),
    # when this version was made, as its source tells
    Column("created_ms", BigInteger),
    # SHA-256 of what came
    Column("digest", String(64), nullable=False),
    # usable | withheld | canceled | wanting
    Column("status", String(16), nullable=False),
    # no foreign key: what came is known after its article is deleted
    Column("article", String(128)),
    Column("revision", Integer),
    # of a picture item, its block
    Column("picture", Text),
    Column("received_ms", BigInteger, nullable=False),
    Index("ingested_by_article", "article"),
)

feed = Table(
    "feed",
    metadata,
    Column("id", _sequence, primary_key=True, autoincrement=True),
    Column("url", String(2000), nullable=False, unique=True),
    # of entries that tell none
    Column("language", String(35)),
    Column("section", String(64)),
    Column("every_s", Integer, nullable=False),
    # what its server said to be asked with
    Column("etag", Text),
    Column("modified", Text),
    # since it went well
    Column("failures", Integer, nullable=False),
    # null: it is gone
    Column("next_ms", BigInteger),
    Column("polled_ms", BigInteger),
    # of the last poll, for people
    Column("outcome", Text),
    Index("feed_due", "next_ms"),
)

secret = Table(
    "secret",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _sequence, primary_key=True, autoincrement=True),
    # the task's name, one of messages
    Column("kind", String(64), nullable=False),
    # JSON array
    Column("args", Text, nullable=False),
    Column("queue", String(32), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # null: to be sent
    Column("sent_ms", BigInteger),
    Index("outbox_unsent", "sent_ms", "id"),
)

segment_memory = Table(
    "segment_memory",
    metadata,
    Column("source_language", String(35), primary_key=True),
    Column("target_language", String(35), primary_key=True),
    Column("policy", String(64), primary_key=True),
    Column("source_hash", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("engine", String(64), nullable=False),
    Column("engine_version", String(128), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

media = Table(
    "media",
    metadata,
    # of the stored bytes, which are the sent ones without their metadata
    Column("sha256", String(64), primary_key=True),
    Column("content_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # when it was taken off the disk; null: it is there
    Column("removed_ms", BigInteger),
)

picture_use = Table(
    "picture_use",
    metadata,
    # at its current revision
    Column("article", String(128), _article(), primary_key=True),
    Column("media", String(64), primary_key=True),
    Index("picture_use_by_media", "media"),
)

rendition = Table(
    "rendition",
    metadata,
    Column("media", String(64), ForeignKey("media.sha256", ondelete="CASCADE"), primary_key=True),
    # as in its address: 800.avif, or a crop's: 16x9-30-90.jpg
    Column("name", String(32), primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content_type", String(32), nullable=False),
    # relative to MEDIA_DIR
    Column("path", String(255), nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

document_version = Table(
    "document_version",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    # documents.content_hash of its texts
    Column("sha256", String(64), nullable=False),
    Column("effective_ms", BigInteger, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

document_text = Table(
    "document_text",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("language", String(35), primary_key=True),
    # 0: the original
    Column("place", Integer, nullable=False),
    Column("title", String(300), nullable=False),
    # documents.text_json
    Column("body", Text, nullable=False),
)

api_token = token_table(metadata)
