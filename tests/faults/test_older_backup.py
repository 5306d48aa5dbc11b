"""A database that is lost, and an older backup put back: the same history, and nobody who was erased."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import make_url, select

from chassis.sql import read
from consent import signs
from consent.ledger import acts
from consent.ledger.entries import subject_ref
from consent.ledger.notes import parse_checkpoint
from consent.ledger.stream import Stream
from consent.store import ledger_tables as tables
from tests.consent.ledger.waiting import until
from tests.faults.deployment import ROOT, Deployment
from tests.faults.promises import Count, assert_kept

pytestmark = [pytest.mark.slow, pytest.mark.full, pytest.mark.timeout(300)]

ROUNDS = 2


@pytest.fixture(params=["sqlite", "postgres"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path, request.getfixturevalue(f"{request.param}_url"))
    yield running
    running.stop()


def test_a_backup_from_before_erasures_comes_to_the_same_root_and_the_erased_stay_erased(
    deployment: Deployment, count: Count, tmp_path: Path
) -> None:
    acknowledged, seen = list[str](), set[str]()
    with deployment.client() as redis:
        for number in range(ROUNDS):
            deployment.start_drain()
            early, late, stays = (str(uuid.uuid4()) for _ in range(3))
            acknowledged += [*deployment.append(30, early), *deployment.append(5, stays)]
            until_signed(deployment, redis, len(acknowledged) + number)
            told = consent(deployment, "backup", str(tmp_path / f"backup-{number}"))
            assert told.returncode == 0, told.stderr
            acknowledged += deployment.append(20, late)
            erase(deployment, redis, early, late)
            acknowledged += deployment.append(10, stays)
            until_signed(deployment, redis, len(acknowledged) + number + 1)
            last = deployment.ledger.checkpoint()
            assert last
            seen.add(last)
            deployment.kill("drain")
            lose_the_database(deployment, tmp_path / f"restored-{number}.db")
            told = consent(deployment, "restore", str(tmp_path / f"backup-{number}"))
            assert told.returncode == 0 and "the stream holds the rest" in told.stdout, told.stderr
            assert persons(deployment, early) and not persons(deployment, late)
            deployment.start_drain()
            until_signed(deployment, redis, len(acknowledged) + number + 1)
            assert deployment.ledger.checkpoint() == last
            assert not persons(deployment, early, late)
            assert len(persons(deployment, stays)) == 15
            deployment.kill("drain")
    count(restores=ROUNDS)
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count, seen)


def consent(deployment: Deployment, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "consent", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **deployment.environ}, capture_output=True, text=True, timeout=60
    )


def erase(deployment: Deployment, redis: Redis, *subjects: str) -> None:
    """Erase people as the API does."""
    references = [subject_ref(deployment.keys.secret("pepper"), "newsroom", each) for each in subjects]
    told = {"by": "officer", "rule": "Art. 17", "parts": ["person", "context"]}
    entry = acts.make(str(uuid.uuid4()), acts.ERASED, None, told, references, 0, deployment.keys.secrets())
    Stream(redis).append(entry)


def persons(deployment: Deployment, *subjects: str) -> list[int]:
    references = [subject_ref(deployment.keys.secret("pepper"), "newsroom", each) for each in subjects]
    with read(deployment.engine) as connection:
        found = select(tables.person.c.idx).where(tables.person.c.subject_ref.in_(references))
        return list(connection.execute(found).scalars())


def until_signed(deployment: Deployment, redis: Redis, size: int) -> None:
    def signed() -> bool:
        notes = deployment.ledger.checkpoint(), signs.checkpoint(redis)
        return all(note is not None and parse_checkpoint(note).size == size for note in notes)

    until(signed)


def lose_the_database(deployment: Deployment, file: Path) -> None:
    """Leave a place of the same kind where none is."""
    url = make_url(deployment.environ["CONSENT_DATABASE_URL"])
    other = str(file) if url.get_backend_name() == "sqlite" else f"restored_{uuid.uuid4().hex}"
    deployment.move_to(url.set(database=other).render_as_string(hide_password=False))
