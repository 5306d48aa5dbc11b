"""Claims, leases and fencing tokens, on both databases."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from chassis import sql
from publisher.editing.moving import ANY_VERSION
from publisher.editing.publishing import withdraw
from publisher.store import jobs
from tests.worker.newsroom import job_id, job_row, publish_article

LEASE_MS = 1_000


@pytest.fixture
def database(publisher_database: str) -> Iterator[Engine]:
    engine = sql.connect(publisher_database)
    yield engine
    engine.dispose()


def start_ms(database: Engine, identifier: str) -> int:
    return int(str(job_row(database, identifier)["next_attempt_ms"]))


def claim(database: Engine, identifier: str, now_ms: int) -> jobs.Claim | None:
    with sql.write(database) as connection:
        return jobs.claim(connection, identifier, now_ms, LEASE_MS)


@pytest.fixture
def job(database: Engine) -> str:
    publish_article(database)
    return job_id(database)


@pytest.fixture
def now(database: Engine, job: str) -> int:
    return start_ms(database, job)


def test_a_queued_job_is_claimed_once(database: Engine, job: str, now: int) -> None:
    first = claim(database, job, now)
    assert first is not None
    assert (first.article, first.language, first.revision, first.attempt) == ("bridge", "es", 1, 1)
    assert claim(database, job, now + LEASE_MS - 1) is None


def test_of_many_workers_at_once_one_gets_the_job(database: Engine, job: str, now: int) -> None:
    won: list[jobs.Claim | None] = []
    together = threading.Barrier(4)

    def worker() -> None:
        together.wait()
        won.append(claim(database, job, now))

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in won) == 1
    assert len(won) == 4


def test_an_unknown_job_is_nobodys(database: Engine, now: int) -> None:
    assert claim(database, "no-such-job", now) is None


def test_a_lapsed_lease_passes_the_job_on_and_fences_the_first_worker(database: Engine, job: str, now: int) -> None:
    first = claim(database, job, now)
    second = claim(database, job, now + LEASE_MS + 1)
    assert first and second and second.attempt == 2 and second.token != first.token
    with sql.write(database) as connection:
        assert not jobs.hold(connection, first, now + LEASE_MS + 2, LEASE_MS)
        assert not jobs.progress(connection, first, 1, 2)
        assert not jobs.postpone(connection, first, now, "late")
        assert not jobs.fail(connection, first, "late")
        assert not jobs.finish(connection, first)
    assert job_row(database, job)["state"] == "running"
    with sql.write(database) as connection:
        assert jobs.finish(connection, second)
    assert job_row(database, job)["state"] == "done"


def test_a_heartbeat_keeps_the_job(database: Engine, job: str, now: int) -> None:
    held = claim(database, job, now)
    assert held
    with sql.write(database) as connection:
        assert jobs.hold(connection, held, now + 900, LEASE_MS)
    assert claim(database, job, now + LEASE_MS + 1) is None
    assert claim(database, job, now + 900 + LEASE_MS + 1) is not None


def test_a_postponed_job_waits_for_its_time(database: Engine, job: str, now: int) -> None:
    held = claim(database, job, now)
    assert held
    with sql.write(database) as connection:
        assert jobs.postpone(connection, held, now + 5_000, "429001: wait")
    assert job_row(database, job)["reason"] == "429001: wait"
    assert claim(database, job, now + 4_999) is None
    again = claim(database, job, now + 5_000)
    assert again and again.attempt == 2


def test_a_new_revision_takes_the_job_from_its_worker(database: Engine, job: str, now: int) -> None:
    held = claim(database, job, now)
    assert held
    publish_article(database, ["Another text."])
    with sql.write(database) as connection:
        assert not jobs.finish(connection, held)
    assert job_row(database, job)["state"] == "superseded"
    assert claim(database, job, now + 10 * LEASE_MS) is None


def test_due_lists_what_can_be_claimed_now(database: Engine, job: str, now: int) -> None:
    def due(at_ms: int) -> list[str]:
        with sql.read(database) as connection:
            return jobs.due(connection, at_ms, 10)

    assert due(now - 1) == []
    assert due(now) == [job]
    claim(database, job, now)
    assert due(now + LEASE_MS) == []
    assert due(now + LEASE_MS + 1) == [job]


def test_past_its_deadline_a_job_ends_and_cannot_be_claimed(database: Engine, job: str, now: int) -> None:
    held = claim(database, job, now)
    assert held
    with sql.write(database) as connection:
        assert jobs.end_overdue(connection, held.deadline_ms - 1, "late") == []
    assert claim(database, job, held.deadline_ms) is None
    with sql.write(database) as connection:
        ended = jobs.end_overdue(connection, held.deadline_ms, "late")
        assert [(each.id, each.article, each.language) for each in ended] == [(job, "bridge", "es")]
        assert not jobs.finish(connection, held)
    with sql.read(database) as connection:
        assert jobs.count_by_state(connection) == {"failed": 1}


def test_a_deleted_article_takes_its_jobs_along(database: Engine, job: str, now: int) -> None:
    held = claim(database, job, now)
    assert held
    withdraw(database, "bridge", ANY_VERSION)
    with sql.write(database) as connection:
        assert not jobs.hold(connection, held, now, LEASE_MS)
