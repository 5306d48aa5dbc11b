"""Server-sent events of a variant."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis import sql
from publisher.api import events
from publisher.store import translating
from tests.publisher.newsroom import Newsroom, now_ms

URL = "/v1/articles/bridge/es/events"


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "STREAM_S", 5)


def parts(client: FlaskClient) -> Iterator[str]:
    answer = client.get(URL)
    assert answer.status_code == 200 and answer.content_type == "text/event-stream; charset=utf-8"
    assert answer.headers["X-Accel-Buffering"] == "no" and answer.headers["Cache-Control"] == "no-store"
    for part in answer.iter_encoded():
        yield part.decode()
    answer.close()


def note(newsroom: Newsroom, done: int) -> None:
    with sql.write(newsroom.house.engine) as connection:
        translating.note_progress(connection, "bridge", "es", done, 8, now_ms())


def test_progress_is_told_and_then_that_it_is_ready(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    stream = parts(client)
    assert next(stream) == "retry: 1000\n\n"
    assert next(stream) == 'event: progress\ndata: {"state": "queued", "done": 0, "total": 8}\n\n'
    note(newsroom, 3)
    newsroom.house.redis.publish("publisher:variant:bridge:es", "changed")
    assert next(stream) == 'event: progress\ndata: {"state": "translating", "done": 3, "total": 8}\n\n'
    newsroom.translate("es")
    assert list(stream) == ['event: ready\ndata: {"state": "machine", "done": 8, "total": 8}\n\n']


def test_a_change_is_told_at_once_not_at_the_next_look(
    client: FlaskClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOK_EVERY_S", 60)
    newsroom.publish()
    stream = parts(client)
    next(stream), next(stream)
    translating = threading.Timer(0.05, lambda: newsroom.translate("es"))
    translating.start()
    assert "event: ready" in next(stream)
    translating.join()


def test_who_comes_late_is_told_at_once(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.give_up("es")
    assert "event: ended" in list(parts(client))[-1]


def test_a_stream_ends_by_itself_and_asks_to_come_back(
    client: FlaskClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "STREAM_S", 0.2)
    monkeypatch.setattr(events, "LOOK_EVERY_S", 0.1)
    newsroom.publish()
    told = list(parts(client))
    assert told[0].startswith("retry:") and "event: ready" not in "".join(told)


def test_there_are_only_so_many_streams(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    client.application.extensions["streams"] = events.Streams(1)
    first = client.get(URL)
    refused = client.get(URL)
    assert refused.status_code == 503 and refused.headers["Retry-After"]
    first.close()
    again: Any = client.get(URL)
    assert again.status_code == 200
    again.close()


@pytest.mark.parametrize("path", ["/v1/articles/none/es/events", "/v1/articles/bridge/fr/events"])
def test_what_is_not_there_has_no_events(client: FlaskClient, newsroom: Newsroom, path: str) -> None:
    newsroom.publish()
    assert client.get(path).status_code == 404
