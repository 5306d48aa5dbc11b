"""Keeps what can be found equal to what pages show, in the transaction that changes it."""

from sqlalchemy import Connection, Engine

from chassis.sql import write
from publisher.articles import Revision, is_translation
from publisher.shown import shown_text
from publisher.states import KILLED
from publisher.store import articles, search, variants
from publisher.variants import MACHINE, ORIGINAL, Variant


def index(connection: Connection, revision: Revision) -> None:
    """Index an article in every language in which its page can be read, and in no other; a killed one in none."""
    there = variants.of_article(connection, revision.article_id)
    readable = [variant for variant in there if _is_readable(revision, variant)]
    search.drop_all(connection, revision.article_id, but={variant.language for variant in readable})
    for variant in readable:
        _put(connection, revision, variant)


def index_variant(connection: Connection, revision: Revision, language: str) -> None:
    """Index an article in one language, whose variant just changed."""
    variant = variants.load(connection, revision.article_id, language)
    if variant is not None and _is_readable(revision, variant):
        _put(connection, revision, variant)
    else:
        search.drop(connection, revision.article_id, language)


def index_article(engine: Engine, article_id: str) -> None:
    """Index an article as it stands, in a transaction of its own."""
    with write(engine) as connection:
        # locked: nothing older may come after what a writer puts in just now
        revision = articles.load(connection, article_id, lock=True)
        if revision is not None:
            index(connection, revision)


def _is_readable(revision: Revision, variant: Variant) -> bool:
    if revision.state == KILLED:
        return False
    translation = variant.state == MACHINE and is_translation(revision.article, variant.texts or {})
    return translation or variant.state == ORIGINAL


def _put(connection: Connection, revision: Revision, variant: Variant) -> None:
    shown, _ = shown_text(revision.article, variant)
    search.put(connection, revision.article_id, shown, variant.language)
