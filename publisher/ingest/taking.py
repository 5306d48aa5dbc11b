"""Taking received items in: each is done once by its uri and version, and an answer tells what became of it.

What was changed here since is never overwritten unasked. A newer version of the source changes the text; whether the
article is public stays as it was decided here, unless the source withholds or cancels it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from chassis.errors import Conflict, Problem, Unavailable
from chassis.sql import read, write
from publisher import clock, wording
from publisher.articles import Revision, read_article
from publisher.body.blocks import block_json
from publisher.corrections import NOTICED_KINDS
from publisher.editing.moving import ANY_VERSION, Published, moved
from publisher.editing.publishing import Writing, check_not_killed, publish
from publisher.following import NOBODY, Hand
from publisher.house import House
from publisher.ingest.drafting import CORRECTED, Drafted, draft
from publisher.ingest.fetching import Fetcher
from publisher.ingest.gathering import Pictures
from publisher.ingest.received import CANCELED, PACKAGE, PICTURE, TEXT, WITHHELD, LeftOut, Reading, Received, Refused
from publisher.ingest.versions import OLDER, SAME, compare, digest
from publisher.states import DRAFT, LIVE
from publisher.store import articles, ingested
from publisher.store.ingested import Ingested, key_of
from publisher.variants import is_pseudo

WANTING = "wanting"
OUTCOMES = ("created", "updated", "corrected", "unchanged", "unpublished", "killed", "refused")


class Taking(NamedTuple):
    """How to take items in.

    ``dry_run``: only tell what would be. ``overwrite``: also what was changed here. ``adopt``: an article of the same
    id that did not come this way becomes the item's. ``as_draft``: somebody here decides about everything: what is new
    waits as a draft, and what is here already is not changed.
    """

    hand: Hand = NOBODY
    dry_run: bool = False
    overwrite: bool = False
    adopt: bool = False
    as_draft: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an item; ``data`` is the article as it would be, in a dry run."""

    uri: str
    outcome: str
    revision: Revision | None = None
    media: str | None = None
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problem: Problem | None = None
    data: dict[str, Any] | None = field(default=None)


def take_all(house: House, readings: Iterable[Reading], taking: Taking) -> list[Outcome]:
    """Take items in, pictures first, since texts may name them; the outcomes are in the order of the items."""
    items = list(readings)
    fetcher = None if taking.dry_run else Fetcher(house.settings.ingest_private)
    done: dict[int, Outcome] = {}
    for number in sorted(range(len(items)), key=lambda at: not _is_picture(items[at])):
        done[number] = take(house, items[number], taking, fetcher)
    return [done[number] for number in range(len(items))]


def take(house: House, item: Reading, taking: Taking, fetcher: Fetcher | None) -> Outcome:
    """Take one item in. What is wrong with it is told in the outcome, and nothing was written then.

    ``fetcher`` fetches its pictures; None in a dry run.
    """
    if isinstance(item, Refused):
        return Outcome(item.uri, "refused", problem=item.problem)
    try:
        with read(house.engine) as connection:
            known = ingested.load(connection, item.uri)
            article_id = known.article if known and known.article else item.article_id or f"in-{key_of(item.uri)[:20]}"
            current = articles.load(connection, article_id)
        if known is not None:
            order = compare(item, known)
            if order == SAME:
                return _unchanged(item, known, current)
            if order == OLDER:
                raise Conflict(_older(item, known))
        if taking.as_draft and item.type == TEXT:
            if current is not None:
                return Outcome(item.uri, "unchanged", current, notes=("what is here already was not changed",))
            if item.status == CANCELED:
                raise Conflict("its source has taken it back")
        if item.type == PACKAGE:
            return Outcome(item.uri, "unchanged", notes=item.notes)
        if item.type == PICTURE:
            return _take_picture(house, item, known, taking, fetcher)
        if item.status == CANCELED:
            return _end(house, item, known, current, "kill", taking)
        told_gone = item.status == WITHHELD and current is None and not item.blocks
        if told_gone or (item.status == WITHHELD and current is not None and current.state in LIVE):
            return _end(house, item, known, current, "unpublish", taking)
        return _take_text(house, item, known, current, article_id, taking, fetcher)
    except Unavailable:
        raise  # it is nothing about the item
    except Problem as problem:
        return Outcome(item.uri, "refused", problem=problem, notes=item.notes, left_out=item.left_out)


def _take_text(
    house: House,
    item: Received,
    known: Ingested | None,
    current: Revision | None,
    article_id: str,
    taking: Taking,
    fetcher: Fetcher | None,
) -> Outcome:
    _check_own(item, known, current, taking)
    drafted = draft(house, item, current, fetcher)
    kind = item.kind if current else "update"
    _tell_correction(item, drafted, current, kind)
    languages = [each for each in house.settings.languages if not is_pseudo(each)]
    article = read_article(drafted.data, languages)
    wanting = bool(drafted.wants)
    if wanting and (current is None or current.state == DRAFT):
        drafted.notes.append(f"a draft until it has: {'; '.join(drafted.wants)}")
    if taking.dry_run:
        outcome = "created" if current is None else "corrected" if kind in NOTICED_KINDS else "updated"
        return Outcome(
            item.uri, outcome, current, None, tuple(drafted.notes), tuple(drafted.left_out), None, drafted.data
        )
    status = WANTING if wanting and not taking.as_draft else item.status
    writing = Writing(
        kind,
        ANY_VERSION if current else None,
        _wanted(item, known, current, wanting or taking.as_draft),
        item.times,
        _hand(taking, item),
        also=lambda connection, done: _note(connection, item, known, status, done.revision),
    )
    done = publish(house.engine, article_id, article, writing, house.offer)
    if done.changed:
        house.announce(article_id)
    return Outcome(item.uri, _outcome(done), done.revision, None, tuple(drafted.notes), tuple(drafted.left_out))


def _check_own(item: Received, known: Ingested | None, current: Revision | None, taking: Taking) -> None:
    """Refuse to write over what is ours, or was killed; before a picture of it is taken in."""
    if current is None:
        return
    check_not_killed(current)
    name = current.article_id
    if known is None and not taking.adopt:
        raise Conflict(f"id: expected one of its own, article {name!r} did not come from {item.uri!r}")
    if known is not None and known.revision != current.number and not taking.overwrite:
        told = f"revision {current.number} was made here after {_told(known)} had come"
        raise Conflict(f"article {name!r} was changed here, {told}: take this one over by hand, or overwrite")


def _tell_correction(item: Received, drafted: Drafted, current: Revision | None, kind: str) -> None:
    """Keep the notices that stand for corrections of before, and add one where the source tells readers nothing."""
    if current is None:
        return
    kept = [block for block in current.article.corrections if block.id.startswith(CORRECTED)]
    blocks = drafted.data["blocks"]
    blocks += [block_json(block) for block in kept]
    known = {block.html for block in current.article.corrections}
    if kind not in NOTICED_KINDS:
        return
    if not any(block["type"] == "correction" and block["html"] not in known for block in blocks):
        number = len(kept) + 1
        words = wording.load(drafted.data["language"])
        day = words.date(item.created_ms or clock.now_ms())
        text = item.correction or words.say("source_corrected", date=day)
        told = {"type": "correction", "id": f"{CORRECTED}-{number}", "kind": kind, "html": text}
        blocks.append(told)


def _take_picture(
    house: House, item: Received, known: Ingested | None, taking: Taking, fetcher: Fetcher | None
) -> Outcome:
    """Keep a picture that came by itself; texts name it by its uri."""
    notes: list[str] = list(item.notes)
    pictures = Pictures(house, fetcher, notes.append, item.source)
    found = pictures.gather(item.blocks[0], "picture") if item.status != CANCELED else None
    if item.status == CANCELED:
        notes.append("canceled: no text that comes from now on can name it; articles that show it are not changed")
    elif found is None:
        raise Conflict(notes[-1])
    elif found.wants:
        notes.append(f"an article with it will be a draft until it has: {'; '.join(found.wants)}")
    media = found.picture["media"] if found else None
    if not taking.dry_run:
        told = {name: value for name, value in item.blocks[0].items() if name != "data"} if item.blocks else {}
        block = told | {"hrefs": [], "media": media} if media else None
        with write(house.engine) as connection:
            _note(connection, item, known, item.status, None, json.dumps(block) if block else None)
        house.relay()
    outcome = "killed" if item.status == CANCELED else "created" if known is None else "updated"
    return Outcome(item.uri, outcome, media=media, notes=tuple(notes), left_out=item.left_out)


def _end(
    house: House, item: Received, known: Ingested | None, current: Revision | None, action: str, taking: Taking
) -> Outcome:
    """Take an article off the pages, for good or not, whatever was changed here: its source has taken it back."""
    outcome = "killed" if action == "kill" else "unpublished"
    if current is None or taking.dry_run:
        notes = () if current else ("nothing of it is here; no earlier version of it will be taken",)
        if not taking.dry_run:
            with write(house.engine) as connection:
                _note(connection, item, known, item.status, None)
        return Outcome(item.uri, outcome if current else "unchanged", current, notes=notes)
    with write(house.engine) as connection:
        now = articles.load(connection, current.article_id, lock=True)
        if now is None:
            raise Conflict(f"article {current.article_id!r} was deleted meanwhile", retry_after_s=1)
        done = moved(connection, now, action, _hand(taking, item), house.offer)
        _note(connection, item, known, item.status, done.revision)
    if done.changed:
        house.announce(current.article_id)
    return Outcome(item.uri, outcome if done.changed else "unchanged", done.revision)


def _note(
    connection: Connection,
    item: Received,
    known: Ingested | None,
    status: str,
    revision: Revision | None,
    picture: str | None = None,
) -> None:
    """Note the version taken; raise Conflict when another one was taken since ``known`` was read."""
    if ingested.load(connection, item.uri, lock=True) != known:
        raise Conflict(f"another version of {item.uri!r} came at the same time", retry_after_s=1)
    article_id, number = (revision.article_id, revision.number) if revision else (None, None)
    row = Ingested(
        item.uri, item.version, item.created_ms, digest(item), status, article_id, number, picture, clock.now_ms()
    )
    ingested.save(connection, row)


def _wanted(item: Received, known: Ingested | None, current: Revision | None, wanting: bool) -> str | None:
    """The status to write an article with; None leaves it as it was decided here."""
    if current is None or known is None:
        return None if current else "withheld" if wanting or item.status == WITHHELD else "usable"
    waited = (known.status == WANTING and current.state == DRAFT) or known.status == WITHHELD
    return "usable" if waited and not wanting and item.status != WITHHELD else None


def _outcome(done: Published) -> str:
    if done.new:
        return "created"
    if not done.changed:
        return "unchanged"
    return "corrected" if done.action == "revise" and done.revision.kind in NOTICED_KINDS else "updated"


def _unchanged(item: Received, known: Ingested, current: Revision | None) -> Outcome:
    same = digest(item) == known.digest
    notes = () if same else (f"{_told(known)} was taken before with another content, which stays",)
    media = json.loads(known.picture)["media"] if known.picture else None
    return Outcome(item.uri, "unchanged", current, media, notes)


def _older(item: Received, known: Ingested) -> str:
    return f"version: expected one after {_told(known)}, which was taken before, got {item.version or 'an older one'}"


def _told(known: Ingested) -> str:
    return f"version {known.version}" if known.version else "the version before"


def _hand(taking: Taking, item: Received) -> Hand:
    return Hand(taking.hand.who, f"{item.uri} version {item.version}" if item.version else item.uri)


def _is_picture(item: Reading) -> bool:
    return isinstance(item, Received) and item.type == PICTURE
