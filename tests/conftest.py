"""Real servers for every test that asks: Redis (append-only, fsync always), SQLite and PostgreSQL."""

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import psycopg
import pytest
from playwright.sync_api import Browser
from redis import Redis

from tests.servers import chromium as chromium_browser
from tests.servers import compiled, memory
from tests.servers.ports import free_port as find_free_port
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer
from tests.servers.templates import Templates

# how long an example takes says more about who else uses the machine than about the code
hypothesis.settings.register_profile("imprimatur", deadline=None)
hypothesis.settings.load_profile("imprimatur")

# each test leaves an app in circles behind: looking for them as often as usual took a seventh of the time
USUAL_COLLECTION = gc.get_threshold()
gc.set_threshold(100_000, 20, 20)
compiled.share()

# for what the tests start, too; the workers of xdist inherit it
if directory := memory.directory():
    os.environ["TMPDIR"] = tempfile.tempdir = directory

_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "short: a few of each fault; full: hundreds of kills, both databases, negative controls"
    parser.addoption("--faults", choices=("short", "full"), default="short", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--faults") == "full":
        return
    later = [item for item in items if item.get_closest_marker("full")]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if item not in later]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case by how a long value begins: each report carries the name from one process to another."""
    if not isinstance(val, str | bytes) or len(val) <= 60:
        return None
    return f"{val[:40]!a} and {len(val) - 40} more"


@pytest.fixture
def usual_collection() -> Iterator[None]:
    """Let garbage be collected as often as a service's is."""
    seldom = gc.get_threshold()
    gc.set_threshold(*USUAL_COLLECTION)
    yield
    gc.set_threshold(*seldom)


@pytest.fixture
def free_port() -> int:
    return find_free_port()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.kill()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    with Redis.from_url(redis_server.url) as redis:
        redis.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    if not PostgresServer.installed():
        pytest.skip("PostgreSQL is not installed; `make test` installs it on Debian")
    # Not in pytest's own directory: each start of pytest closes that one to everybody else, the server's user included.
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory:
        server = PostgresServer(Path(directory)).start()
        yield server
        server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / f'{next(_numbers)}.db'}"


@contextmanager
def _on_postgres(server: PostgresServer, template: str = "template1") -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    with _on_postgres(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def sql_url(request: pytest.FixtureRequest) -> str:
    """An empty database: the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


def _newest(package: str, request: pytest.FixtureRequest) -> Iterator[str]:
    templates: Templates = request.getfixturevalue("templates")
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / f"{next(_numbers)}.db"
        yield f"sqlite:///{shutil.copy(templates.sqlite(package), path)}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with _on_postgres(server, templates.postgres(package, server)) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def consent_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The consent service's, empty: the test runs once on each kind."""
    yield from _newest("consent", request)


@pytest.fixture(params=["sqlite", "postgres"])
def publisher_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The publisher's, empty: the test runs once on each kind."""
    yield from _newest("publisher", request)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests that drive one: Playwright cannot be started twice in a process."""
    if not chromium_browser.path():
        pytest.skip("Chromium is not installed; `make test` installs it on Debian")
    with chromium_browser.running() as browser:
        yield browser
