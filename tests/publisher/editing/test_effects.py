"""What follows from a change, until everything has acknowledged it."""

from dataclasses import replace

from redis import Redis

from chassis import sql
from publisher.editing.effects import take_effect
from publisher.following import TARGETS
from publisher.house import House, open_house
from publisher.store import transitions
from publisher.tags import LISTS, article_tag
from tests.publisher.newsroom import Newsroom, now_ms


def open_targets(house: House, transition: int) -> list[str]:
    with sql.read(house.engine) as connection:
        return transitions.open_targets(connection, transition)


def test_every_change_asks_for_every_effect_and_ends_when_all_are_there(newsroom: Newsroom) -> None:
    newsroom.publish()
    [change] = newsroom.history()
    assert open_targets(newsroom.house, change.id) == sorted(TARGETS)
    assert take_effect(newsroom.house, change.id) and open_targets(newsroom.house, change.id) == []
    assert take_effect(newsroom.house, change.id), "a message may come twice"
    assert newsroom.house.cache.read("/en/harbour-bridge").what == "hit", "the page is ready for its first reader"


def test_what_cannot_follow_now_is_tried_until_it_does(newsroom: Newsroom, free_port: int) -> None:
    newsroom.publish()
    [change] = newsroom.history()
    away = open_house(replace(newsroom.house.settings, redis_cache_url=f"redis://127.0.0.1:{free_port}/0"))
    assert not take_effect(away, change.id)
    away.engine.dispose()
    assert open_targets(newsroom.house, change.id) == ["lists", "page"], "search and crops need no cache"
    with sql.write(newsroom.house.engine) as connection:
        assert transitions.overdue(connection, now_ms(), 10) == [], "its message is young"
        assert transitions.overdue(connection, now_ms() + 6_000, 10) == [change.id]
        assert transitions.overdue(connection, now_ms() + 6_000, 10) == [], "it was just sent again"
        assert transitions.overdue(connection, now_ms() + 600_000, 10) == [change.id]
    assert take_effect(newsroom.house, change.id)
    with sql.write(newsroom.house.engine) as connection:
        assert transitions.overdue(connection, now_ms() + 600_000, 10) == []


def test_a_deleted_or_killed_article_leaves_the_cache(newsroom: Newsroom, redis_url: str) -> None:
    newsroom.publish()
    for action in ("unpublish", "kill"):
        newsroom.move(action)
        change = newsroom.history()[-1]
        with Redis.from_url(redis_url) as redis:
            before = [redis.get(f"pg:{{pages}}:g:{tag}") for tag in (article_tag("bridge"), LISTS)]
            assert take_effect(newsroom.house, change.id)
            after = [redis.get(f"pg:{{pages}}:g:{tag}") for tag in (article_tag("bridge"), LISTS)]
        assert all(one != other for one, other in zip(before, after, strict=True))
