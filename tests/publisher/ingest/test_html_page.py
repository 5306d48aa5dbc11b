"""A web page or a copied part of one: the article is found in it, and what is around it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from publisher.ingest.formats import Given, media_type_of, read_items
from publisher.ingest.html_page import read_page

PAGE = """<!doctype html><html lang="es"><head><title>El puente abre | Diario</title>
<meta property="og:site_name" content="Diario"><meta property="og:url" content="https://diario.example/puente">
<meta property="article:section" content="Ciudad"><meta name="description" content="Tras cuarenta años."></head>
<body><header><a href="/">Diario</a><nav><ul><li><a href="/">Portada</a></li><li><a href="/x">Mundo</a></li></ul></nav>
<h1>El puente <em>abre</em></h1></header><main><article><p>Por Ana Ruiz</p><p>23 November 2026</p><p>Share</p>
<p>Se abrió el <a href="/otro">puente</a>, dijo el <b>alcalde</b>.</p>
<figure><img src="/arco.jpg" alt="Arco"><figcaption>El puente al atardecer. (Foto: Ana Ruiz/EFE)</figcaption></figure>
<aside>Lee también: otra cosa</aside><h2>Cómo cruzar</h2><p>A pie y en bicicleta, gratis, hasta el lunes.</p>
<h3>Related</h3><ul><li><a href="/z">Otra noticia</a></li></ul></article></main>
<footer><p>© 2026 Diario</p></footer><script>count()</script></body></html>"""


def test_the_article_of_a_page_is_found_and_the_rest_is_told() -> None:
    item = read_page(PAGE)
    assert (item.headline, item.byline, item.language) == ("El puente abre", "Ana Ruiz", "es")
    assert (item.source, item.section, item.description) == ("Diario", "Ciudad", "Tras cuarenta años.")
    assert item.uri == "https://diario.example/puente"
    first, picture, heading, last = item.blocks
    assert first["html"] == (
        'Se abrió el <a href="https://diario.example/otro">puente</a>, dijo el <strong>alcalde</strong>.'
    )
    assert picture["hrefs"] == ["https://diario.example/arco.jpg"] and picture["caption"] == "El puente al atardecer."
    assert picture["credit"] == {"creators": ["Ana Ruiz"], "agency": "EFE"}
    assert heading["html"] == "Cómo cruzar" and last["html"].startswith("A pie")
    assert {each.text: each.why for each in item.left_out} == {
        "Diario Portada Mundo": "the page around the article",
        "© 2026 Diario": "the page around the article",
        "Lee también: otra cosa": "beside the article",
        "23 November 2026": "when it was published there",
        "Share": "how to share it",
        "Related": "links to something else",
        "Otra noticia": "links to something else",
    }


@pytest.mark.parametrize(
    ("html", "title", "blocks"),
    [
        ('<b style="font-weight:normal"><p>A bridge opens</p><p>It stands.</p></b>', "A bridge opens", ["It stands."]),
        ("<h2>A bridge</h2>It stands.<br><br>It holds.", "A bridge", ["It stands.", "It holds."]),
        ("<p>It stands by itself. And it holds.</p>", "It stands by itself.", ["It stands by itself. And it holds."]),
        ("<title>A bridge</title><p>It stands.</p>", "A bridge", ["It stands."]),
        ("<div><h1>One</h1><article><p>a</p></article></div><p>The rest is longer.</p>", "One", ["a", "The rest is longer."]),  # noqa: E501
    ],
)  # fmt: skip
def test_a_copied_piece_has_a_title_wherever_it_stands(html: str, title: str, blocks: list[str]) -> None:
    item = read_page(html)
    assert (item.headline, [block["html"] for block in item.blocks]) == (title, blocks)


@given(st.text(alphabet="<>/abhp1 ul", max_size=60))
def test_any_markup_is_read_or_refused(html: str) -> None:
    try:
        item = read_page(html)
    except Invalid:
        return
    assert item.headline


def test_what_a_text_is_shows_in_how_it_begins() -> None:
    for text, kind in (
        (PAGE, "text/html"),
        ('<meta charset="utf-8"><p>a', "text/html"),
        ('<?xml version="1.0"?><rss/>', "application/xml"),
        ("<newsItem>", "application/xml"),
        (' {"uri": "a"}', "application/ninjs+json"),
        ("---\ntitle: A\n---\n", "text/markdown"),
        ("# A\n", "text/markdown"),
        ("[Applause] It began", "text/plain"),
        ("#1 of all\n", "text/plain"),
    ):
        assert media_type_of(text) == kind, text
    assert read_items("text/html", PAGE.encode(), Given(uri="x"))[0].uri == "x"
