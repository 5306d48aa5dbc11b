"""The pictures of an item: fetched, checked and kept, or told as text where they cannot be had."""

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, NamedTuple

from chassis.errors import Problem
from chassis.sql import read
from publisher import pictures
from publisher.body.credits import Credit, format_line
from publisher.editing.receiving import receive
from publisher.house import House
from publisher.ingest.fetching import Fetcher, Unfetchable
from publisher.photo_metadata import PhotoMetadata
from publisher.store import ingested, media

MOST_TRIED = 3
NOT_FETCHED = "0" * 64
"""Stands for a picture in a preview, for which nothing is fetched."""

Block = Mapping[str, Any]
Note = Callable[[str], None]


class Found(NamedTuple):
    """A picture that can be shown; ``wants`` says what has to be filled in before anybody sees it."""

    picture: dict[str, Any]
    wants: tuple[str, ...]


class Pictures:
    """Gathers an item's pictures; ``fetcher`` None: nothing is fetched and kept, for a preview."""

    def __init__(self, house: House, fetcher: Fetcher | None, note: Note, house_credit: str | None) -> None:
        self._house = house
        self._fetcher = fetcher
        self._note = note
        self._source = house_credit

    def gather(self, given: Block, name: str) -> Found | None:
        """Return a picture as a block may have it; None when it cannot be had, which is noted under ``name``."""
        picture = self._of_item(given) if given.get("item") else dict(given)
        sha256 = picture.get("media") or self._kept(picture, name)
        if sha256 is None:
            return None
        wants = []
        told = self._metadata(sha256)
        caption, alt = picture.get("caption") or told.caption, picture.get("alt") or told.alt
        credit = picture.get("credit") or _credit_of(told)
        if not caption:
            caption = alt
            wants += [] if alt else ["a caption"]
        if not alt and caption and not picture.get("decorative"):
            self._note(f"{name}: the caption stands in for an alternative text")
        if not credit:
            wants.append("a credit")
            credit = {"creators": [], "agency": re.sub(r"\s*/\s*", ", ", self._source or "") or _host(picture)}
        made = {
            "media": sha256,
            "caption": caption or _host(picture),
            "alt": "" if picture.get("decorative") else alt or caption or _host(picture),
            "decorative": bool(picture.get("decorative")),
            "credit": credit,
            "focus": picture.get("focus"),
        }
        if self._fetcher is None:
            made["hrefs"] = list(picture.get("hrefs") or ())
        return Found(made, tuple(wants))

    def _metadata(self, sha256: str) -> PhotoMetadata:
        """What a picture's own file says, for what the item does not say."""
        with read(self._house.engine) as connection:
            return media.metadata_of(connection, sha256)

    def _of_item(self, given: Block) -> dict[str, Any]:
        """A picture that came as an item of its own."""
        with read(self._house.engine) as connection:
            known = ingested.load(connection, str(given["item"]))
        if known is None or known.picture is None:
            return dict(given)
        found: dict[str, Any] = json.loads(known.picture)
        return found | {name: value for name, value in given.items() if value and name in ("caption", "alt", "credit")}

    def _kept(self, picture: Block, name: str) -> str | None:
        reason = "nothing tells where it is"
        for href in (picture.get("hrefs") or ())[:MOST_TRIED]:
            own = self._own(href)
            if own is not None:
                return own
            if self._fetcher is None:
                return NOT_FETCHED
            try:
                return self._receive(self._fetched(href))
            except (Unfetchable, Problem) as error:
                reason = f"{href}: {error}"
        if picture.get("data") is not None:
            try:
                return self._receive(picture["data"]) if self._fetcher else NOT_FETCHED
            except Problem as problem:
                reason = problem.detail
        self._note(f"{name} could not be had ({reason}): its caption and credit stand as text")
        return NOT_FETCHED if self._fetcher is None else None

    def _fetched(self, href: str) -> bytes:
        assert self._fetcher is not None
        answer = self._fetcher.get(href, pictures.MOST_BYTES)
        if answer.status != 200:
            raise Unfetchable(f"status {answer.status}")
        return answer.body

    def _receive(self, data: bytes) -> str:
        return receive(self._house.engine, self._house.media_dir, data).sha256

    def _own(self, href: str) -> str | None:
        """The picture of ours that an address names."""
        ours = re.fullmatch(re.escape(self._house.settings.public_url) + r"/media/([0-9a-f]{64})(?:/.*)?", href)
        if ours is None:
            return None
        with read(self._house.engine) as connection:
            return ours[1] if media.known(connection, {ours[1]}) else None


def as_text(picture: Block) -> list[Block]:
    """Write what is told of a picture as a paragraph; none where nothing is."""
    credit = picture.get("credit")
    line = format_line(Credit(tuple(credit["creators"]), credit.get("agency"))) if credit else ""
    told = " ".join(f"{picture.get('caption') or picture.get('alt') or ''} {line}".split())
    return [{"type": "paragraph", "html": f"<em>{escape(told, quote=False)}</em>"}] if told else []


def _credit_of(told: PhotoMetadata) -> dict[str, Any] | None:
    return {"creators": list(told.creators), "agency": told.agency} if told.creators or told.agency else None


def _host(picture: Block) -> str:
    href = next(iter(picture.get("hrefs") or ()), "")
    found = re.match(r"https?://(?:www\.)?([^/:?#]+)", href)
    return found[1] if found else "unknown"
