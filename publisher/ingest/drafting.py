"""A received item as the data of an article: what it lacks is filled in, and everything filled in is told."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from chassis.sql import read
from publisher import wording
from publisher.articles import Revision
from publisher.body.markdown import DEFAULT_SECTION, slug_of
from publisher.faults import Fault, refusal
from publisher.house import House
from publisher.ingest.fetching import Fetcher
from publisher.ingest.gathering import Pictures, as_text
from publisher.ingest.language_guess import guess
from publisher.ingest.received import LeftOut, Received
from publisher.states import LIVE
from publisher.store import slugs
from publisher.variants import is_pseudo

LONGEST_DESCRIPTION = 1000
_MARK = re.compile(r"<[^>]*>")
MOST_KEYWORDS, LONGEST_KEYWORD = 50, 100
CORRECTED = "source-correction"
"""Ids of the notices that stand for a correction whose source did not say what was wrong begin so."""

Block = Mapping[str, Any]


@dataclass
class Drafted:
    """The article's data; ``wants`` is what has to be filled in before readers see it."""

    data: dict[str, Any]
    notes: list[str]
    left_out: list[LeftOut]
    wants: list[str] = field(default_factory=list)


def draft(house: House, item: Received, current: Revision | None, fetcher: Fetcher | None) -> Drafted:
    """Make an article's data of an item.

    Args:
        house: whose.
        item: what came, of type text.
        current: the article that it is a new version of.
        fetcher: fetches its pictures; None: only for a preview.

    Raises:
        Invalid: it has no headline, no text, or is of a language that is not offered.
    """
    made = Drafted({}, list(item.notes), list(item.left_out))
    headline = " ".join(item.headline.split())
    if not headline:
        raise refusal([Fault("headline", "a headline", "none")])
    blocks, description = list(item.blocks), " ".join((item.description or "").split())
    if description and (len(description) > LONGEST_DESCRIPTION or not blocks):
        blocks.insert(0, {"type": "paragraph", "html": escape(description, quote=False)})
        made.notes.append("the description opens the text")
        description = ""
    if not blocks:
        raise refusal([Fault("body", "a text", "none")])
    made.data = {
        "slug": current.article.slug if current else _slug(house, item),
        "language": _language(house, item, current, made),
        "headline": headline,
        "byline": _byline(item.byline),
        "description": description or None,
        "source": item.source,
        "section": item.section or DEFAULT_SECTION,
        "keywords": _keywords(item.keywords, made.notes),
        "slugs": dict(current.article.slugs) if current else {},
    }
    if item.by_machine and (current is None or current.state not in LIVE):
        made.wants.append("a person's look: its source says that a machine made or translated it")
    made.data["blocks"] = _with_pictures(
        house, item, blocks, made, fetcher, complete_only=current is not None and current.state in LIVE
    )
    return made


def _with_pictures(
    house: House,
    item: Received,
    blocks: Sequence[Block],
    made: Drafted,
    fetcher: Fetcher | None,
    complete_only: bool,
) -> list[Block]:
    pictures = Pictures(house, fetcher, made.notes.append, item.source)
    done: list[Block] = []
    for block in blocks:
        if block.get("type") == "image":
            done += _shown(pictures, [block], made, complete_only)
        elif block.get("type") == "gallery":
            shown = _shown(pictures, block["pictures"], made, complete_only)
            images = [each for each in shown if each["type"] == "image"]
            if len(images) == len(shown) > 1:
                of_gallery = [{name: value for name, value in each.items() if name != "type"} for each in images]
                shown = [{**block, "pictures": of_gallery}]
            done += shown
        else:
            done.append(block)
    return done


def _shown(pictures: Pictures, given: Sequence[Block], made: Drafted, complete_only: bool) -> list[Block]:
    done: list[Block] = []
    for picture in given:
        told = picture.get("caption") or picture.get("alt") or next(iter(picture.get("hrefs") or ()), "")
        name = f"picture “{told[:48]}”"
        found = pictures.gather(picture, name)
        if found is None:
            done += as_text(picture)
            continue
        if found.wants and complete_only:
            # readers would see at once what a new article waits for as a draft
            made.notes.append(f"{name}: {' and '.join(found.wants)} is wanting, so it stands as text")
            done += as_text(picture)
            continue
        made.wants += [f"{name}: {want}" for want in found.wants]
        identified = {"id": picture["id"]} if picture.get("id") else {}
        done.append({"type": "image", **identified, **found.picture})
    return done


def _language(house: House, item: Received, current: Revision | None, made: Drafted) -> str:
    """The language offered that an item is in: its own, or the one that differs by region alone; else a guess."""
    offered = [each for each in house.settings.languages if not is_pseudo(each)]
    if item.language is None or not item.language.strip():
        return current.article.language if current else _guessed(item, offered, made)
    found = _offered(item.language.strip(), offered)
    if found:
        return found
    raise refusal([Fault("language", f"one of {', '.join(offered)}", repr(item.language[:40]))])


def _guessed(item: Received, offered: Sequence[str], made: Drafted) -> str:
    """What the text reads like; where that is not sure, or not offered, somebody has to look."""
    read = guess(_texts(item))
    found = _offered(read.language, offered)
    name = wording.load("en").locale.languages.get(read.language, read.language)
    if found and read.sure:
        made.notes.append(f"no language is told: it reads like {name}, which is a guess")
        return found
    told = f"it reads like {name}, which is not offered" if read.sure else "the text does not tell it surely"
    made.wants.append(f"its language, taken for {found or offered[0]}: {told}")
    return found or offered[0]


def _offered(language: str, offered: Sequence[str]) -> str | None:
    wanted = language.replace("_", "-").casefold()
    for test in (str.casefold, lambda each: each.casefold().partition("-")[0]):
        found = next((each for each in offered if test(each) in (wanted, wanted.partition("-")[0])), None)
        if found:
            return found
    return None


def _texts(item: Received) -> Iterator[str]:
    """The words of an item, roughly: without its marks."""
    yield from (item.headline, item.description or "")
    for block in item.blocks:
        for text in (block.get("html"), block.get("caption"), *block.get("items", ())):
            yield unescape(_MARK.sub(" ", text or ""))


def _slug(house: House, item: Received) -> str:
    """A slug that nobody has: of the headline's words, with a piece of the uri's hash where it is taken."""
    mark = hashlib.sha256(item.uri.encode()).hexdigest()[:8]
    own = item.slug if item.slug and re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", item.slug) else None
    wanted = own or slug_of(item.headline) or f"item-{mark}"
    with read(house.engine) as connection:
        taken = slugs.owners(connection, [wanted])
    return f"{wanted[:110]}-{mark}" if taken or wanted == "search" else wanted


def _byline(byline: str | None) -> str | None:
    text = " ".join((byline or "").split())
    return re.sub(r"^(?:by|por|per|von|par|di):?\s+(?=\S)", "", text, flags=re.IGNORECASE) or None


def _keywords(given: Sequence[str], notes: list[str]) -> list[str]:
    words = list(dict.fromkeys(" ".join(word.split()) for word in given if word.strip()))
    kept = [word for word in words if len(word) <= LONGEST_KEYWORD][:MOST_KEYWORDS]
    if len(kept) < len(words):
        notes.append(f"{len(words) - len(kept)} keywords were passed over: at most {MOST_KEYWORDS} are kept")
    return kept
