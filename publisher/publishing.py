"""Publishing: one transaction that stores a revision, asks for its translations and notes the messages to send."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chassis.errors import Conflict, NotFound, PreconditionFailed, PreconditionRequired
from chassis.sql import write
from publisher import clock, messages
from publisher.articles import Article, Revision, article_texts, source_hash
from publisher.corrections import check_told, dated
from publisher.faults import Fault, refusal
from publisher.search_text import searchable
from publisher.store import articles, media, outbox, slugs, variants
from publisher.variants import FAILED, MACHINE

ANY_REVISION = 0
"""``If-Match: *``: whatever revision is current."""


class Offer(NamedTuple):
    """What a newsroom offers: its languages, and how long a translation may take."""

    languages: Collection[str]
    deadline_s: int


class Published(NamedTuple):
    """What publishing did: ``new`` for a first revision, ``changed`` unless the same content was there already."""

    revision: Revision
    new: bool
    changed: bool


def publish(
    engine: Engine, article_id: str, article: Article, kind: str, expected: int | None, offer: Offer
) -> Published:
    """Store an article, new or as its next revision; the same content again changes nothing.

    Args:
        engine: the publisher database.
        article_id: its identity, new or not.
        article: its content.
        kind: of the revision, one of ``articles.KINDS``.
        expected: the revision that the caller knows, ANY_REVISION, or None for an article that must be new.
        offer: the languages to ask for.

    Raises:
        PreconditionRequired, PreconditionFailed: ``expected`` is missing or is not the current revision.
        Conflict: another article has one of the slugs.
        Invalid: a picture is not in the store, or a correction does not say what was wrong.
    """
    try:
        with write(engine) as connection:
            current = articles.load(connection, article_id, lock=True)
            check_expected(current, expected)
            now_ms = clock.now_ms()
            article = dated(article, current.article if current else None, now_ms)
            _check_slugs(connection, article_id, article)
            _check_pictures(connection, article)
            if current and current.article == article:
                return Published(current, new=False, changed=False)
            check_told(article, current.article if current else None, kind)
            if current:
                made = articles.revise(connection, current, article, kind, now_ms)
            else:
                made = articles.add(connection, article_id, article, kind, now_ms)
            slugs.settle(connection, article_id, article.own_slugs)
            _ask_for_variants(connection, made, offer)
            return Published(made, new=current is None, changed=True)
    except IntegrityError as error:
        # two writers made the same article, or took the same slug, at the same moment
        raise Conflict(f"article {article_id!r} or slug {article.slug!r} was taken meanwhile") from error


def withdraw(engine: Engine, article_id: str, expected: int | None) -> Revision:
    """Delete an article and return what it was last.

    Raises:
        NotFound, PreconditionRequired, PreconditionFailed.
    """
    with write(engine) as connection:
        current = articles.load(connection, article_id, lock=True)
        if current is None:
            raise NotFound(f"no article {article_id!r}")
        check_expected(current, expected)
        articles.remove(connection, article_id)
        return current


def offer_missing(engine: Engine, article_id: str, offer: Offer) -> list[str]:
    """Ask for the translations that an article lacks: a language is new, or its job failed. Return the languages."""
    now_ms = clock.now_ms()
    with write(engine) as connection:
        current = articles.load(connection, article_id, lock=True)
        if current is None:
            return []
        there = {variant.language for variant in variants.of_article(connection, article_id) if variant.state != FAILED}
        missing = [language for language in offer.languages if language not in there]
        for language in missing:
            _queue(connection, current, language, offer, now_ms)
    return missing


def check_expected(current: Revision | None, expected: int | None) -> None:
    """Compare the revision that the caller knows with the current one."""
    if current is None and expected is not None:
        raise PreconditionFailed("If-Match: expected no header for a new article, got one")
    if current is not None and expected is None:
        raise PreconditionRequired(f'If-Match: expected the revision that you change, "{current.number}" is current')
    if current is not None and expected not in (ANY_REVISION, current.number):
        raise PreconditionFailed(f'If-Match: expected "{current.number}", the current revision, got another')


def _check_slugs(connection: Connection, article_id: str, article: Article) -> None:
    owners = slugs.owners(connection, article.own_slugs)
    for field, slug in (("slug", article.slug), *((f"slugs.{language}", slug) for language, slug in article.slugs)):
        if owners.get(slug, article_id) != article_id:
            raise Conflict(f"{field}: expected one of its own, {slug!r} belongs to article {owners[slug]!r}")


def _check_pictures(connection: Connection, article: Article) -> None:
    there = media.known(connection, {picture.media for picture in article.pictures.values()})
    faults = [
        Fault(f"{at}.media", "a picture sent to /v1/media before", picture.media)
        for at, picture in article.pictures.items()
        if picture.media not in there
    ]
    if faults:
        raise refusal(faults)


def _ask_for_variants(connection: Connection, made: Revision, offer: Offer) -> None:
    now_ms = made.created_ms
    variants.supersede_jobs(connection, made.article_id)
    variants.set_original(connection, made, searchable(made.article))
    outbox.add(connection, messages.RENDER, made.article_id, made.article.language, now_ms=now_ms)
    for language in offer.languages:
        if language == made.article.language:
            continue
        if _still_translated(connection, made, language):
            variants.keep(connection, made, language)
            outbox.add(connection, messages.RENDER, made.article_id, language, now_ms=now_ms)
        else:
            _queue(connection, made, language, offer, now_ms)


def _queue(connection: Connection, made: Revision, language: str, offer: Offer, now_ms: int) -> None:
    total = len(article_texts(made.article))
    job_id = variants.queue(connection, made, language, now_ms, now_ms + offer.deadline_s * 1000, total)
    outbox.add(connection, messages.TRANSLATE, job_id, now_ms=now_ms)


def _still_translated(connection: Connection, made: Revision, language: str) -> bool:
    """Whether a finished translation is there whose source texts are those of the new revision."""
    variant = variants.load(connection, made.article_id, language)
    if variant is None or variant.state != MACHINE:
        return False
    return articles.hash_of(connection, made.article_id, variant.revision) == source_hash(made.article)
