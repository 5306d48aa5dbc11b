import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import dump_cookie

from consent import notices
from consent.choice import cookies
from consent.choice.cookies import Jar, State
from tests.consent.factories import document

RECORD = "5f0c2a5e-0b0c-8d3e-9a4b-0123456789ab"
NOTICE = notices.of(document())
IDS = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
PURPOSES = st.dictionaries(IDS, st.booleans(), min_size=1)


@given(PURPOSES, st.dictionaries(IDS, st.booleans()), st.booleans(), st.integers(0, 10**11 - 1))
def test_what_the_server_writes_it_reads_again(
    purposes: dict[str, bool], vendors: dict[str, bool], gpc: bool, given_s: int
) -> None:
    state = State("ab" * 8, given_s, purposes, RECORD, vendors, gpc)
    assert cookies.read_state(state.text()) == state


def test_the_text_is_the_contracts() -> None:
    purposes = {"necessary": True, "analytics": False}
    state = cookies.state(NOTICE, 1_795_000_000_999, purposes, {"seller": False}, True, RECORD)
    begins = f"v=1&n={NOTICE.sha256[:16]}&t=1795000000&p=necessary:1/analytics:0"
    assert state.text() == f"{begins}&x=seller:0&g=1&r={RECORD}"


def test_vendors_that_do_not_fit_make_the_cookie_give_less() -> None:
    purposes = {"necessary": True, "analytics": True, "marketing": True}
    many = [
        {**document()["vendors"][1], "id": f"a_vendor_with_a_long_name_{at}", "purposes": ["marketing"]}
        for at in range(90)
    ]
    notice = notices.of(document(vendors=many))
    state = cookies.state(notice, 0, purposes, dict.fromkeys(notice.vendors, False), False, RECORD)
    assert state.purposes == {"necessary": True, "analytics": True, "marketing": False}
    assert state.vendors == {}
    assert len(state.text()) < 4_000


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
    ("jar", "hidden", "text"),
    [
        (Jar(None, secure=False), False, "a=b; Max-Age=60; Path=/; SameSite=Lax"),
        (
            Jar("news.example", secure=True),
            True,
            "a=b; Domain=news.example; Max-Age=60; Path=/; SameSite=Lax; Secure; HttpOnly",
        ),
        (
            Jar("news.example", secure=True, partitioned=True),
            True,
            "__Host-a=b; Max-Age=60; Path=/; SameSite=None; Secure; HttpOnly; Partitioned",
        ),
        # without https a partition cannot be had: what browsers would throw away is not asked of them
        (Jar(None, secure=False, partitioned=True), False, "a=b; Max-Age=60; Path=/; SameSite=Lax"),
    ],
)
def test_a_cookie_has_the_attributes_of_the_contract(jar: Jar, hidden: bool, text: str) -> None:
    assert jar.header("a", "b", 60, hidden) == text


@pytest.mark.parametrize("name", ["a", "__Host-a"])
def test_either_kind_of_cookie_is_found(name: str) -> None:
    assert cookies.find({name: "b"}, "a") == "b"
    assert cookies.find({"other": "b"}, "a") is None


def test_nothing_in_a_state_needs_quoting() -> None:
    text = State("ab" * 8, 1, {"necessary": True, "a_1": False}, RECORD, {"b": True}, True).text()
    assert dump_cookie("x", text).startswith(f"x={text};")
