"""Apertium's pairs as this machine has them; its tests are skipped where it is not installed."""

from collections.abc import Iterator

import pytest

from worker.engines.apertium import Apertium, installed


def _engine(pair: str) -> Iterator[Apertium]:
    for engine in installed():
        if f"apertium-{pair}" in engine.version:
            yield engine
            engine.close()
            return
    pytest.skip(f"apertium-{pair} is not installed; `make test` installs it on Debian")


@pytest.fixture(scope="session")
def eng_spa() -> Iterator[Apertium]:
    yield from _engine("eng-spa")


@pytest.fixture(scope="session")
def eng_cat() -> Iterator[Apertium]:
    yield from _engine("eng-cat")
