"""An article's body as plain HTML for other systems: feeds, agencies. No scripts, no styles, every address absolute.

Where it is marked, each element says which block it is (``data-block``), so that the article can be read back whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import escape

from publisher.articles import Article
from publisher.body import inline
from publisher.body.blocks import (
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
from publisher.body.credits import format_line
from publisher.views import Picture as Shown
from publisher.wording import Wording


def body_html(
    article: Article, site_url: str, pictures: Mapping[str, Shown], wording: Wording, marked: bool = False
) -> str:
    """Write the body; ``pictures`` are those that there are, by hash, ``wording`` is of the article's language."""
    parts = [part for block in article.blocks for part in _block(block, site_url, pictures, wording, marked)]
    if article.source:
        said = escape(wording.say("source", source=article.source), quote=False)
        parts.append(f'<p data-block="source">{said}</p>' if marked else f"<p>{said}</p>")
    return "\n".join(parts)


def _block(block: Block, site_url: str, pictures: Mapping[str, Shown], wording: Wording, marked: bool) -> Iterator[str]:
    def markup(html: str) -> str:
        return inline.serialise(_absolute(inline.parse(html), site_url))

    def mark(**told: object) -> str:
        return _attributes(id=block.id, data_block=block.type, **told) if marked else ""

    match block:
        case Paragraph(html=html):
            yield f"<p{mark()}>{markup(html)}</p>"
        case Heading(level=level, html=html):
            yield f"<h{level}{mark()}>{markup(html)}</h{level}>"
        case Image():
            if block.media in pictures:
                yield _figure(block, pictures[block.media], site_url, mark(**_told(block)))
        case Gallery():
            there = [picture for picture in pictures_of(block).values() if picture.media in pictures]
            figures = [
                _figure(each, pictures[each.media], site_url, _attributes(**_told(each)) if marked else "")
                for each in there
            ]
            yield from [f"<div{mark()}>{''.join(figures)}</div>"] if marked else figures
        case Quote(html=html, attribution=attribution):
            said_by = f"<footer>{escape(attribution, quote=False)}</footer>" if attribution else ""
            yield f"<blockquote{mark()}><p>{markup(html)}</p>{said_by}</blockquote>"
        case List(ordered=ordered, items=items):
            tag = "ol" if ordered else "ul"
            yield f"<{tag}{mark()}>{''.join(f'<li>{markup(item)}</li>' for item in items)}</{tag}>"
        case Table(caption=caption, rows=rows, header=header):
            named = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
            written = "".join(_row(block, at, markup) for at in range(len(rows)))
            yield f"<table{mark(data_header=header)}>{named}{written}</table>"
        case Embed(url=url, title=title, provider=provider):
            told = {f"data_{name}": getattr(block, name) for name in ("frame", "provider", "category", "ratio")}
            link = f'<a href="{escape(url)}">{escape(title, quote=False)}</a>'
            yield f"<p{mark(**told)}>{link} ({escape(provider, quote=False)})</p>"
        case Link(href=href, text=text):
            address = escape(_full(href, site_url))
            yield f'<p{mark()}><a href="{address}">{escape(text, quote=False)}</a></p>'
        case Divider():
            yield f"<hr{mark()}>"
        case Code(code=code, syntax=syntax):
            yield f"<pre{mark(data_syntax=syntax)}><code>{escape(code, quote=False)}</code></pre>"
        case Correction(html=html, kind=kind, date=date):
            label = f"<strong>{escape(wording[kind], quote=False)}:</strong>"
            yield f"<p{mark(data_kind=kind, data_date=date)}>{label} {markup(html)}</p>"


def _attributes(**told: object) -> str:
    """Write attributes that have a value."""
    return "".join(
        f' {name.replace("_", "-")}="{_quoted(str(value))}"' for name, value in told.items() if value is not None
    )


def _quoted(text: str) -> str:
    """Write an attribute's value; XML would read a line break as a space."""
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def _told(picture: Picture) -> dict[str, object]:
    """What a figure's caption does not say of a picture."""
    focus = f"{picture.focus.x!r} {picture.focus.y!r}" if picture.focus else None
    return {"data_creators": len(picture.credit.creators), "data_focus": focus}


def _row(table: Table, number: int, markup: Callable[[str], str]) -> str:
    cells = []
    for column, cell in enumerate(table.rows[number]):
        heads = (number == 0 and table.header in ("row", "both")) or (
            column == 0 and table.header in ("column", "both")
        )
        tag = "th" if heads and cell else "td"
        cells.append(f"<{tag}>{markup(cell) if cell else ''}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _figure(picture: Picture, shown: Shown, site_url: str, mark: str) -> str:
    size = f'width="{shown.width}" height="{shown.height}"'
    image = f'<img src="{escape(site_url + shown.src)}" {size} alt="{_quoted(picture.alt)}">'
    caption = escape(f"{picture.caption} {format_line(picture.credit)}", quote=False)
    return f"<figure{mark}>{image}<figcaption>{caption}</figcaption></figure>"


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
