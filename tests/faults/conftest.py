"""Keys and entries as the ledger's own tests have them, and disks whose power can be cut."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.consent.ledger.conftest import keys, make_entry
from tests.faults.deployment import Deployment
from tests.faults.loop_disk import CannotMount, LoopDisk
from tests.faults.promises import Count
from tests.faults.summary import Summary
from tests.servers.redis_server import RedisServer

__all__ = ["keys", "make_entry"]

MakeDisk = Callable[..., LoopDisk]


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is the full round."""
    return request.config.getoption("--faults") == "full"


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--faults") == "full":
        config.pluginmanager.register(Summary())


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Count:
    """Counts, by name, which the summary adds up: `count(kills=3)`."""

    def add(**counted: int) -> None:
        for name, number in counted.items():
            record_property(name, number)

    return add


@pytest.fixture
def make_disk() -> Iterator[MakeDisk]:
    made: list[LoopDisk] = []

    def make(size_mb: int = 64) -> LoopDisk:
        try:
            made.append(LoopDisk(size_mb))
        except CannotMount as reason:
            pytest.skip(f"no disk can be mounted here, which takes root, loop devices and ext4: {reason}")
        return made[-1]

    yield make
    for disk in made:
        disk.close()


@pytest.fixture(scope="module")
def disks() -> Iterator[list[LoopDisk]]:
    """One for Redis and one for the database of `deployment`, or none where none can be mounted."""
    made: list[LoopDisk] = []
    with contextlib.suppress(CannotMount):
        made += [LoopDisk(32), LoopDisk(32)]
    yield made
    for disk in made:
        disk.close()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, disks: list[LoopDisk]) -> Iterator[Deployment]:
    """A service and a drain on SQLite; each test leaves it as well as it was."""
    directory = tmp_path_factory.mktemp("deployment")
    paths = [disk.path for disk in disks] or [directory, directory]
    redis = RedisServer(paths[0] / "redis").start()
    running = Deployment(directory, f"sqlite:///{paths[1] / 'consent.db'}", redis)
    running.start_drain()
    running.start_service()
    yield running
    running.stop()
