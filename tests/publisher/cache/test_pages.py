"""The page cache on a real Redis."""

import threading
from collections.abc import Iterator

import pytest
from redis import Redis

from chassis import redis_roles
from chassis.settings import ServiceSettings
from publisher.cache import pages
from publisher.cache.pages import Page, PageCache

PATH = "/en/harbour-bridge"


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def cache(redis: Redis) -> PageCache:
    return PageCache(redis)


def page(
    body: bytes = b"<p>old", fresh_s: int = 60, stale_s: int = 60, tags: tuple[str, ...] = ("a-1", "site")
) -> Page:
    return Page(200, (("Content-Type", "text/html"),), '"e"', body, b"gz", tags, fresh_s, stale_s)


def fill(cache: PageCache, made: Page | None = None) -> None:
    found = cache.read(PATH)
    assert found.what in ("render", "refresh")
    assert cache.store(PATH, made or page(), found)


def test_a_stored_page_is_found_as_it_was(cache: PageCache) -> None:
    fill(cache)
    found = cache.read(PATH)
    assert (found.what, found.page) == ("hit", page())
    assert 0 < found.ttl_s <= 60


def test_of_many_readers_of_a_missing_page_one_renders(redis: Redis) -> None:
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(PageCache(redis).read(PATH).what)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["render", *["wait"] * 7]


def test_a_stale_page_is_shown_while_one_reader_renews_it(cache: PageCache) -> None:
    fill(cache, page(fresh_s=0))
    first, second = cache.read(PATH), cache.read(PATH)
    assert (first.what, second.what) == ("refresh", "stale")
    assert first.page == second.page == page(fresh_s=0)


def test_past_its_stale_time_a_page_is_kept_for_errors_only(cache: PageCache) -> None:
    fill(cache, page(fresh_s=0, stale_s=0))
    first, second = cache.read(PATH), cache.read(PATH)
    assert first.what == "refresh" and first.page is not None
    assert second.what == "wait" and second.page is None


@pytest.mark.parametrize("tag", ["a-1", "site"])
def test_a_purged_tag_takes_its_pages_with_it(cache: PageCache, tag: str) -> None:
    fill(cache)
    assert cache.purge(tag)
    assert cache.read(PATH).what == "render"


def test_another_tag_leaves_the_page(cache: PageCache) -> None:
    fill(cache)
    cache.purge("a-2", "lists")
    assert cache.read(PATH).what == "hit"


def test_a_page_rendered_before_a_purge_is_not_stored_after_it(cache: PageCache) -> None:
    found = cache.read(PATH)
    cache.purge("a-1")
    assert not cache.store(PATH, page(), found)
    assert cache.read(PATH).what == "render"


def test_a_page_rendered_before_redis_was_emptied_is_not_stored(cache: PageCache, redis: Redis) -> None:
    found = cache.read(PATH)
    cache.purge("a-1")
    redis.flushdb()
    assert not cache.store(PATH, page(), found)


def test_an_evicted_generation_never_brings_an_old_page_back(cache: PageCache, redis: Redis) -> None:
    fill(cache)
    cache.purge("a-1")
    redis.delete("pg:{pages}:g:a-1")
    assert cache.read(PATH).what == "render"


def test_only_the_owner_gives_the_lock_back(cache: PageCache) -> None:
    owner, other = cache.read(PATH), cache.read(PATH)
    cache.release(PATH, other)
    assert cache.read(PATH).what == "wait"
    cache.release(PATH, owner)
    assert cache.read(PATH).what == "render"


def test_everything_kept_has_an_expiry(cache: PageCache, redis: Redis) -> None:
    fill(cache)
    cache.purge("a-1", "a-9")
    cache.read("/en/other")
    assert [key for key in redis.scan_iter() if redis.ttl(key) < 0] == []


def test_a_purge_costs_the_same_however_many_pages_there_are(cache: PageCache, redis: Redis) -> None:
    for number in range(200):
        path = f"/en/{number}"
        cache.store(path, page(), cache.read(path))
    redis.config_resetstat()
    cache.purge("a-1")
    calls = redis.info("commandstats")
    assert sum(calls.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("get", "set", "del")) == 2


def test_without_redis_nothing_is_cached_and_nothing_fails(free_port: int) -> None:
    cache = PageCache(redis_roles.cache(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0")))
    found = cache.read(PATH)
    assert found == pages.AWAY
    assert not cache.store(PATH, page(), found)
    assert not cache.purge("a-1")
