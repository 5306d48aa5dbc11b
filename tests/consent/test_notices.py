import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from chassis.errors import Invalid
from consent import notice_schema, notices
from tests.consent.factories import document

Change = Callable[[dict[str, Any]], object]


def test_the_name_is_the_hash_of_the_canonical_json() -> None:
    notice = notices.of(document())
    assert notice.sha256 == hashlib.sha256(rfc8785.dumps(document())).hexdigest()
    assert json.loads(notice.canonical) == document()


@given(st.permutations(list(document())))
def test_the_order_of_members_does_not_matter(names: list[str]) -> None:
    shuffled = {name: document()[name] for name in names}
    assert notices.of(shuffled).sha256 == notices.of(document()).sha256


def test_any_changed_word_is_another_notice() -> None:
    changed = document()
    changed["texts"]["es"]["close"] = "Vale"
    assert notices.of(changed).sha256 != notices.of(document()).sha256


CONTRADICTIONS: dict[str, Change] = {
    "vendors.0.purposes": lambda it: it["vendors"][0]["purposes"].append("profiling"),
    "vendors": lambda it: it["vendors"].append(it["vendors"][0]),
    "purposes": lambda it: it["purposes"].append(it["purposes"][0]),
    "layout.buttons": lambda it: it["layout"].update(buttons=["agree", "preferences"]),
    "default_language": lambda it: it.update(default_language="fr"),
    "texts.es.purposes.marketing": lambda it: it["texts"]["es"].update(
        purposes={k: v for k, v in it["texts"]["es"]["purposes"].items() if k != "marketing"}
    ),
    "texts.es.purposes.profiling": lambda it: it["texts"]["es"].update(
        purposes={**it["texts"]["es"]["purposes"], "profiling": {"title": "x", "body": "y"}}
    ),
    "texts.es.chosen_on": lambda it: it["texts"]["es"].update(chosen_on="Elegido"),
    "texts.ES": lambda it: it["texts"].update(ES=it["texts"]["es"]),
    "texts.no language": lambda it: it["texts"].update({"no language": it["texts"]["es"]}),
}


@pytest.mark.parametrize("field", CONTRADICTIONS)
def test_a_contradiction_is_refused_and_named(field: str) -> None:
    contradictory = document()
    CONTRADICTIONS[field](contradictory)
    with pytest.raises(Invalid) as caught:
        notices.of(contradictory)
    assert [fault.field for fault in caught.value.fields] == [field]


def test_buttons_may_stand_in_any_order_but_not_twice() -> None:
    notices.of(document(layout={"position": "box", "buttons": ["agree", "refuse", "preferences"]}))
    with pytest.raises(Invalid):
        notices.of(document(layout={"position": "box", "buttons": ["agree", "agree", "refuse", "preferences"]}))


def test_a_notice_with_nothing_to_choose_is_refused() -> None:
    only = document(purposes=[{"id": "necessary", "required": True}], vendors=[])
    for texts in only["texts"].values():
        texts["purposes"] = {"necessary": texts["purposes"]["necessary"]}
    with pytest.raises(Invalid, match="nothing to choose"):
        notices.of(only)


MISSHAPEN: dict[str, Change] = {
    "colour": lambda it: it.update(colour="red"),
    "purposes": lambda it: it.update(purposes=[]),
    "validity_days": lambda it: it.update(validity_days=True),
    "texts": lambda it: it["texts"]["es"].pop("withdraw"),
    "layout": lambda it: it["layout"].update(weight={"agree": 2}),
    "controller": lambda it: it["controller"].update(privacy_policy="javascript:alert(1)"),
    "regulation": lambda it: it.update(regulation="EU!"),
    "site": lambda it: it.update(site="News Room"),
}


@pytest.mark.parametrize("field", MISSHAPEN)
def test_another_shape_is_refused_and_named(field: str) -> None:
    misshapen = document()
    MISSHAPEN[field](misshapen)
    with pytest.raises(ValidationError) as caught:
        notice_schema.load(misshapen)
    assert list(caught.value.messages) == [field]


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\x1b[2Jb", "a\ud800b", "x" * 201, 7, None])
def test_a_title_is_some_visible_text(text: object) -> None:
    misshapen = document()
    misshapen["texts"]["en"]["title"] = text
    with pytest.raises(ValidationError):
        notice_schema.load(misshapen)


@pytest.mark.parametrize(
    ("wanted", "served"),
    [(None, "en"), ("es", "es"), ("es-419", "es"), ("ES", "es"), ("en-GB", "en"), ("ja", "en"), ("ca", "es")],
)
def test_the_closest_language_is_served(wanted: str | None, served: str) -> None:
    assert notices.of(document()).closest(wanted) == served


@pytest.mark.parametrize("wanted", ["", "!", "not a tag", "en\r\nX: y", "a" * 100])
def test_what_is_no_language_tag_is_refused(wanted: str) -> None:
    with pytest.raises(Invalid, match="lang: expected"):
        notices.of(document()).closest(wanted)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he", "rtl"), ("ur", "rtl"), ("fa-AF", "rtl"), ("pt-BR", "ltr"), ("qaa", "ltr")],
)
def test_direction_is_that_of_the_script(language: str, direction: str) -> None:
    assert notices.direction(language) == direction
