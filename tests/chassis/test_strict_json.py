import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis import strict_json
from chassis.errors import Malformed

TEXTS = st.text(st.sampled_from('a\\u0"\x00\ud800\udfff{[é😀'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def nested(depth: int, inner: Any = 1) -> Any:
    for _ in range(depth):
        inner = [inner]
    return inner


def is_fit(value: Any, depth: int = 0) -> bool:
    if depth > strict_json.MAX_DEPTH:
        return False
    if isinstance(value, str):
        return not strict_json.UNFIT.search(value)
    if isinstance(value, dict):
        return all(is_fit(name) and is_fit(item, depth + 1) for name, item in value.items())
    return all(is_fit(item, depth + 1) for item in value) if isinstance(value, list) else True


@given(VALUES, st.integers(0, 40), st.booleans())
@example("\ud800", 0, True)
@example({"\x00": 1}, 0, False)
@example(1, strict_json.MAX_DEPTH, True)
@example(1, strict_json.MAX_DEPTH + 1, True)
def test_a_value_is_read_or_refused_whole(inner: Any, depth: int, ascii_only: bool) -> None:
    value = nested(depth, inner)
    text = json.dumps(value, ensure_ascii=ascii_only)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # a lone surrogate that was not escaped: there are no such bytes
        data = text.encode("utf-8", "surrogatepass")
    if is_fit(value):
        assert strict_json.loads(data) == value
    else:
        with pytest.raises(Malformed):
            strict_json.loads(data)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf{}", b'{"a":1,"a":1}', b"[NaN]", b"[1e999]", b"[9007199254740992]"])
def test_what_two_readers_could_take_for_different_things_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        strict_json.loads(data)
