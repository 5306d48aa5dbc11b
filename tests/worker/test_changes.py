"""Changes of the configuration on their way into the stream, on both databases."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chassis.errors import Unavailable
from consent.configuring import Configuring
from consent.keys import Keys
from consent.ledger.stream import STREAM, Stream
from consent.store import changes
from consent.store.act_log import ActLog
from consent.store.ledger import Ledger
from tests.consent.service import Service
from tests.consent.service import start as start_service
from worker.changes import Changes
from worker.housekeeping import Housekeeping

BY = {"command": "consent"}


@pytest.fixture
def service(redis_url: str, consent_database: str, tmp_path: Path) -> Iterator[Service]:
    running = start_service(redis_url, consent_database, tmp_path)
    yield running
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()


@pytest.fixture
def keys(service: Service) -> Keys:
    return Keys(service.settings.keys_dir)


@pytest.fixture
def moving(service: Service, keys: Keys) -> Changes:
    return Changes(service.engine, Stream(service.redis), keys)


def in_the_log(service: Service) -> int:
    service.drain()
    return len(ActLog(service.engine, service.settings.log_origin).page(100, None, "config"))


def test_a_change_arrives_once_though_the_drain_died_before_it_forgot_it(
    service: Service, moving: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Configuring(service.engine, service.clock).make_token(BY, "one", ["console"], None, None)
    with monkeypatch.context() as dying:
        dying.setattr(changes, "forget", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            moving.round()
    assert in_the_log(service) == 1
    assert (moving.round(), in_the_log(service)) == (0, 1)


def test_without_a_stream_changes_wait(service: Service, moving: Changes) -> None:
    Configuring(service.engine, service.clock).make_token(BY, "one", ["console"], None, None)
    service.redis.delete(STREAM)
    with pytest.raises(Unavailable):
        moving.round()
    Stream(service.redis).create()
    assert (moving.round(), in_the_log(service)) == (1, 1)


def test_an_ingest_key_that_is_deleted_is_told(service: Service, keys: Keys, moving: Changes) -> None:
    keys.ingest(date(2020, 1, 1))
    house = Housekeeping(service.redis, Ledger(service.engine, service.settings.log_origin), keys, changes=moving)
    house.keep(service.app.extensions["ledger"].state().cursor, None)
    assert not os.path.exists(keys.directory / "ingest" / "2020-01-01")
    assert in_the_log(service) == 1
