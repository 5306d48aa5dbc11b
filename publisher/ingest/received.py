"""What every format is read into: an item as it came, in the words of an article, its pictures still elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from chassis.errors import Problem

USABLE, WITHHELD, CANCELED = "usable", "withheld", "canceled"
TEXT, PICTURE, PACKAGE = "text", "picture", "package"


class LeftOut(NamedTuple):
    """A piece of what came that has no place in the article, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An item.

    ``blocks`` are in JSON form (docs/contracts/articles.md), but a picture has ``hrefs``, its files' addresses, the
    best first, or ``data``, its bytes, instead of ``media``; ``credit`` may be None and ``caption`` and ``alt`` empty.
    Of a ``type`` picture the one block is that picture. ``item`` in place of ``hrefs`` is the uri of a picture item.

    ``version`` counts up, as text where the format has any; ``created_ms`` is when this version was made.
    ``correction`` says what was wrong, where the source tells. ``times`` are those of ``states.Timing`` that it tells.
    ``by_machine``: its source says that a machine made or translated it.
    """

    uri: str
    type: str = TEXT
    article_id: str | None = None
    version: str | None = None
    created_ms: int | None = None
    status: str = USABLE
    kind: str = "update"
    correction: str | None = None
    language: str | None = None
    headline: str = ""
    byline: str | None = None
    description: str | None = None
    source: str | None = None
    section: str | None = None
    slug: str | None = None
    keywords: tuple[str, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()
    times: Mapping[str, int | None]
    by_machine: bool = False
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Refused(NamedTuple):
    """An item of several that cannot be taken; ``uri`` empty where it tells none."""

    uri: str
    problem: Problem


Reading = Received | Refused
