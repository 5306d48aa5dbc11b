import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from publisher.articles import (
    article_json,
    article_texts,
    is_translation,
    load_article,
    read_article,
    section_slug,
    source_hash,
    translated,
)
from tests.publisher.newsroom import an_article, sent_article

LANGUAGES = ("en", "es")
IMAGE = {
    "type": "image",
    "media": "0" * 64,
    "caption": "A bridge. /Ana Ruiz/Northlight",
    "alt": "An arch",
    "credit": {"creators": ["Ana Ruiz"], "agency": "Northlight"},
}


def test_an_article_is_stored_and_loaded_as_it_is() -> None:
    article = read_article(sent_article(blocks=[*sent_article()["blocks"], IMAGE]), LANGUAGES)
    assert load_article(json.loads(json.dumps(article_json(article)))) == article


def test_ids_are_kept_and_missing_ones_come_from_the_content() -> None:
    blocks = [
        {"type": "paragraph", "html": "same"},
        {"type": "paragraph", "html": "same"},
        {"id": "x", "type": "paragraph", "html": "y"},
    ]
    first, again = (read_article(sent_article(blocks=blocks), LANGUAGES).blocks for _ in range(2))
    assert first == again
    assert first[0].id.startswith("b-") and len(first[0].id) == 14
    assert first[1].id == f"{first[0].id}-2" and first[2].id == "x"


def test_a_caption_does_not_repeat_its_credit_line() -> None:
    [block] = read_article(sent_article(blocks=[IMAGE]), LANGUAGES).blocks
    assert block.caption == "A bridge."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"slug": "Not A Slug"}, "slug: expected small letters, digits and hyphens"),
        ({"language": "xx"}, "language: expected one of en, es, got 'xx'"),
        ({"headline": "  "}, "headline: expected text, got nothing"),
        ({"headline": "a\x01b"}, "headline: expected no control characters"),
        ({"headline": "x" * 301}, "headline: expected at most 300 characters"),
        ({"section": "??"}, "section: expected a name with letters or digits"),
        ({"blocks": []}, "blocks: expected 1 to 2000 blocks, got 0"),
        ({"blocks": [{"type": "paragraph", "html": "a"}, {"type": "paragraph", "html": "<script>x</script>"}]},
         "blocks.1.html: expected only em strong a code br, got <script>"),
        ({"blocks": [{"type": "paragraph", "html": "<em> </em>"}]}, "blocks.0.html: expected text, got nothing"),
        ({"blocks": [{"type": "heading", "level": 1, "html": "a"}]}, "blocks.0.level: expected 2, 3 or 4, got 1"),
        ({"blocks": [{"type": "list", "items": ["a", "<p>"]}]}, "blocks.0.items.1: expected only"),
        ({"blocks": [{"type": "list", "items": []}]}, "blocks.0.items: expected at least one item"),
        ({"blocks": [IMAGE | {"alt": ""}]}, "blocks.0.alt: expected a text for those who do not see"),
        ({"blocks": [IMAGE | {"caption": ""}]}, "blocks.0.caption: expected text"),
        ({"blocks": [IMAGE | {"credit": {}}]}, "blocks.0.credit: expected a creator or an agency"),
        ({"blocks": [IMAGE | {"credit": {"creators": ["a/b"]}}]}, "blocks.0.credit.creators.0: expected a name"),
        ({"blocks": [{"id": "a", "type": "paragraph", "html": "x"}] * 2}, "blocks.1.id: expected an id of its own"),
        ({"blocks": [{"id": 'a"b', "type": "paragraph", "html": "x"}]}, "blocks.0.id: expected letters, digits"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_block_and_field(change: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_article(sent_article(**change), LANGUAGES)
    assert refused.value.detail.startswith(told)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_article(sent_article(slug="A", language="xx", headline=""), LANGUAGES)
    assert {fault.field for fault in refused.value.fields} == {"slug", "language", "headline"}


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_a_translation_replaces_every_text_and_nothing_else(prefix: str) -> None:
    article = an_article()
    values = {name: text.value if text.markup else prefix + text.value for name, text in article_texts(article).items()}
    changed = translated(article, values)
    assert {name: text.value for name, text in article_texts(changed).items()} == values
    assert (changed.byline, changed.slug, [block.id for block in changed.blocks]) == (
        article.byline,
        article.slug,
        [block.id for block in article.blocks],
    )


def test_a_translation_that_lacks_a_text_is_none() -> None:
    article = an_article()
    values = {name: text.value for name, text in article_texts(article).items()}
    assert is_translation(article, values)
    assert not is_translation(article, {name: values[name] for name in values if name != "b3/items.1"})
    assert not is_translation(article, values | {"b1/html": "<script>x</script>"})
    with pytest.raises(KeyError):
        translated(article, {})


def test_the_source_hash_follows_texts_and_language_only() -> None:
    article = an_article()
    assert source_hash(article) == source_hash(an_article(byline="Ben", slug="other", source=None, keywords=("x",)))
    assert source_hash(article) != source_hash(an_article(language="es"))
    assert source_hash(article) != source_hash(an_article(headline="Another"))


def test_a_section_has_a_form_for_addresses() -> None:
    assert section_slug("City life & more") == "city-life-more"
