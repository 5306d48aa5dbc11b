"""Tables of what comes from other systems and goes to them: items, feeds, webhooks, tokens and messages."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from chassis.sign_in.sessions import session_table
from chassis.tokens import token_table
from publisher.store.tables.columns import metadata, sequence

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
    Column("id", sequence, primary_key=True, autoincrement=True),
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
    Column("id", sequence, primary_key=True, autoincrement=True),
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

outbox = Table(
    "outbox",
    metadata,
    Column("id", sequence, primary_key=True, autoincrement=True),
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

secret = Table(
    "secret",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

api_token = token_table(metadata)
signed_in_session = session_table(metadata)
