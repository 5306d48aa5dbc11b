"""PostgreSQL on a disk that fails or is full: the drain waits, and goes on by itself once the server does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.errors import Unavailable
from chassis.sql import read
from tests.consent.ledger.waiting import until
from tests.faults.conftest import MakeDisk
from tests.faults.deployment import Deployment
from tests.faults.loop_disk import LoopDisk
from tests.faults.promises import Count, assert_in_order, assert_kept
from tests.faults.syscall_faults import failing_flushes
from tests.servers.postgres_server import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.full, pytest.mark.timeout(300)]


class Newsroom:
    """A drain on a PostgreSQL that flushes, on a small disk of its own."""

    def __init__(self, directory: Path, disk: LoopDisk) -> None:
        self.disk = disk
        self.server = PostgresServer(disk.path / "postgres", "-c max_connections=20 -c max_wal_size=64MB").start()
        self.deployment = Deployment(directory, self.server.url("postgres"))
        self.deployment.start_drain()
        self.acknowledged = self.deployment.append(20)
        until(self.caught_up)

    def size(self) -> int | None:
        """Return how many entries the ledger has; None while the database is away."""
        try:
            return self.deployment.ledger.size
        except Unavailable:
            return None

    def caught_up(self) -> bool:
        """Tell whether the ledger has everything; a server that has ended is started, as its supervisor would."""
        if self.server.process and self.server.process.poll() is not None:
            self.server.start()
        return self.size() == len(self.acknowledged)

    def waits(self) -> bool:
        return "the drain waits" in self.deployment.log_of("drain").read_text()

    def check(self, count: Count) -> None:
        assert_kept(self.deployment.ledger, self.deployment.keys, self.acknowledged, count)
        with self.deployment.client() as redis:
            assert_in_order(self.deployment.ledger, redis)


@pytest.fixture
def newsroom(make_disk: MakeDisk, tmp_path: Path) -> Iterator[Newsroom]:
    if not PostgresServer.installed():
        pytest.skip("PostgreSQL is not installed; `make test` installs it on Debian")
    running = Newsroom(tmp_path, make_disk(200))
    yield running
    running.deployment.stop()
    running.server.kill()


def test_a_full_disk_under_postgresql_stops_the_drain_until_there_is_room(newsroom: Newsroom, count: Count) -> None:
    ballast = newsroom.disk.fill()
    while not newsroom.waits():
        newsroom.acknowledged += newsroom.deployment.append(200)
    assert newsroom.size() != len(newsroom.acknowledged)
    ballast.unlink()
    until(newsroom.caught_up)
    newsroom.check(count)


def test_a_postgresql_whose_flush_fails_commits_nothing_twice_and_catches_up(newsroom: Newsroom, count: Count) -> None:
    others = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with read(newsroom.deployment.engine) as connection:
        backends = list(connection.execute(text(others)).scalars())
    with failing_flushes(*backends):
        newsroom.acknowledged += newsroom.deployment.append(20)
        until(newsroom.waits)
    until(newsroom.caught_up)
    newsroom.check(count)
