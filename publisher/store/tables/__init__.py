"""Tables of the publisher database. Times are unix milliseconds; JSON is kept as text, byte for byte."""

from publisher.store.tables.articles import article, due, effect, keyword, revision, slug, transition
from publisher.store.tables.columns import metadata
from publisher.store.tables.documents import document_text, document_version
from publisher.store.tables.exchange import (
    api_token,
    delivery,
    feed,
    idempotency_key,
    ingested,
    outbox,
    secret,
    signed_in_session,
    webhook,
)
from publisher.store.tables.pictures import media, picture_use, rendition
from publisher.store.tables.searches import search_document, search_word, trend_choice
from publisher.store.tables.translations import post_edit, segment_memory, translation_job, variant

__all__ = [
    "api_token",
    "article",
    "delivery",
    "document_text",
    "document_version",
    "due",
    "effect",
    "feed",
    "idempotency_key",
    "ingested",
    "keyword",
    "media",
    "metadata",
    "outbox",
    "picture_use",
    "post_edit",
    "rendition",
    "revision",
    "search_document",
    "search_word",
    "secret",
    "segment_memory",
    "signed_in_session",
    "slug",
    "transition",
    "translation_job",
    "trend_choice",
    "variant",
    "webhook",
]
