"""An article in one language as agencies exchange it: what ninjs and NewsML-G2 are written from."""

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.articles import Article, Revision
from publisher.body.blocks import Focus, Picture
from publisher.site.sites import Site


@dataclass(frozen=True, slots=True)
class File:
    """One form of a picture; ``href`` is absolute."""

    name: str
    href: str
    content_type: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Item:
    """An article as it is shown in ``language``; ``html`` is its body, ``text`` the same without markup.

    ``engine`` names the machine that translated it, empty for the original. ``files`` are of each picture by its hash,
    ``others`` the addresses of the same article in other languages.
    """

    site: Site
    revision: Revision
    language: str
    article: Article
    html: str
    text: str
    engine: str
    files: Mapping[str, tuple[File, ...]]
    others: Mapping[str, str]

    @property
    def uri(self) -> str:
        """The item's name, which stays whatever becomes of the page's address."""
        return item_uri(self.site, self.revision.article_id, self.language)

    @property
    def url(self) -> str:
        """Address of the page."""
        return self.site.url + self.revision.article.path_in(self.language)

    @property
    def pictures(self) -> list[Picture]:
        """Pictures whose files are there, each once."""
        once = {picture.media: picture for picture in self.article.pictures.values()}
        return [picture for picture in once.values() if picture.media in self.files]


def item_uri(site: Site, article_id: str, language: str) -> str:
    """Name of an article in a language."""
    return f"{site.url}/v1/articles/{article_id}/ninjs?language={language}"


def picture_uri(site: Site, picture: Picture) -> str:
    """Name of a picture."""
    return f"{site.url}/media/{picture.media}"


def point(focus: Focus, file: File) -> tuple[int, int]:
    """The point of a file that a crop keeps in sight, in its pixels."""
    return round(focus.x * (file.width - 1)), round(focus.y * (file.height - 1))
