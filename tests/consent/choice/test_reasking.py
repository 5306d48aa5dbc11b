import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import notices
from consent.choice.cookies import State
from consent.choice.reasking import ask
from consent.notices import Notice
from tests.consent.factories import document

Change = Callable[[dict[str, Any]], object]
EARLIER = notices.of(document())
EVERYTHING = {"necessary": True, "analytics": True, "marketing": True}
NOTHING = {"necessary": True, "analytics": False, "marketing": False}


def _state(purposes: dict[str, bool], notice: Notice = EARLIER) -> State:
    return State(notice.sha256[:16], 1_795_000_000, purposes, "record")


def _changed(change: Change) -> Notice:
    changed = document()
    change(changed)
    return notices.of(changed)


def _add_purpose(it: dict[str, Any]) -> None:
    it["purposes"].append({"id": "media", "required": False})
    for texts in it["texts"].values():
        texts["purposes"]["media"] = {"title": "Media", "body": "Videos."}


def _add_vendor(it: dict[str, Any]) -> None:
    it["vendors"].append({**it["vendors"][0], "id": "another", "purposes": ["marketing"]})


def _drop_purpose(it: dict[str, Any]) -> None:
    it["purposes"].pop(2)
    it["vendors"].pop(1)
    for texts in it["texts"].values():
        del texts["purposes"]["marketing"]


MENDED: dict[str, Change] = {
    "a word": lambda it: it["texts"]["en"].update(body="Other words for the same."),
    "a vendor's name": lambda it: it["vendors"][0].update(name="Counter Ltd"),
    "the buttons' order": lambda it: it["layout"].update(buttons=["agree", "refuse", "preferences"]),
    "a vendor less": lambda it: it["vendors"].pop(),
    "a purpose less": _drop_purpose,
    "a vendor's narrower use": lambda it: it["vendors"][1].update(purposes=["marketing"]),
    "the kind that its id implied": lambda it: it["purposes"][1].update(kind="analytics"),
}


@pytest.mark.parametrize("what", MENDED)
def test_what_widens_nothing_asks_nothing(what: str) -> None:
    assert ask(_state(EVERYTHING), EARLIER, _changed(MENDED[what])) == "none"


@pytest.mark.parametrize("purposes", [EVERYTHING, NOTHING])
def test_a_new_purpose_is_asked_alone_whatever_was_chosen_before(purposes: dict[str, bool]) -> None:
    assert ask(_state(purposes), EARLIER, _changed(_add_purpose)) == ["media"]


def test_a_new_vendor_opens_its_purposes_to_those_who_agreed() -> None:
    changed = _changed(_add_vendor)
    assert ask(_state(EVERYTHING), EARLIER, changed) == ["marketing"]
    assert ask(_state({**EVERYTHING, "marketing": False}), EARLIER, changed) == "none"


def test_a_vendors_wider_use_opens_only_what_it_came_into() -> None:
    changed = _changed(lambda it: it["vendors"][0].update(purposes=["analytics", "marketing"]))
    assert ask(_state(EVERYTHING), EARLIER, changed) == ["marketing"]


def test_another_kind_opens_the_purpose() -> None:
    changed = _changed(lambda it: it["purposes"][1].update(kind="marketing"))
    assert ask(_state(EVERYTHING), EARLIER, changed) == ["analytics"]


def test_a_purpose_that_was_not_up_for_choice_is_asked_once_it_is() -> None:
    changed = _changed(lambda it: it["purposes"][0].update(required=False))
    assert ask(_state(EVERYTHING), EARLIER, changed) == ["necessary"]


def test_first_visits_and_unknown_notices_are_asked_everything() -> None:
    assert ask(None, None, EARLIER) == "all"
    assert ask(_state(EVERYTHING), None, _changed(_add_vendor)) == "all"


DECISIONS = st.fixed_dictionaries({"necessary": st.just(True), "analytics": st.booleans(), "marketing": st.booleans()})


@given(DECISIONS)
def test_who_answered_the_current_notice_is_asked_nothing(purposes: dict[str, bool]) -> None:
    assert ask(_state(purposes), None, EARLIER) == "none"


@given(DECISIONS, st.lists(st.sampled_from(["analytics", "marketing"]), min_size=1, unique=True))
def test_only_agreed_purposes_that_the_vendor_serves_are_opened(purposes: dict[str, bool], serves: list[str]) -> None:
    changed = copy.deepcopy(document())
    changed["vendors"].append({**changed["vendors"][0], "id": "another", "purposes": serves})
    opened = [each for each in ("analytics", "marketing") if each in serves and purposes[each]]
    assert ask(_state(purposes), EARLIER, notices.of(changed)) == (opened or "none")
