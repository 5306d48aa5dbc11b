from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from consent.api import choice_schema
from consent.api.choice_schema import CHOICE
from tests.consent.api.test_choice_door import ACTIONS, CHANGES, DECISIONS

GOOD = {"site": "newsroom", "event_id": "5F0C1234-0000-8000-8000-000000000000", "display": "token"}


def outcome(read: Any, value: object) -> object:
    try:
        return read(value)
    except ValidationError as error:
        return error.messages


@given(
    st.sampled_from(ACTIONS), CHANGES, st.sets(st.sampled_from(["site", "event_id", "display", "action"]), max_size=1)
)
@example("import", {"stands": True, "purposes": DECISIONS}, {"display"})
@example("agree", {"asked": ["analytics"], "purposes": DECISIONS, "vendors": {"counter": False}}, set())
@example("gpc", {"at": None, "page": None}, set())
def test_a_choice_is_read_as_the_schema_loads_it(action: str, changes: dict[str, Any], without: set[str]) -> None:
    value = {**GOOD, "action": action, **changes}
    value = {name: each for name, each in value.items() if name not in without}
    assert outcome(choice_schema.read, value) == outcome(CHOICE.load, value)


@given(st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers(), max_size=2))
def test_what_is_no_object_is_refused_as_the_schema_refuses_it(value: object) -> None:
    assert outcome(choice_schema.read, value) == outcome(CHOICE.load, value)


def test_every_rule_of_the_schema_is_applied() -> None:
    marked = [name for hooks in CHOICE._hooks.values() for name, *_ in hooks]
    assert sorted(marked) == sorted(rule.__name__ for rule in choice_schema.RULES)
