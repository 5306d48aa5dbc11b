"""The clock's work on articles, from the worker's side."""

import pytest

from publisher import clock
from publisher.editing.moving import move
from publisher.following import Hand
from tests.worker.newsroom import publish_article
from tests.worker.test_relay import waiting
from worker import due, relay
from worker.workshop import Workshop, now_ms


def test_a_scheduled_article_is_published_and_its_effects_are_sent(
    workshop: Workshop, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = workshop.house
    publish_article(house.engine)
    for action in ("unpublish", "schedule"):
        move(house.engine, "bridge", action, Hand("tests"), house.offer, publish_ms=now_ms() + 60_000)
    due.run(workshop)
    assert house.renderer.article("en", "bridge").status == 404
    monkeypatch.setattr(clock, "now_ms", lambda: now_ms() + 60_000)
    due.run(workshop)
    assert house.renderer.article("en", "bridge").status == 200
    assert waiting(redis_url, "render") == [[1], [2], [3], [4]]


def test_effects_that_did_not_come_are_asked_for_again(
    workshop: Workshop, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_article(workshop.house.engine)
    assert relay.take_effects(workshop) == 0
    monkeypatch.setattr(relay, "now_ms", lambda: now_ms() + 6_000)
    assert relay.take_effects(workshop) == 1 and relay.take_effects(workshop) == 0
    assert waiting(redis_url, "render") == [[1]]
