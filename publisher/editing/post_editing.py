"""A person's work on a translation: one transaction that keeps the texts, shows them, and records who did it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from chassis.errors import Conflict, NotFound
from chassis.sql import write
from publisher import clock, following, indexing, post_edits
from publisher.articles import Revision, article_texts
from publisher.body.block_texts import Text
from publisher.faults import Fault, refusal
from publisher.following import Hand, Offer
from publisher.post_edits import PostEdit, source_key
from publisher.shown import as_shown
from publisher.states import KILLED, PREPARED
from publisher.store import articles, translating, variants, webhooks
from publisher.store import post_edits as rows
from publisher.variants import FAILED, MACHINE, Variant, is_pseudo
from publisher.webhooks import TRANSLATED, translation_event

EDITABLE = (MACHINE, FAILED)
"""States of a variant, as shown, in which people write in it."""


class Sent(NamedTuple):
    """A text as it was sent: what it was when it was shown, so that nobody writes over another's words unseen."""

    was: str
    text: str


class Overtaken(Exception):
    """Somebody else changed some of these texts meanwhile; ``names`` of those."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


def edit(
    engine: Engine, article_id: str, language: str, sent: Mapping[str, Sent], approved: Iterable[str], hand: Hand
) -> list[str]:
    """Keep those texts that differ from what is shown, and approve others as they are; return the names of both.

    Where engines have failed, a translation is a person's from the start, and finished once all its texts are there.

    Args:
        engine: the publisher database.
        article_id: whose.
        language: of the translation.
        sent: texts by the names of ``articles.article_texts``.
        approved: names of texts that are right as they then stand.
        hand: whose doing it is, and why.

    Raises:
        NotFound: no such article or translation.
        Conflict: the translation is in the making.
        Invalid: a text is empty, or has inline HTML that is not of the closed list; nothing was kept.
        Overtaken: nothing was kept.
    """
    with write(engine) as connection:
        revision, variant = _editable(connection, article_id, language)
        source, kept = article_texts(revision.article), rows.of_variant(connection, article_id, language)
        shown = texts_so_far(source, variant, kept)
        changed = _changed(source, shown, sent)
        new = _made(source, shown, kept, changed, [name for name in approved if name in shown], hand.who)
        if new:
            for key, made in new.items():
                rows.put(connection, article_id, language, key, made)
            kept |= new
            texts = shown | post_edits.by_hand(source, kept)
            if variant.state == MACHINE:
                standing = post_edits.standing(source, kept)
                translating.put_by_hand(connection, article_id, language, texts, standing, clock.now_ms())
            elif texts.keys() == source.keys():
                variants.supersede_jobs(connection, article_id, language)
                translating.finish_by_hand(connection, article_id, language, revision.number, texts, clock.now_ms())
            names = [made.name for made in new.values()]
            _follow(connection, revision, language, "edit" if changed else "review", names, hand)
        return [made.name for made in new.values()]


def retranslate(
    engine: Engine, article_id: str, language: str, hand: Hand, offer: Offer, name: str | None = None
) -> None:
    """Ask the engines for a text anew, or for all: what they remembered until now does not count.

    A person's words of that text are forgotten; those of the others stay.

    Raises:
        NotFound: no such article, language or text.
        Conflict: the article is not one that is translated.
    """
    with write(engine) as connection:
        revision = articles.load(connection, article_id, lock=True)
        if revision is None or language not in offer.languages or language == revision.article.language:
            raise NotFound(f"no translation of article {article_id!r} into {language!r}")
        if revision.state not in PREPARED:
            raise Conflict(f"only what is public, or will be, is translated; the article is {revision.state}")
        source = article_texts(revision.article)
        if name is not None:
            if name not in source:
                raise NotFound(f"no text {name!r} in article {article_id!r}")
            rows.remove(connection, article_id, language, [source_key(source[name])])
        variants.supersede_jobs(connection, article_id, language)
        following.ask_anew(connection, revision, language, offer, clock.now_ms(), name)
        told = f"{language}: {name or 'all'}"
        following.note(connection, revision, "retranslate", hand._replace(reason=_reason(told, hand)))


def texts_so_far(source: Mapping[str, Text], variant: Variant, kept: Mapping[str, PostEdit]) -> dict[str, str]:
    """Translations by name that there are of a variant as shown: of a failed one, what people have written so far."""
    return dict(variant.texts or {}) if variant.state == MACHINE else post_edits.by_hand(source, kept)


def _editable(connection: Connection, article_id: str, language: str) -> tuple[Revision, Variant]:
    """Lock an article and load it with its variant as shown."""
    revision = articles.load(connection, article_id, lock=True)
    variant = variants.load(connection, article_id, language) if revision else None
    if revision is None or variant is None:
        raise NotFound(f"no translation of article {article_id!r} into {language!r}")
    if revision.state == KILLED:
        raise Conflict(f"article {article_id!r} was killed, and nothing of it can be changed any more")
    variant = as_shown(revision.article, variant, clock.now_ms())
    if variant.state not in EDITABLE:
        raise Conflict(f"the translation is {variant.state}: it can be edited once it is finished")
    return revision, variant


def _made(
    source: Mapping[str, Text],
    shown: Mapping[str, str],
    kept: Mapping[str, PostEdit],
    changed: Mapping[str, str],
    approved: Iterable[str],
    who: str,
) -> dict[str, PostEdit]:
    """Return what is to be kept, by key: what was changed, and what was approved and is no person's yet."""
    made: dict[str, PostEdit] = {}
    for name in dict.fromkeys((*changed, *approved)):
        key = source_key(source[name])
        if name in changed or not (key in kept or key in made):
            target = changed[name] if name in changed else shown[name]
            made[key] = PostEdit(name, source[name].value, target, name in changed, who, clock.now_ms())
    return made


def _changed(source: Mapping[str, Text], shown: Mapping[str, str], sent: Mapping[str, Sent]) -> dict[str, str]:
    """Read what was sent; return what differs from what is shown."""
    faults: list[Fault] = []
    changed: dict[str, str] = {}
    overtaken: list[str] = []
    for name, each in sent.items():
        if name not in source:
            overtaken.append(name)
            continue
        if not each.text.strip() and name not in shown:
            continue  # not written yet
        now = shown.get(name, "")
        try:
            target = post_edits.read_text(name, source[name], each.text)
        except Fault as fault:
            faults.append(fault)
            continue
        if target != now:
            changed[name] = target
            if each.was != now and target != each.was:
                overtaken.append(name)
            elif each.was != now:
                del changed[name]  # not touched here: the other's words stay
    if faults:
        raise refusal(faults)
    if overtaken:
        raise Overtaken(overtaken)
    return changed


def _follow(
    connection: Connection, revision: Revision, language: str, action: str, names: list[str], hand: Hand
) -> None:
    indexing.index_variant(connection, revision, language)
    told = f"{language}: {names[0]}" if len(names) == 1 else f"{language}: {len(names)} texts"
    following.note(connection, revision, action, hand._replace(reason=_reason(told, hand)))
    now_ms = clock.now_ms()
    finished = variants.load(connection, revision.article_id, language)
    if finished and finished.state == MACHINE and revision.is_public(now_ms) and not is_pseudo(language):
        webhooks.tell(connection, TRANSLATED, translation_event(revision, language), now_ms)


def _reason(told: str, hand: Hand) -> str:
    return f"{told}. {hand.reason}" if hand.reason else told
