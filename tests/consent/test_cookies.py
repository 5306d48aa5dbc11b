import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import dump_cookie

from consent import cookies

RECORD = "5f0c2a5e-0b0c-8d3e-9a4b-0123456789ab"
PURPOSES = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True), st.booleans(), min_size=1)


@given(PURPOSES, st.integers(0, 10**14 - 1))
def test_what_the_server_writes_it_reads_again(purposes: dict[str, bool], given_ms: int) -> None:
    state = cookies.read_state(cookies.state("ab" * 32, given_ms, purposes, RECORD))
    assert state == cookies.State("ab" * 8, given_ms // 1000, purposes, RECORD)


def test_the_text_is_the_contracts() -> None:
    text = cookies.state("ab" * 32, 1_795_000_000_999, {"necessary": True, "analytics": False}, RECORD)
    assert text == f"v=1&n=abababababababab&t=1795000000&p=necessary:1/analytics:0&r={RECORD}"


@given(st.text() | st.none())
def test_anything_else_is_no_state(text: str | None) -> None:
    assert cookies.read_state(text) is None


V1, V4 = "76af3a42-e773-11f1-8afb-02fc00000001", "4a60b40e-4404-4f24-a898-0d794bf65980"


@pytest.mark.parametrize("text", [None, "", "x", V1, f"{V4} ", V4.upper()])
def test_a_subject_is_a_random_uuid_as_we_write_it(text: str | None) -> None:
    assert cookies.subject(text) is None


def test_the_servers_subject_is_read() -> None:
    subject = str(uuid.uuid4())
    assert cookies.subject(subject) == subject


@pytest.mark.parametrize(
    ("domain", "secure", "hidden", "text"),
    [
        (None, False, False, "a=b; Max-Age=60; Path=/; SameSite=Lax"),
        ("news.example", True, True, "a=b; Domain=news.example; Max-Age=60; Path=/; SameSite=Lax; Secure; HttpOnly"),
    ],
)
def test_a_cookie_has_the_attributes_of_the_contract(domain: str | None, secure: bool, hidden: bool, text: str) -> None:
    assert cookies.header("a", "b", 60, domain, secure, hidden) == text


def test_nothing_in_a_state_needs_quoting() -> None:
    text = cookies.state("ab" * 32, 1, {"necessary": True, "a_1": False}, RECORD)
    assert dump_cookie("x", text).startswith(f"x={text};")
