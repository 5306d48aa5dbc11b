"""What crawlers are told: sitemaps with each page's other languages, the sitemap for news, robots.txt, llms.txt."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from publisher.exchange import xml
from publisher.exchange.xml import add
from publisher.site.sites import Site
from publisher.views import Address, NewsAddress, Teaser

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_NEWS = 1_000
NEWS_MS = 48 * 3_600_000
"""How long an article is news to a news crawler."""


def index(site: Site, pages: Sequence[int | None]) -> str:
    """Write the index; ``pages`` are the last changes (unix ms) in each sitemap, the first one first."""
    root = xml.root("sitemapindex", SITEMAP)
    for number, modified_ms in enumerate(pages, 1):
        entry = add(root, "sitemap")
        add(entry, "loc", f"{site.url}/sitemap-{number}.xml")
        if modified_ms is not None:
            add(entry, "lastmod", _time(modified_ms))
    return xml.document(root)


def sitemap(addresses: Iterable[Address]) -> str:
    """Write one sitemap; every page names itself among its languages."""
    root = xml.root("urlset", SITEMAP)
    for address in addresses:
        entry = add(root, "url")
        add(entry, "loc", address.url)
        if address.modified_ms is not None:
            add(entry, "lastmod", _time(address.modified_ms))
        for language, url in address.alternates:
            add(entry, "xhtml:link", rel="alternate", hreflang=language, href=url)
    return xml.document(root)


def news_sitemap(site: Site, addresses: Iterable[NewsAddress]) -> str:
    """Write the sitemap for news; an empty one when there is none."""
    root = xml.root("urlset", SITEMAP)
    for address in addresses:
        entry = add(root, "url")
        add(entry, "loc", address.url)
        news = add(entry, "news:news")
        publication = add(news, "news:publication")
        add(publication, "news:name", site.name)
        add(publication, "news:language", _news_language(address.language))
        add(news, "news:publication_date", _time(address.published_ms))
        add(news, "news:title", address.title)
    return xml.document(root)


def robots(site: Site, languages: Iterable[str]) -> str:
    """Let crawlers have the pages; the API, previews and searches are not for them."""
    closed = "".join(f"Disallow: /{language}/search?\n" for language in languages)
    maps = "".join(f"Sitemap: {site.url}/{name}.xml\n" for name in ("sitemap", "news-sitemap"))
    return f"User-agent: *\nDisallow: /v1/\nDisallow: /preview/\n{closed}\n{maps}"


def llms(site: Site, languages: Sequence[tuple[str, str]], latest: Iterable[Teaser]) -> str:
    """Tell language models where what is (llmstxt.org); ``languages`` are (tag, name)."""
    lines = [
        f"# {site.name}",
        "",
        "> News, each article in several languages. Machine translations say so on the page.",
    ]
    lines += ["", "## Languages", ""]
    lines += [
        f"- [{name}]({site.url}/{tag}/): [RSS]({site.url}/{tag}/feed.xml), [JSON Feed]({site.url}/{tag}/feed.json)"
        for tag, name in languages
    ]
    lines += ["", "## Latest", ""]
    lines += [
        f"- [{_plain(teaser.headline)}]({site.url}{teaser.href})"
        + (f": {_plain(teaser.description)}" if teaser.description else "")
        for teaser in latest
    ]
    lines += ["", "## Optional", "", f"- [Sitemap]({site.url}/sitemap.xml)"]
    return "\n".join(lines) + "\n"


def _news_language(language: str) -> str:
    """A language as news crawlers name it: ISO 639, but for the two Chinese ones."""
    tag = language.lower()
    if tag.startswith("zh"):
        return "zh-tw" if any(part in tag.split("-") for part in ("hant", "tw", "hk", "mo")) else "zh-cn"
    return tag.partition("-")[0]


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S+00:00}"
