"""Writing articles: one transaction that stores a revision, and everything that follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from chassis.errors import Conflict, NotFound
from chassis.sql import write
from publisher import clock, following
from publisher.articles import Article, Revision
from publisher.corrections import check_told, dated
from publisher.editing.moving import Published, check_expected, stamped
from publisher.faults import Fault, refusal
from publisher.following import NOBODY, Hand, Offer
from publisher.states import DRAFT, KILLED, LIVE, PUBLISHED, Timing, after, check_timing, revised, settled
from publisher.store import articles, media, slugs


@dataclass(frozen=True, slots=True)
class Writing:
    """How an article is written.

    Args:
        kind: of the revision, one of ``articles.KINDS``.
        expected: the version that the caller knows, ANY_VERSION, or None for an article that must be new.
        status: ``usable`` to have it public, ``withheld`` not to; None leaves it, and makes a new one public.
        times: those of ``states.Timing`` to set; the others stay.
        hand: whose doing it is, and why.
        dry_run: only tell what would be.
        also: what is to be written in the same transaction.
    """

    kind: str = "update"
    expected: int | None = None
    status: str | None = None
    times: Mapping[str, int | None] = field(default_factory=dict)
    hand: Hand = NOBODY
    dry_run: bool = False
    also: Callable[[Connection, Published], None] = lambda connection, done: None


class _DryRun(Exception):
    """Takes back a transaction that was only to be told of."""

    def __init__(self, done: Published) -> None:
        super().__init__()
        self.done = done


def publish(engine: Engine, article_id: str, article: Article, writing: Writing, offer: Offer) -> Published:
    """Store an article, new or as its next revision; the same content and state again change nothing.

    Raises:
        PreconditionRequired, PreconditionFailed: ``writing.expected`` is missing or is not the current version.
        Conflict: another article has one of the slugs, or this one was killed.
        Invalid: a picture is not in the store, a correction does not say what was wrong, or a time makes no sense.
    """
    try:
        with write(engine) as connection:
            current = articles.load(connection, article_id, lock=True)
            check_expected(current, writing.expected)
            check_not_killed(current)
            article = dated(article, current.article if current else None, clock.now_ms())
            _check_slugs(connection, article_id, article)
            _check_pictures(connection, article)
            done = _written(connection, article_id, article, current, writing, offer)
            if writing.dry_run:
                raise _DryRun(done)
            writing.also(connection, done)
            return done
    except _DryRun as dry:
        return dry.done
    except IntegrityError as error:
        # two writers made the same article, or took the same slug, at the same moment
        raise Conflict(f"article {article_id!r} or slug {article.slug!r} was taken meanwhile") from error


def check_not_killed(current: Revision | None) -> None:
    """Refuse (Conflict) to write an article that was killed."""
    if current and current.state == KILLED:
        raise Conflict(f"article {current.article_id!r} was killed, and nothing of it can be changed any more")


def withdraw(engine: Engine, article_id: str, expected: int | None, hand: Hand = NOBODY) -> Revision:
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
        gone = replace(current, changed_ms=clock.now_ms())
        following.record(connection, current, gone, "delete", hand, deleted=True)
        return current


def offer_missing(engine: Engine, article_id: str, offer: Offer) -> list[str]:
    """Ask for the translations that an article lacks: a language is new, or its job failed. Return the languages."""
    with write(engine) as connection:
        current = articles.load(connection, article_id, lock=True)
        return following.ask_for_missing(connection, current, offer, clock.now_ms()) if current else []


def _written(
    connection: Connection, article_id: str, article: Article, current: Revision | None, writing: Writing, offer: Offer
) -> Published:
    now_ms = clock.now_ms()
    state, timing = _wanted(current, writing)
    same = current is not None and current.article == article
    if current and same and (state, timing) == (current.state, current.timing):
        return Published(current, current, changed=False)
    check_timing(state, timing, now_ms)
    if current is None or not same:
        check_told(article, current.article if current else None, writing.kind)
    made = _made(article_id, article, current, writing.kind, same, now_ms)
    made = stamped(replace(made, state=state, timing=timing), current, now_ms)
    if not same and current and made.state == current.state:
        made = replace(made, state=revised(made.state, writing.kind))
    if current is None:
        articles.add(connection, made)
    elif same:
        articles.move(connection, made)
    else:
        articles.revise(connection, made)
    slugs.settle(connection, article_id, article.own_slugs)
    action = _action(current, made, same)
    asked = following.follow(connection, current, made, action, writing.hand, offer)
    return Published(made, current, changed=True, action=action, asked=tuple(asked))


def _wanted(current: Revision | None, writing: Writing) -> tuple[str, Timing]:
    """State and times that a writing asks for."""
    state = current.state if current else PUBLISHED if writing.status != "withheld" else DRAFT
    if current and writing.status == "usable":
        state = after("publish", state)
    elif current and writing.status == "withheld" and state in LIVE:
        state = after("unpublish", state)
    return state, settled(state, replace(current.timing if current else Timing(), **writing.times))


def _made(article_id: str, article: Article, current: Revision | None, kind: str, same: bool, now_ms: int) -> Revision:
    if current is None:
        return Revision(article_id, 1, kind, article, now_ms, now_ms, None, DRAFT, Timing(), 0, now_ms)
    if same:
        return current
    modified_ms = current.modified_ms if kind == "minor" else now_ms
    return replace(
        current, number=current.number + 1, kind=kind, article=article, created_ms=now_ms, modified_ms=modified_ms
    )


def _action(current: Revision | None, made: Revision, same: bool) -> str:
    """Name what a writing did, as the record tells it."""
    if current is None:
        return "create"
    if made.state in LIVE and current.state not in LIVE:
        return "publish"
    if current.state in LIVE and made.state not in LIVE:
        return "unpublish"
    return "time" if same else "revise"


def _check_slugs(connection: Connection, article_id: str, article: Article) -> None:
    owners = slugs.owners(connection, article.own_slugs)
    for name, slug in (("slug", article.slug), *((f"slugs.{language}", slug) for language, slug in article.slugs)):
        if owners.get(slug, article_id) != article_id:
            raise Conflict(f"{name}: expected one of its own, {slug!r} belongs to article {owners[slug]!r}")


def _check_pictures(connection: Connection, article: Article) -> None:
    there = media.known(connection, {picture.media for picture in article.pictures.values()}, lock=True)
    faults = [
        Fault(f"{at}.media", "a picture sent to /v1/media before", picture.media)
        for at, picture in article.pictures.items()
        if picture.media not in there
    ]
    if faults:
        raise refusal(faults)
