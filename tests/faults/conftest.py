"""Keys and entries as the ledger's own tests have them, and disks whose power can be cut."""

from collections.abc import Callable, Iterator

import pytest

from tests.consent.ledger.conftest import keys, make_entry
from tests.faults.loop_disk import CannotMount, LoopDisk

__all__ = ["keys", "make_entry"]

MakeDisk = Callable[..., LoopDisk]


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is the full round."""
    return request.config.getoption("--faults") == "full"


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
