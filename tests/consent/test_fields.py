"""What the API's document says of a field is what the field takes."""

import json
import re
from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from consent.fields import Instant, Text, Uuid, account_id, site_id, small_id


class Fields(Schema):
    uuid = Uuid()
    site = site_id(metadata={"description": "of the newsroom"})
    account = account_id()
    small = small_id()
    text = Text(5)
    at = Instant()


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    document = APISpec("Fields", "1", "3.1.0", plugins=[MarshmallowPlugin()]).components.schema("Fields", schema=Fields)
    return dict(json.loads(json.dumps(document.schemas["Fields"]["properties"])))


@given(name=st.sampled_from(["uuid", "site", "account", "small"]), data=st.data())
def test_a_documented_pattern_is_what_is_taken(told: dict[str, Any], name: str, data: st.DataObject) -> None:
    pattern = re.compile(told[name]["pattern"])
    value = data.draw(st.from_regex(pattern) | st.text(max_size=40))
    # `$` of Python's, not of JSON Schema's, matches before a line feed
    matches = pattern.search(value) is not None and not value.endswith("\n")
    assert matches == _is_taken({name: value})


def test_lengths_forms_and_descriptions_are_told(told: dict[str, Any]) -> None:
    assert (told["text"]["minLength"], told["text"]["maxLength"]) == (1, 5)
    assert _is_taken({"text": "five."}) and not _is_taken({"text": "sixsix"}) and not _is_taken({"text": ""})
    assert told["at"]["format"] == "date-time"
    assert told["site"]["description"] == "of the newsroom"


def _is_taken(data: dict[str, str]) -> bool:
    try:
        Fields().load(data)
    except ValidationError:
        return False
    return True
