"""An article as a form: back and forth without loss, rearranged, and its faults told by field."""

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from publisher.articles import read_article
from publisher.body.blocks import Paragraph
from publisher.desk import form_reading
from publisher.desk.form import ArticleForm, BlockForm, empty, of_article, read
from publisher.desk.rearranging import rearrange
from tests.publisher.newsroom import Newsroom, an_article

LANGUAGES = ["en", "es"]


def sent(form: ArticleForm) -> ArticleForm:
    return read(MultiDict(form.fields()), LANGUAGES)


def test_every_block_comes_back_from_its_form_as_it_was(newsroom: Newsroom) -> None:
    strange = Paragraph("q", '2 * 3 &lt; _x_ | <em> spaced </em>&amp;amp; <a href="/a">l<br>l</a>')
    article = an_article(
        blocks=(*newsroom.every_block(), strange), slugs=(("es", "puente"),), keywords=("bridge", "harbour")
    )
    form = sent(of_article(article, 3, 2))
    assert form == of_article(article, 3, 2)
    data, keys, faults = form_reading.read(form)
    assert faults == [] and [each.id for each in keys if each] == [block.id for block in article.blocks]
    assert read_article(data, LANGUAGES) == article


def test_an_empty_line_in_a_paragraph_begins_another() -> None:
    form = empty("en")
    form.texts |= {"headline": "Ñandú & co", "section": "City"}
    form.blocks[0] = replace(form.blocks[0], id="b1", values={"text": "One\nstill *one*\n\n \nTwo"})
    article = read_article(form_reading.read(form).data, LANGUAGES)
    assert article.slug == "nandu-co"
    assert [(each.id == "b1", each.html) for each in article.blocks if isinstance(each, Paragraph)] == [
        (True, "One still <em>one</em>"),
        (False, "Two"),
    ]


def test_blocks_and_pictures_are_added_moved_and_removed() -> None:
    form = empty("en")
    gallery = rearrange(form, "add:gallery:k0")
    assert gallery == "k1" and rearrange(form, "add:heading") == "k2"
    assert rearrange(form, "picture:k1") == "k1.p2" and rearrange(form, "up:k1.p2") == "k1.p2"
    assert [each.key for each in form.blocks[1].pictures] == ["k1.p0", "k1.p2", "k1.p1"]
    rearrange(form, "remove:k1.p0")
    rearrange(form, "up:k2")
    rearrange(form, "down:k0")
    assert [block.key for block in form.blocks] == ["k2", "k0", "k1"]
    assert rearrange(form, "remove:k1") == "k0" and form.new_key() == "k1"
    for nothing in ("up:k9", "down:k0", "remove:k9", "add:raw_html", "picture:k0", "explode:k0", "", "add"):
        rearrange(form, nothing)
    assert [block.key for block in form.blocks] == ["k2", "k0"]
    assert sent(form) == form


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("headline", "headline"),
        ("slugs.es", "slug.es"),
        ("blocks", "notice"),
        ("blocks.0.html", "notice"),
        ("blocks.1.credit", "k0.creators"),
        ("blocks.1.credit.agency", "k0.agency"),
        ("blocks.1.focus.y", "k0.focus_y"),
        ("blocks.2.pictures.1.alt", "k1.p1.alt"),
        ("blocks.3.items.4", "k2.items"),
        ("blocks.3", "k2.type"),
        ("blocks.9.html", "blocks.9.html"),
    ],
)
def test_a_fault_is_told_at_its_field(path: str, name: str) -> None:
    form = empty("en")
    for kind in ("image", "gallery", "list"):
        rearrange(form, f"add:{kind}")
    keys = [None, *(replace(block, key=f"k{at}") for at, block in enumerate(form.blocks[1:]))]
    keys[2] = BlockForm(
        "k1", "", "gallery", pictures=[replace(each, key=f"k1.p{n}") for n, each in enumerate(form.blocks[2].pictures)]
    )
    assert form_reading.by_field([(path, "x")], keys) == {name: "x"}


def test_what_is_no_form_is_read_as_an_empty_one() -> None:
    rubbish = MultiDict({"block": "k0", "k0.type": "script", "version": "9" * 99, "headline": "a\x00b"})
    form = read(rubbish, LANGUAGES)
    assert (form.blocks, form.version, form.texts["headline"]) == ([], 0, "ab")
