"""Moving articles from state to state: one transaction that stores the move, and everything that follows from it."""

from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from chassis.errors import NotFound, PreconditionFailed, PreconditionRequired
from chassis.sql import write
from publisher import clock, following
from publisher.articles import Revision
from publisher.following import Hand, Offer
from publisher.states import LIVE, after, check_timing, settled
from publisher.store import articles

ANY_VERSION = 0
"""``If-Match: *``: whatever version is current."""


class Published(NamedTuple):
    """What writing did: ``new`` for a first revision, ``changed`` unless everything was so already.

    ``before``: what was there. ``action``: as the record tells it. ``asked``: languages to be translated anew.
    """

    revision: Revision
    before: Revision | None
    changed: bool
    action: str = "nothing"
    asked: tuple[str, ...] = ()

    @property
    def new(self) -> bool:
        """Whether this is the article's first revision."""
        return self.before is None


def move(
    engine: Engine,
    article_id: str,
    action: str,
    hand: Hand,
    offer: Offer,
    expected: int | None = ANY_VERSION,
    publish_ms: int | None = None,
) -> Published:
    """Make one of ``states.MOVES``; a move that was made already changes nothing.

    Args:
        engine: the publisher database.
        article_id: whose.
        action: the move's name.
        hand: whose doing it is, and why.
        offer: the languages to ask for when the article becomes public.
        expected: the version that the caller knows, or ANY_VERSION.
        publish_ms: when to publish, of ``schedule``.

    Raises:
        NotFound, PreconditionRequired, PreconditionFailed.
        Conflict: the article's state does not allow it.
        Invalid: a time makes no sense.
    """
    with write(engine) as connection:
        current = articles.load(connection, article_id, lock=True)
        if current is None:
            raise NotFound(f"no article {article_id!r}")
        check_expected(current, expected)
        return moved(connection, current, action, hand, offer, publish_ms)


def moved(
    connection: Connection, current: Revision, action: str, hand: Hand, offer: Offer, publish_ms: int | None = None
) -> Published:
    """Make a move inside the caller's transaction, in which ``current`` is locked; see ``move``."""
    now_ms = clock.now_ms()
    state = after(action, current.state)
    timing = settled(state, replace(current.timing, publish_ms=publish_ms or current.timing.publish_ms))
    if (state, timing) == (current.state, current.timing):
        return Published(current, current, changed=False)
    check_timing(state, timing, now_ms)
    made = stamped(replace(current, state=state, timing=timing), current, now_ms)
    articles.move(connection, made)
    asked = following.follow(connection, current, made, action, hand, offer)
    return Published(made, current, changed=True, action=action, asked=tuple(asked))


def check_expected(current: Revision | None, expected: int | None) -> None:
    """Compare the version that the caller knows with the current one."""
    if current is None and expected is not None:
        raise PreconditionFailed("If-Match: expected no header for a new article, got one")
    if current is not None and expected is None:
        raise PreconditionRequired(f'If-Match: expected the version that you change, "{current.version}" is current')
    if current is not None and expected not in (ANY_VERSION, current.version):
        raise PreconditionFailed(f'If-Match: expected "{current.version}", the current version, got another')


def stamped(made: Revision, before: Revision | None, now_ms: int) -> Revision:
    """Count a change, and date the first publication: an embargoed article is published when its embargo ends."""
    counted = replace(made, version=before.version + 1 if before else 1, changed_ms=now_ms)
    if made.state not in LIVE or (made.first_published_ms is not None and made.first_published_ms <= now_ms):
        return counted
    first_ms = max(now_ms, made.timing.embargoed_until_ms or 0)
    return replace(counted, first_published_ms=first_ms, modified_ms=max(made.modified_ms, first_ms))
