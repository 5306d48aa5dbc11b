"""A deployment with an empty stream, on which a test starts drains of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.ledger.stream import Stream
from tests.faults.deployment import Deployment


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path, request.getfixturevalue(f"{request.param}_url"))
    with running.client() as redis:
        Stream(redis).create()
    yield running
    running.stop()
