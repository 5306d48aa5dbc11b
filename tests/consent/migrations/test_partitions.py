"""PostgreSQL's partitions: what was there stays, what comes next is made ahead, and nothing in them can be changed."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from chassis import migrations, sql
from consent.audit import Filter
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from tests.bench.arrivals import arrivals

WIDTH = 1 << 24


def _ledger(url: str) -> Ledger:
    ledger = Ledger(sql.connect(url), "test.example/log")
    ledger.ensure("key")
    return ledger


def _partitions(engine: Engine, table: str) -> list[str]:
    with sql.read(engine) as connection:
        query = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:table AS regclass)")
        return sorted(connection.execute(query, {"table": table}).scalars())


def _grow_to(engine: Engine, size: int) -> None:
    """Let the log be as long as that, but for its records."""
    with sql.write(engine) as connection:
        connection.execute(text("UPDATE log_state SET size = :size"), {"size": size})


STATE = "INSERT INTO log_state VALUES (1, 'test.example/log', 'key', 20, '0-0', 20)"


def test_records_of_before_stay_in_the_first_partition(postgres_url: str) -> None:
    migrations.upgrade("consent", postgres_url, "0010")
    engine = sql.connect(postgres_url)
    records = list(arrivals(20))
    with sql.write(engine) as connection:
        connection.execute(text(STATE))
        for at, it in enumerate(records):
            record = {"at": at, "id": it.record_id, "print": it.fingerprint, "ms": it.received_ms}
            connection.execute(text("INSERT INTO record VALUES (1, :at, :id, :print, :ms, 1)"), record)
            connection.execute(text("INSERT INTO leaf VALUES (1, :at, :body)"), {"at": at, "body": it.leaf})
    migrations.upgrade("consent", postgres_url)
    with sql.read(engine) as connection:
        for table in ("leaf", "record"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}_0")).scalar() == 20
    assert list(Ledger(engine, "test.example/log").leaves(0, 20)) == [it.leaf for it in records]
    assert _partitions(engine, "leaf") == ["leaf_0", f"leaf_{WIDTH}"]
    engine.dispose()


def test_the_next_partition_is_there_before_the_log_is(postgres_url: str) -> None:
    migrations.upgrade("consent", postgres_url)
    ledger = _ledger(postgres_url)
    assert _partitions(ledger.engine, "leaf") == ["leaf_0"]
    _grow_to(ledger.engine, WIDTH - (1 << 22))
    ledger.make_room()
    for table in ("leaf", "record", "choice", "person", "context"):
        assert _partitions(ledger.engine, table) == [f"{table}_0", f"{table}_{WIDTH}"]
    ledger.make_room()
    assert len(_partitions(ledger.engine, "leaf")) == 2
    ledger.engine.dispose()


def test_a_batch_across_two_partitions_is_found_in_both_and_each_record_is_there_once(postgres_url: str) -> None:
    migrations.upgrade("consent", postgres_url)
    ledger = _ledger(postgres_url)
    records = list(arrivals(600))
    ledger.append_batch(records[:256], "0-0", "1-0")
    with sql.write(ledger.engine) as connection:  # move the border into the log
        for table in ("leaf", "record", "choice", "person", "context"):
            connection.execute(text(f"ALTER TABLE {table} DETACH PARTITION {table}_0"))
            connection.execute(
                text(f"ALTER TABLE {table} ATTACH PARTITION {table}_0 FOR VALUES FROM (MINVALUE) TO (400)")
            )
        connection.execute(text("SELECT make_room(256)"))
    ledger.append_batch(records[256:], "1-0", "2-0")
    again = ledger.append_batch(records[300:500], "2-0", "3-0")
    assert (again.leaves, again.repeats) == (0, 200)
    audit = Audit(ledger.engine, ledger.origin)
    found = list(audit.all(Filter(site="newsroom")))
    assert [row.record for row in found] == [it.record_id for it in records[::-1] if it.site == "newsroom"]
    assert ledger.entry(records[599].record_id) is not None
    assert len(list(ledger.leaves(0, 600))) == 600
    ledger.engine.dispose()


@pytest.mark.parametrize("partition", ["leaf", "leaf_0", f"leaf_{WIDTH}"])
@pytest.mark.parametrize("change", ["UPDATE {} SET body = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_leaves_cannot_be_changed_in_any_partition(postgres_url: str, partition: str, change: str) -> None:
    migrations.upgrade("consent", postgres_url)
    ledger = _ledger(postgres_url)
    ledger.append_batch(list(arrivals(3)), "0-0", "1-0")
    _grow_to(ledger.engine, WIDTH)
    ledger.make_room()
    with sql.write(ledger.engine) as connection:
        connection.execute(text("INSERT INTO leaf VALUES (1, :at, 'x')"), {"at": WIDTH})
    with pytest.raises(DBAPIError, match="append-only"), sql.write(ledger.engine) as connection:
        connection.execute(text(change.format(partition)))
    ledger.engine.dispose()


def test_a_role_that_may_only_add_can_make_room(postgres_url: str) -> None:
    migrations.upgrade("consent", postgres_url)
    owner = _ledger(postgres_url)
    with sql.write(owner.engine) as connection:
        connection.execute(text("DROP ROLE IF EXISTS drain"))
        connection.execute(text("CREATE ROLE drain"))
        connection.execute(text("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO drain"))
    _grow_to(owner.engine, WIDTH)
    with sql.write(owner.engine) as connection:
        connection.execute(text("SET LOCAL ROLE drain"))
        connection.execute(text("SELECT make_room(:size)"), {"size": WIDTH})
    assert len(_partitions(owner.engine, "leaf")) == 2
    with pytest.raises(DBAPIError, match="permission denied"), sql.write(owner.engine) as connection:
        connection.execute(text("SET LOCAL ROLE drain"))
        connection.execute(text("DELETE FROM leaf"))
    owner.engine.dispose()
