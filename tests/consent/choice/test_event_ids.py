"""Event ids that begin with their time, and the record ids made of them."""

from uuid import UUID, uuid4, uuid5

from hypothesis import given
from hypothesis import strategies as st

from consent.choice import event_ids
from consent.choice.expiry import event_id
from consent.ledger.entries import record_id

KEY = b"k" * 32
MOMENTS = st.integers(0, (1 << 48) - 1)


def test_a_fresh_id_is_laid_out_as_rfc_9562_shows_one_of_that_moment() -> None:
    made = event_ids.fresh(0x017F22E279B0)  # RFC 9562 appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F
    assert str(made).startswith("017f22e2-79b0-7") and made.version == 7
    assert made != event_ids.fresh(0x017F22E279B0)


@given(first=MOMENTS, later=MOMENTS)
def test_records_whose_events_come_later_have_later_ids(first: int, later: int) -> None:
    one, other = (record_id(KEY, "newsroom", str(event_ids.fresh(ms))) for ms in (first, later))
    if first >> 12 < later >> 12:
        assert one < other
    assert UUID(one).version == UUID(other).version == 8


@given(ms=MOMENTS)
def test_a_record_id_tells_nothing_of_its_event_but_the_time(ms: int) -> None:
    event = event_ids.fresh(ms)
    own = UUID(record_id(KEY, "newsroom", str(event)))
    assert own.int >> 92 == event.int >> 92 == ms >> 12
    others = {record_id(KEY, "gazette", str(event)), record_id(b"l" * 32, "newsroom", str(event))}
    assert len({str(own)[9:], *(each[9:] for each in others)}) == 3


def test_an_event_id_without_a_time_makes_a_record_id_without_one() -> None:
    starts = {record_id(KEY, "newsroom", str(uuid4()))[:8] for _ in range(20)}
    assert len(starts) > 15


def test_an_event_has_the_same_record_id_however_late_it_is_repeated() -> None:
    for event in (event_ids.fresh(), uuid4(), uuid5(uuid4(), "expired")):
        assert record_id(KEY, "newsroom", str(event)) == record_id(KEY, "newsroom", str(event))


def test_the_expiry_of_a_record_lies_beside_it_and_comes_once() -> None:
    record = record_id(KEY, "newsroom", str(event_ids.fresh()))
    expiry = record_id(KEY, "newsroom", event_id(record))
    assert event_id(record) == event_id(record)
    assert expiry[:9] == record[:9] and expiry != record
