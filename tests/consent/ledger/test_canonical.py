import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from consent.ledger.canonical import LARGEST, canonical

NUMBERS = st.integers(-LARGEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.dictionaries(st.text(), VALUES))
@example({"\U0001f600": 1, "\uffff": 2, "z": 3})
@example({"text": '\x00\x1f\x7f\u2028"\\/ é 😀', "nested": [{"b": -0.0, "a": 1e21}]})
def test_the_bytes_are_rfc_8785s(value: dict[str, object]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), LARGEST + 1, "\ud800", {"\ud800": 1}, {1: 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((ValueError, AttributeError, TypeError)):
        canonical({"value": value})
