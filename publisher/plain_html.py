"""An article's body as plain HTML for other systems: feeds, agencies. No scripts, no styles, every address absolute."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape

from publisher import inline
from publisher.articles import Article
from publisher.blocks import (
    Block,
    Code,
    Correction,
    Divider,
    Embed,
    Gallery,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Picture,
    Quote,
    Table,
    pictures_of,
)
from publisher.credits import format_line
from publisher.views import Picture as Shown
from publisher.wording import Wording


def body_html(article: Article, site_url: str, pictures: Mapping[str, Shown], wording: Wording) -> str:
    """Write the body; ``pictures`` are those that there are, by hash, ``wording`` is of the article's language."""
    parts = [part for block in article.blocks for part in _block(block, site_url, pictures, wording)]
    if article.source:
        parts.append(f"<p>{escape(wording.say('source', source=article.source), quote=False)}</p>")
    return "\n".join(parts)


def _block(block: Block, site_url: str, pictures: Mapping[str, Shown], wording: Wording) -> Iterator[str]:
    def markup(html: str) -> str:
        return inline.serialise(_absolute(inline.parse(html), site_url))

    match block:
        case Paragraph(html=html):
            yield f"<p>{markup(html)}</p>"
        case Heading(level=level, html=html):
            yield f"<h{level}>{markup(html)}</h{level}>"
        case Image() | Gallery():
            for picture in pictures_of(block).values():
                if picture.media in pictures:
                    yield _figure(picture, pictures[picture.media], site_url)
        case Quote(html=html, attribution=attribution):
            said_by = f"<footer>{escape(attribution, quote=False)}</footer>" if attribution else ""
            yield f"<blockquote><p>{markup(html)}</p>{said_by}</blockquote>"
        case List(ordered=ordered, items=items):
            tag = "ol" if ordered else "ul"
            yield f"<{tag}>{''.join(f'<li>{markup(item)}</li>' for item in items)}</{tag}>"
        case Table(rows=rows, caption=caption):
            named = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
            yield f"<table>{named}{''.join(_row(block, at, markup) for at in range(len(rows)))}</table>"
        case Embed(url=url, title=title, provider=provider):
            yield f'<p><a href="{escape(url)}">{escape(title, quote=False)}</a> ({escape(provider, quote=False)})</p>'
        case Link(href=href, text=text):
            yield f'<p><a href="{escape(_full(href, site_url))}">{escape(text, quote=False)}</a></p>'
        case Divider():
            yield "<hr>"
        case Code(code=code):
            yield f"<pre><code>{escape(code, quote=False)}</code></pre>"
        case Correction(html=html, kind=kind):
            yield f"<p><strong>{escape(wording[kind], quote=False)}:</strong> {markup(html)}</p>"


def _row(table: Table, number: int, markup: Callable[[str], str]) -> str:
    cells = []
    for column, cell in enumerate(table.rows[number]):
        heads = (number == 0 and table.header in ("row", "both")) or (
            column == 0 and table.header in ("column", "both")
        )
        tag = "th" if heads and cell else "td"
        cells.append(f"<{tag}>{markup(cell) if cell else ''}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _figure(picture: Picture, shown: Shown, site_url: str) -> str:
    size = f'width="{shown.width}" height="{shown.height}"'
    image = f'<img src="{escape(site_url + shown.src)}" {size} alt="{escape(picture.alt)}">'
    caption = escape(f"{picture.caption} {format_line(picture.credit)}", quote=False)
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _absolute(nodes: tuple[inline.Node, ...], site_url: str) -> tuple[inline.Node, ...]:
    return tuple(
        node
        if isinstance(node, str)
        else replace(
            node,
            href=_full(node.href, site_url) if node.href is not None else None,
            children=_absolute(node.children, site_url),
        )
        for node in nodes
    )


def _full(href: str, site_url: str) -> str:
    return site_url + href if href.startswith("/") else href
