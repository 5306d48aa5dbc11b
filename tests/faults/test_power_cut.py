"""A power cut of the machine: what was acknowledged, committed or signed is on the disk that is found afterwards.

Each has a negative control, with a setting that is known to lose what was not flushed: a test that passes there would
show nothing.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from chassis import sql
from chassis.errors import Unavailable
from chassis.migrations import upgrade
from consent import signs
from consent.keys import Keys
from consent.ledger.notes import parse_checkpoint
from consent.ledger.stream import START, Stream
from consent.store.ledger import Ledger
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from tests.consent.ledger.waiting import until
from tests.faults.conftest import MakeDisk
from tests.faults.promises import Count, assert_in_order, assert_kept
from tests.faults.writers import Writers
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer
from worker.drain import Drain

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# SQLite as it must not be run: what is committed is left to the page cache.
UNSAFE = """
import os
from chassis.settings import read
from consent.settings import Settings
from sqlalchemy import event
from worker import drain
connect = drain.connect
def unsafe(*arguments, **more):
    engine = connect(*arguments, **more)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine
drain.connect = unsafe
drain.main(read(Settings, os.environ))
"""


def cut_redis(disk_of: MakeDisk, make_entry: MakeEntry, appendfsync: str) -> tuple[set[str], set[str]]:
    """Cut the power of a Redis that is written to; returns what was acknowledged and what is found afterwards."""
    disk = disk_of()
    server = RedisServer(disk.path / "redis", appendfsync).start()
    with Redis.from_url(server.url) as redis:
        Stream(redis).create()
    with Writers(server.url, make_entry) as writers:
        until(lambda: len(writers.acknowledged) > 1000)
        server.kill()
    server.directory = disk.cut() / "redis"
    server.start()
    try:
        with Redis.from_url(server.url) as redis:
            found = {entry.fields[b"i"].decode() for entry in Stream(redis).read(START, 1_000_000)}
    finally:
        server.kill()
    return set(writers.acknowledged), found


def test_a_power_cut_loses_no_choice_that_redis_acknowledged(
    make_disk: MakeDisk, make_entry: MakeEntry, full: bool, count: Count
) -> None:
    for _ in range(10 if full else 1):
        acknowledged, found = cut_redis(make_disk, make_entry, "always")
        count(cuts=1, acknowledged=len(acknowledged), lost=len(acknowledged - found))
        assert not acknowledged - found


def test_control_a_redis_that_flushes_once_a_second_loses_choices(make_disk: MakeDisk, make_entry: MakeEntry) -> None:
    acknowledged, found = cut_redis(make_disk, make_entry, "everysec")
    print(f"acknowledged {len(acknowledged)}, lost {len(acknowledged - found)}")
    assert acknowledged - found, "this disk flushes what nobody asked it to: the test beside this one shows nothing"


class Machine:
    """Redis, database and drain, and a disk under them."""

    def __init__(self, make_disk: MakeDisk, kind: str, keys: Keys, *, safe: bool = True) -> None:
        self.disk = make_disk(400 if kind == "postgres" else 64)
        self.keys = keys
        self._kind = kind
        self._safe = safe
        self._aside = tempfile.TemporaryDirectory()
        # In a control only the database is on the disk: each flush of Redis's would take some of it along.
        self.redis_server = RedisServer((self.disk.path if safe else Path(self._aside.name)) / "redis").start()
        self.postgres: PostgresServer | None = None
        if kind == "postgres":
            options = "-c max_connections=20" if safe else "-c fsync=off -c max_connections=20"
            self.postgres = PostgresServer(self.disk.path / "postgres", options).start()
        upgrade("consent", self.url)
        os.sync()
        self._start_drain()

    @property
    def url(self) -> str:
        return self.postgres.url("postgres") if self.postgres else f"sqlite:///{self.disk.path / 'consent.db'}"

    def _start_drain(self) -> None:
        environ = {
            "REDIS_URL": self.redis_server.url,
            "CONSENT_DATABASE_URL": self.url,
            "KEYS_DIR": str(self.keys.directory),
            "LOG_ORIGIN": ORIGIN,
        }
        unsafe = self._kind == "sqlite" and not self._safe
        command = ["-c", UNSAFE] if unsafe else ["-m", "worker", "drain"]
        self.drain = subprocess.Popen([sys.executable, *command], env=os.environ | environ, stderr=subprocess.DEVNULL)

    def cut(self) -> None:
        """Cut the power, and start what is found except for the drain."""
        self.drain.kill()
        self.drain.wait()
        if self._safe:
            self.redis_server.kill()
        if self.postgres:
            self.postgres.kill()
        self.disk.cut()
        if self._safe:
            self.redis_server.directory = self.disk.path / "redis"
            self.redis_server.start()
        if self.postgres:
            self.postgres.directory = self.disk.path / "postgres"
            (self.postgres.directory / "data" / "postmaster.pid").unlink(missing_ok=True)
            self.postgres.start()

    def close(self) -> None:
        for server in (self.redis_server, self.postgres):
            if server and server.process and server.process.poll() is None:
                server.kill()
        self.drain.kill()
        self.drain.wait()
        self._aside.cleanup()


@pytest.fixture
def make_machine(make_disk: MakeDisk, keys: Keys) -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(kind: str, *, safe: bool = True) -> Machine:
        if kind == "postgres" and not PostgresServer.installed():
            pytest.skip("PostgreSQL is not installed; `make test` installs it on Debian")
        made.append(Machine(make_disk, kind, keys, safe=safe))
        return made[-1]

    yield make
    for machine in made:
        machine.close()


class Seen:
    """What an outsider has seen of a log before the cut."""

    def __init__(self) -> None:
        self.size = 0
        self.checkpoints: set[str] = set()

    def look(self, ledger: Ledger, redis: Redis) -> bool:
        self.size = ledger.size
        self.checkpoints |= {note for note in (ledger.checkpoint(), signs.checkpoint(redis)) if note}
        return self.size > 1500 and max(parse_checkpoint(each).size for each in self.checkpoints) > 500


def run_until_cut(machine: Machine, make_entry: MakeEntry) -> tuple[Seen, set[str]]:
    """Let choices stream into the ledger, then cut; returns what was seen and acknowledged before."""
    seen, engine = Seen(), sql.connect(machine.url)
    ledger = Ledger(engine, ORIGIN)
    with Redis.from_url(machine.redis_server.url) as redis:
        until(lambda: Stream(redis).state() is not None)
        with Writers(machine.redis_server.url, make_entry) as writers:
            until(lambda: seen.look(ledger, redis))
            machine.cut()
    engine.dispose()
    return seen, set(writers.acknowledged)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def test_a_power_cut_while_the_drain_commits_takes_back_nothing_that_was_seen(
    kind: str, make_machine: Callable[..., Machine], make_entry: MakeEntry, keys: Keys, full: bool, count: Count
) -> None:
    for _ in range(4 if full else 1):
        machine = make_machine(kind)
        seen, acknowledged = run_until_cut(machine, make_entry)
        if kind == "sqlite":
            with sqlite3.connect(machine.disk.path / "consent.db") as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            database.close()
        engine = sql.connect(machine.url)
        ledger = Ledger(engine, ORIGIN)
        found = ledger.size
        with Redis.from_url(machine.redis_server.url) as redis:
            drain = Drain(redis, ledger, keys)
            drain.start()
            until(lambda drain=drain: drain.step() == 0)
            count(cuts=1, taken_back=max(0, seen.size - found))
            assert_kept(ledger, keys, acknowledged, count, seen.checkpoints)
            assert_in_order(ledger, redis)
        engine.dispose()
        assert found >= seen.size
        machine.close()


@pytest.mark.parametrize("kind", [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.full)])
def test_control_a_database_that_does_not_flush_loses_what_was_committed(
    kind: str, make_machine: Callable[..., Machine], make_entry: MakeEntry
) -> None:
    machine = make_machine(kind, safe=False)
    try:
        seen, _ = run_until_cut(machine, make_entry)
        engine = sql.connect(machine.url)
        found = Ledger(engine, ORIGIN).size
        engine.dispose()
    except (Unavailable, sqlite3.DatabaseError, TimeoutError) as error:
        print(f"the database is gone: {error}")
        return
    print(f"committed {seen.size}, found {found}")
    assert found < seen.size
