"""What the drain counts as it goes, and what a recount finds in the ledger: the same, whatever streamed through."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import delete, func, select, update

from chassis.sql import read, write
from consent.ledger.stream import STREAM, Stream
from consent.statistics import OUTCOMES, outcome_of
from consent.store import ledger_tables as tables
from consent.store import recount
from consent.store.ledger import Ledger
from consent.store.recount import Recount
from consent.store.statistics_tables import choice_count, decision_count
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from worker import drain as draining
from worker.drain import Drain

CHOICES = st.fixed_dictionaries(
    {
        "action": st.sampled_from(("agree", "refuse", "preferences", "withdraw", "gpc", "import")),
        "analytics": st.booleans(),
        "language": st.sampled_from(("en", "es", "ca")),
        "region": st.sampled_from((None, "ES", "ES-CT", "US-CA", "where?")),
        "layer": st.sampled_from(("script", "form", "api")),
        "writer": st.sampled_from(("browser", "form", "unverified", "import")),
        "supersedes": st.sampled_from((None, str(uuid4()))),
        "asked": st.sampled_from((None, ["analytics"])),
        "again": st.sampled_from(("", "", "", "repeat", "conflict", "rubbish")),
    }
)


def _terms(drawn: dict[str, Any]) -> dict[str, Any]:
    given = drawn["analytics"] and drawn["action"] not in ("refuse", "withdraw", "gpc")
    event = "withdrawn" if drawn["action"] == "withdraw" else "given" if given else "refused"
    kept = {name: value for name, value in drawn.items() if name not in ("analytics", "again")}
    return {**kept, "event": event, "purposes": {"necessary": True, "analytics": given}}


def _send(stream: Stream, redis: Redis, make_entry: MakeEntry, drawn: dict[str, Any]) -> dict[str, Any]:
    terms, event_id = _terms(drawn), str(uuid4())
    entry = make_entry(event_id, **terms)
    stream.append(entry)
    if drawn["again"] == "repeat":
        redis.xadd(STREAM, entry.fields())  # past the script, as after the registration's 48 hours
    elif drawn["again"] == "conflict":
        redis.xadd(STREAM, make_entry(event_id, **{**terms, "notice": "f" * 64}).fields())
    elif drawn["again"] == "rubbish":
        redis.xadd(STREAM, {**entry.fields(), "c": b"{}"})
    return terms


def _counts(ledger: Ledger) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with read(ledger.engine) as connection:
        made, decided = (
            [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in (choice_count, decision_count)
        )
    return made, decided


def _outcomes(row: dict[str, Any]) -> dict[str, int]:
    return {outcome: row[outcome] for outcome in OUTCOMES if row[outcome]}


def _recount(ledger: Ledger) -> None:
    counting = Recount(ledger.engine, ORIGIN)
    counting.forget()
    assert sum(counting.steps()) == ledger.size


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHOICES, max_size=30), st.integers(1, 12), st.integers(1, 40))
def test_a_recount_finds_what_the_drain_counted(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry, sent: list[Any], batch: int, step: int
) -> None:
    stream = Stream(redis)
    for drawn in sent:
        _send(stream, redis, make_entry, drawn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draining, "BATCH", batch)
        patch.setattr(recount, "STEP", step)
        while drain.step():
            continue
        counted = _counts(ledger)
        _recount(ledger)
    assert _counts(ledger) == counted


def test_every_record_is_counted_where_it_belongs(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry
) -> None:
    sent = []
    stream = Stream(redis)
    for action in ("agree", "refuse", "preferences", "withdraw", "gpc", "import"):
        for again in ("", "repeat", "conflict"):
            terms = {"analytics": True, "language": "es", "region": "ES-CT", "layer": "form", "writer": "form"}
            more = {"action": action, "supersedes": None, "asked": None, "again": again}
            sent.append(_send(stream, redis, make_entry, terms | more))
    while drain.step():
        continue
    wanted = Counter((outcome_of(it["event"], it["action"], it["purposes"]), it["language"]) for it in sent)
    made, _ = _counts(ledger)
    found: Counter[tuple[str, str]] = Counter()
    for row in made:
        assert (row["day"], row["site"], row["region"]) == (datetime.now(UTC).date(), "newsroom", "ES")
        for outcome, count in _outcomes(row).items():
            found[outcome, row["language"]] += count
    assert found == wanted


def test_records_of_before_there_were_counts_are_counted_once_they_are_asked_for(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "STEP", 3)
    stream, counting = Stream(redis), Recount(ledger.engine, ORIGIN)
    for _ in range(7):
        stream.append(make_entry())
    drain.step()
    with write(ledger.engine) as connection:  # as a migration finds them
        connection.execute(delete(choice_count))
        connection.execute(delete(decision_count))
        connection.execute(update(tables.log_state).values(counted_from=None))
    assert counting.missing() == 7
    stream.append(make_entry())
    drain.step()
    assert counting.missing() == 7, "the drain counts what is new"
    steps = counting.steps()
    assert next(steps) == 3
    steps.close()  # interrupted
    stream.append(make_entry())
    drain.step()
    assert counting.missing() == 4
    assert list(counting.steps()) == [3, 1]
    assert counting.missing() == 0 and list(counting.steps()) == []
    assert sum(row["agreed"] for row in _counts(ledger)[0]) == 9


def test_erasure_leaves_the_counts_as_they_are(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry
) -> None:
    stream = Stream(redis)
    stream.append(make_entry(region="ES"))
    stream.append(make_entry(region="FR", action="refuse", event="refused", purposes={"necessary": True}))
    drain.step()
    counted = _counts(ledger)
    with write(ledger.engine) as connection:
        for table in (tables.person, tables.context):
            connection.execute(delete(table))
    _recount(ledger)
    assert _counts(ledger) == counted
    with write(ledger.engine) as connection:
        connection.execute(delete(tables.choice))
    assert _counts(ledger) == counted
    _recount(ledger)
    assert _counts(ledger) == counted, "what records have in common is kept apart from them"


def test_a_batch_that_is_fenced_off_counts_nothing(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry, keys: Any
) -> None:
    other = Drain(redis, ledger, keys)
    other.start()
    stream = Stream(redis)
    for _ in range(5):
        stream.append(make_entry())
    assert (drain.step(), other.step()) == (5, 5)
    with read(ledger.engine) as connection:
        assert connection.execute(select(func.sum(choice_count.c.agreed))).scalar() == 5
