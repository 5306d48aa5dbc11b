"""What a page shows, as plain data: made by ``rendering`` from the store, turned into HTML by ``pages``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from publisher.articles import Article
from publisher.body.blocks import Block, Focus
from publisher.search.asked import Asked
from publisher.search.highlights import Run
from publisher.site.sites import Site
from publisher.wording import Wording

DESCRIBED = 3
"""Headlines that describe a list to search engines."""


class Link(NamedTuple):
    """A link; ``lang`` is the language of its text where that is not the page's."""

    text: str
    href: str
    lang: str | None = None
    dir: str | None = None
    current: bool = False


class TrendLink(NamedTuple):
    """A term that readers search for, with the search for it; ``pinned``: an editor put it there."""

    text: str
    href: str
    pinned: bool


class TrendLinks(NamedTuple):
    """Trending searches; ``most_searched``: none stands out, these are the most frequent ones of a day."""

    links: tuple[TrendLink, ...] = ()
    most_searched: bool = False


NO_TRENDS = TrendLinks()


class Source(NamedTuple):
    """One ``source`` of a picture: its type and its ``srcset``."""

    content_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the page embeds it; width and height are those of ``src``."""

    src: str
    width: int
    height: int
    srcset: str = ""
    sources: tuple[Source, ...] = ()


class PlainPicture(NamedTuple):
    """One file of a picture, for other sites; ``src`` is its address from the site's root."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page's content; ``alternates`` are (hreflang, absolute address)."""

    site: Site
    wording: Wording
    path: str
    languages: tuple[Link, ...] = ()
    sections: tuple[Link, ...] = ()
    trends: TrendLinks = NO_TRENDS
    documents: tuple[Link, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    indexable: bool = True


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article's page: ``article`` as shown, in the language of ``text``; ``state`` is a variant's state.

    ``crops``: pictures in 16:9, 4:3 and 1:1, once they are made, by their paths (``Article.pictures``).
    ``disclaimer`` names the words that say who translated.
    ``corrected``: the last change that readers are told of is a correction. ``preview``: it is not public.
    """

    frame: Frame
    article_id: str
    article: Article
    text: Wording
    original: Link
    source: Wording
    state: str
    engine: str
    disclaimer: str
    done: int
    total: int
    published_ms: int
    modified_ms: int
    section: Link
    pictures: Mapping[str, Picture]
    crops: Mapping[str, tuple[PlainPicture, ...]]
    contents: tuple[Link, ...]
    related: tuple["Teaser", ...]
    share: tuple[Link, ...]
    minutes: int
    corrected: bool = False
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article in a list, in the language of ``text``; ``expires_ms``: when it goes (unix ms), None for never."""

    article_id: str
    expires_ms: int | None
    headline: str
    description: str
    href: str
    text: Wording
    published_ms: int
    picture: Picture | None
    focus: Focus | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Teasers under a heading, with the page that has more of them."""

    heading: str
    href: str | None
    teasers: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """The front page or a section's page."""

    frame: Frame
    heading: str
    groups: tuple[Group, ...]

    @property
    def front(self) -> bool:
        """Whether this is the front page, whose groups lead to pages of their own."""
        return any(group.href for group in self.groups)

    @property
    def headlines(self) -> list[str]:
        """The first headline of each group, or the first few of a single one."""
        if len(self.groups) == 1:
            return [teaser.headline for teaser in self.groups[0].teasers[:DESCRIBED]]
        return [group.teasers[0].headline for group in self.groups[:DESCRIBED]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as feeds tell of it: ``id`` lasts, ``url`` is absolute, ``html`` is the body (``plain_html``).

    ``modified_ms`` is the last change that readers are told of, ``changed_ms`` the last of anything.
    """

    id: str
    url: str
    article: Article
    html: str
    section: str
    published_ms: int
    modified_ms: int
    changed_ms: int
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Feed:
    """The newest articles of one language, or of one of its sections; ``home`` is the page that lists them."""

    site: Site
    wording: Wording
    title: str
    home: str
    url: str
    entries: tuple[Entry, ...]

    @property
    def modified_ms(self) -> int:
        """The last change that readers are told of; 0 for a feed of nothing."""
        return max((entry.modified_ms for entry in self.entries), default=0)


@dataclass(frozen=True, slots=True)
class Address:
    """A page in a sitemap: absolute, with its other languages as (hreflang, address).

    ``modified_ms`` None: nobody can say, as of a list.
    """

    url: str
    modified_ms: int | None
    alternates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewsAddress:
    """An article in the sitemap for news."""

    url: str
    language: str
    title: str
    published_ms: int


class VersionLink(NamedTuple):
    """A version of a document; it comes into force at ``effective_ms`` (unix ms)."""

    number: int
    effective_ms: int
    href: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A version of a policy document, in the language of ``text``; ``versions`` are all, the newest first.

    ``outdated``: another one is in force, at ``current``.
    """

    frame: Frame
    text: Wording
    title: str
    blocks: tuple[Block, ...]
    number: int
    effective_ms: int
    sha256: str
    versions: tuple[VersionLink, ...]
    current: str
    outdated: bool
    contents: tuple[Link, ...]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


class Choice(NamedTuple):
    """An entry of a list to choose from."""

    text: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with what was looked for marked in its headline and in an excerpt."""

    teaser: Teaser
    headline: tuple[Run, ...]
    excerpt: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results of a search: one page of ``count`` in all, which is written with a plus where there are more.

    ``meant`` leads to the search that these are the results of, where nothing was found as it was typed.
    ``more`` and ``first`` are addresses of the next page and of the first one.
    """

    frame: Frame
    asked: Asked
    hits: tuple[Hit, ...]
    count: str
    meant: Link | None
    sections: tuple[Choice, ...]
    written: tuple[Choice, ...]
    more: str | None
    first: str | None
