"""What follows from a change of an article, in its transaction: translations, the clock's work, the record of it."""

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from publisher import clock, indexing, messages
from publisher.articles import Revision, article_texts, source_hash
from publisher.states import KILLED, PREPARED, due
from publisher.store import articles, outbox, search, transitions, variants, webhooks
from publisher.store import due as due_rows
from publisher.variants import FAILED, MACHINE
from publisher.webhooks import article_event, event_of

TARGETS = ("page", "lists", "search", "pictures")
"""What must follow from every change: each is tried until it has (``effects``)."""


class Hand(NamedTuple):
    """Whose doing a change is, and why."""

    who: str
    reason: str | None = None


NOBODY = Hand("")


class Offer(NamedTuple):
    """What a newsroom offers: its languages, and how long a translation may take."""

    languages: Collection[str]
    deadline_s: int


def follow(
    connection: Connection, before: Revision | None, made: Revision, action: str, hand: Hand, offer: Offer
) -> list[str]:
    """Let everything follow from a change that was just stored; ``before`` None: the article is new.

    Return the languages that translations were asked for.
    """
    asked: list[str] = []
    if before is None or made.number != before.number:
        asked = _ask_for_variants(connection, made, offer)
    elif made.state in PREPARED and before.state not in PREPARED:
        asked = ask_for_missing(connection, made, offer, made.changed_ms)
    elif made.state == KILLED:
        variants.supersede_jobs(connection, made.article_id)
        search.drop_all(connection, made.article_id)
    due_rows.settle(connection, made.article_id, due(made.state, made.timing, made.changed_ms))
    record(connection, before, made, action, hand)
    return asked


def follow_clock(connection: Connection, current: Revision, action: str, hand: Hand) -> None:
    """Record that time alone changed what readers see."""
    now = replace(current, changed_ms=clock.now_ms(), version=current.version + 1)
    articles.move(connection, now)
    record(connection, current, now, action, hand)


def record(
    connection: Connection, before: Revision | None, made: Revision, action: str, hand: Hand, deleted: bool = False
) -> None:
    """Record a change, ask for its effects by one message, and tell those who asked to be told."""
    identifier = transitions.add(
        connection,
        made.article_id,
        made.number,
        made.changed_ms,
        hand.who,
        action,
        before.state if before else None,
        None if deleted else made.state,
        hand.reason,
    )
    transitions.ask(connection, identifier, TARGETS, made.changed_ms)
    outbox.add(connection, messages.EFFECTS, identifier, now_ms=made.changed_ms)
    event = event_of(before, made, action, deleted)
    if event:
        webhooks.tell(connection, event, article_event(made, deleted), made.changed_ms)


def note(connection: Connection, revision: Revision, action: str, hand: Hand) -> None:
    """Record what was done to an article's translations, and ask for the effects of it."""
    now_ms = clock.now_ms()
    state = revision.state
    identifier = transitions.add(
        connection, revision.article_id, revision.number, now_ms, hand.who, action, state, state, hand.reason
    )
    transitions.ask(connection, identifier, TARGETS, now_ms)
    outbox.add(connection, messages.EFFECTS, identifier, now_ms=now_ms)


def ask_anew(
    connection: Connection, made: Revision, language: str, offer: Offer, now_ms: int, name: str | None = None
) -> None:
    """Ask for a translation whose engines shall not remember, of one text or of all."""
    _queue(connection, made, language, offer, now_ms, now_ms, name)
    indexing.index_variant(connection, made, language)


def ask_for_missing(connection: Connection, made: Revision, offer: Offer, now_ms: int) -> list[str]:
    """Ask for the translations that an article lacks, or that failed; return their languages."""
    there = {each.language for each in variants.of_article(connection, made.article_id) if each.state != FAILED}
    missing = [language for language in offer.languages if language not in there]
    for language in missing:
        _queue(connection, made, language, offer, now_ms)
    return missing


def _ask_for_variants(connection: Connection, made: Revision, offer: Offer) -> list[str]:
    """Ask anew for what a new revision changed; what is not to be public is not translated."""
    asked = []
    variants.supersede_jobs(connection, made.article_id)
    variants.set_original(connection, made)
    for language in offer.languages:
        if language == made.article.language:
            continue
        if _still_translated(connection, made, language):
            variants.keep(connection, made, language)
        elif made.state in PREPARED:
            _queue(connection, made, language, offer, made.changed_ms)
            asked.append(language)
        else:
            variants.drop(connection, made.article_id, language)
    indexing.index(connection, made)
    return asked


def _queue(
    connection: Connection,
    made: Revision,
    language: str,
    offer: Offer,
    now_ms: int,
    anew_ms: int | None = None,
    anew_text: str | None = None,
) -> None:
    total, deadline_ms = len(article_texts(made.article)), now_ms + offer.deadline_s * 1000
    job_id = variants.queue(connection, made, language, now_ms, deadline_ms, total, anew_ms, anew_text)
    outbox.add(connection, messages.TRANSLATE, job_id, now_ms=now_ms)


def _still_translated(connection: Connection, made: Revision, language: str) -> bool:
    """Whether a finished translation is there whose source texts are those of the new revision."""
    variant = variants.load(connection, made.article_id, language)
    if variant is None or variant.state != MACHINE:
        return False
    return articles.hash_of(connection, made.article_id, variant.revision) == source_hash(made.article)
