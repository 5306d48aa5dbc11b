"""Rows of persons, found block by block."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Engine, insert, select

from chassis import sql
from consent.store.block_counts import EVERYWHERE, Span
from consent.store.ledger_tables import PERSON_BLOCK, person
from consent.store.persons import Whose, newest_of, theirs

WIDTH = 1 << PERSON_BLOCK
PLACES = [0, 1, WIDTH - 1, WIDTH, 3 * WIDTH + 5, 3 * WIDTH + 6, 9 * WIDTH - 1]


@pytest.fixture
def engine(consent_database: str) -> Iterator[Engine]:
    """Records of ann all over the log, each with one of bob, who is signed in, behind it; and another log."""
    made = sql.connect(consent_database)
    rows = [{"idx": at, "subject_ref": "ann", "account_ref": None} for at in PLACES]
    rows += [{"idx": at + 10, "subject_ref": f"bob {at}", "account_ref": "bob"} for at in PLACES]
    common = {"salt": b"", "body": b""}
    with sql.write(made) as connection:
        connection.execute(insert(person), [{"log_id": 1, **row, **common} for row in rows])
        others = [{"idx": 3000 + at, "subject_ref": f"reader {at}", "account_ref": None} for at in range(3000)]
        connection.execute(insert(person), [{"log_id": 1, **row, **common} for row in others])
        connection.execute(insert(person), [{"log_id": 2, "idx": 40 * WIDTH, "subject_ref": "ann", **common}])
    yield made
    made.dispose()


def test_the_newest_rows_of_a_person_come_first_whatever_block_they_lie_in(engine: Engine) -> None:
    ends = sorted({end for at in PLACES for end in (at - 1, at, at + 1)})
    with sql.read(engine) as connection:
        for lowest, highest in [(lowest, highest) for lowest, highest in product(ends, ends) if lowest <= highest]:
            expected = [at for at in reversed(PLACES) if lowest <= at <= highest]
            for limit in (1, 3, 50):
                found = newest_of(connection, 1, Whose(person.c.subject_ref, "ann"), Span(lowest, highest), limit)
                assert found == expected[:limit], (lowest, highest, limit)


def test_accounts_are_found_by_their_own_references(engine: Engine) -> None:
    with sql.read(engine) as connection:
        bob = newest_of(connection, 1, Whose(person.c.account_ref, "bob"), EVERYWHERE, 50)
        nobody = newest_of(connection, 1, Whose(person.c.account_ref, "ann"), EVERYWHERE, 50)
        nowhere = newest_of(connection, 3, Whose(person.c.subject_ref, "ann"), EVERYWHERE, 50)
    assert bob == [at + 10 for at in reversed(PLACES)]
    assert nobody == nowhere == []


def test_the_rows_of_several_persons_are_read_at_once(engine: Engine) -> None:
    with sql.read(engine) as connection:
        rows = select(person.c.idx).where(theirs(connection, 1, person.c.subject_ref, ["ann", "bob 0", "eve"]))
        assert sorted(connection.execute(rows).scalars()) == sorted([*PLACES, 10])


def test_rows_are_probed_in_each_block_by_the_whole_of_their_key(engine: Engine) -> None:
    dialect = engine.dialect.name
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        rows = select(person.c.idx).where(theirs(connection, 1, person.c.subject_ref, ["ann", "eve"]))
        statement = rows.compile(engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}"))
    by_subject = {
        "sqlite": "person_by_subject (log_id=? AND <expr>=? AND subject_ref=?)",
        "postgresql": "Index Cond: ((log_id = 1) AND (((idx >> 18)) = ANY ('{0,1,2,3,4,5,6,7,8,9}'::bigint[])) AND",
    }
    assert by_subject[dialect] in plan, plan
