"""Acts by days, in a log with many: what is found, in which order, and what the databases look at for it."""

from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from chassis.sql import read, write
from consent.ledger.acts import ACCESS, CONFIG, ERASED, HELD, INVALIDATED, RELEASED
from consent.store.act_log import ActLog
from consent.store.act_tables import act
from consent.store.ledger_tables import leaf, log_state
from tests.consent.service import Service

DAY_MS = 86_400_000
DAYS, A_DAY = 40, 100
RARE = (ERASED, HELD, RELEASED, INVALIDATED, CONFIG)


@pytest.fixture
def log(service_on_both: Service) -> ActLog:
    """A log of forty days with a hundred acts each; every other one's clock was behind, past the one before it."""
    service_on_both.browser().choose("agree")
    service_on_both.drain()
    engine, origin = service_on_both.engine, service_on_both.settings.log_origin
    with write(engine) as connection:
        number = connection.execute(select(log_state.c.log_id).where(log_state.c.origin == origin)).scalar_one()
        rows: list[dict[str, Any]] = [
            {
                "log_id": number,
                "idx": at,
                "act_id": f"{at:036}",
                "kind": RARE[at % 50] if at % 50 < len(RARE) else ACCESS,
                "received_ms": at * DAY_MS // A_DAY - 1_000_000 * (at % 2) * (at % A_DAY != 1),
                "salt": b"s",
                "body": b"{}",
            }
            for at in range(A_DAY, DAYS * A_DAY)
        ]
        connection.execute(insert(act), rows)
        connection.execute(insert(leaf), [{"log_id": number, "idx": row["idx"], "body": b"leaf"} for row in rows])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return ActLog(engine, origin)


def test_acts_of_some_days_come_a_page_at_a_time_each_once_whatever_else_is_newer(log: ActLog) -> None:
    for kind, many in ((None, 2 * A_DAY), (ERASED, 4)):
        found: list[int] = []
        while page := log.page(30, found[-1] if found else None, kind, None, 3 * DAY_MS, 5 * DAY_MS):
            assert len(page) == 30 or len(found) + len(page) == many
            found += [each.index for each in page]
        days = [at for at in range(3 * A_DAY, 5 * A_DAY) if kind is None or at % 50 == 0]
        assert sorted(found) == days
    assert [each.index for each in log.page(2, to_ms=2 * DAY_MS)] == [198, 199]  # by time, not by index
    assert [each.index for each in log.page(2)] == [3999, 3998]
    assert log.page(2, before=5, from_ms=0) == []
    assert [each.index for each in log.page(1, before=3500, to_ms=2 * DAY_MS)] == [198]  # the cursor of another list


@pytest.mark.parametrize("kind", [None, ERASED])
def test_acts_of_old_days_are_read_off_an_index(log: ActLog, service_on_both: Service, kind: str) -> None:
    engine = service_on_both.engine
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    log.page(51, 1234, kind, None, 3 * DAY_MS, 20 * DAY_MS)
    event.remove(engine, "before_cursor_execute", note)
    [(statement, values)] = [each for each in asked if "FROM act JOIN" in each[0]]
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with read(engine) as connection:
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
    index = "act_by_time" if kind is None else "act_by_kind_and_time"
    assert f"USING INDEX {index} (" in plan or f"Index Scan Backward using {index} " in plan, plan
    assert "SCAN act" not in plan and "Seq Scan on act" not in plan, plan
    if kind is None:  # the few of the other are sorted for next to nothing
        assert "Sort" not in plan and "B-TREE" not in plan, plan
