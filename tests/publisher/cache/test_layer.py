"""The cache layer in front of a WSGI app that counts how often it is asked."""

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from chassis import redis_roles
from chassis.settings import ServiceSettings
from publisher.cache import layer
from publisher.cache.layer import CacheLayer, accepts_gzip
from publisher.cache.near import HOT, Near
from publisher.cache.pages import Found, PageCache
from tests.servers.redis_server import RedisServer


class App:
    """Answers with a page; ``status`` and ``headers`` can be changed."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = b"<p>page"
        self.headers = {
            "Cache-Control": "public, s-maxage=60, stale-while-revalidate=60",
            "Cache-Groups": '"a-1", "site"',
        }
        self.during: Callable[[], object] = lambda: None

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        self.during()
        request = Request(environ)
        assert "If-None-Match" not in request.headers or not request.path.startswith("/en/")
        return Response(self.body, self.status, self.headers, content_type="text/html")(environ, start)


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def cache(redis_url: str) -> Iterator[PageCache]:
    with Redis.from_url(redis_url) as redis:
        yield PageCache(redis)


@pytest.fixture
def near(redis_url: str) -> Iterator[Near]:
    with Redis.from_url(redis_url) as redis:
        near = Near(redis)
        yield near
        near.close()


@pytest.fixture
def client(app: App, cache: PageCache, near: Near) -> Client:
    return Client(CacheLayer(app, cache, near, lambda path: path.startswith("/en/")))


def test_the_second_reader_is_answered_without_the_app(client: Client, app: App) -> None:
    first, second = client.get("/en/a"), client.get("/en/a")
    assert app.asked == 1
    assert first.data == second.data == b"<p>page"
    assert first.headers["Cache-Status"] == "publisher; fwd=uri-miss; stored"
    assert second.headers["Cache-Status"].startswith("publisher; hit; ttl=")
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Age"].isdecimal() and second.headers["X-Request-Id"]


def test_the_query_makes_no_page_of_its_own(client: Client, app: App) -> None:
    client.get("/en/a")
    client.get("/en/a?utm_source=x")
    assert app.asked == 1


def test_gzip_goes_to_those_who_take_it(client: Client) -> None:
    plain, packed = client.get("/en/a"), client.get("/en/a", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("x-gzip", True), ("GZIP", True), ("gzip; q=1.0", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000, br", False), ("identity", False),
    ],
)  # fmt: skip
def test_accept_encoding_is_read_as_meant(header: str, taken: bool) -> None:
    assert accepts_gzip(header) is taken


def test_who_has_the_page_gets_304_with_the_headers_of_a_200(client: Client, app: App) -> None:
    full = client.get("/en/a")
    for condition in (
        full.headers["ETag"],
        f'"x", {full.headers["ETag"]}',
        "*",
        full.headers["ETag"].removeprefix("W/"),
    ):
        again = client.get("/en/a", headers={"If-None-Match": condition})
        assert (again.status_code, again.data) == (304, b"")
        assert {"ETag", "Cache-Control", "Cache-Groups"} <= set(again.headers.keys())
    assert client.get("/en/a", headers={"If-None-Match": '"other"'}).status_code == 200
    assert app.asked == 1


def test_a_reader_with_an_old_page_fills_the_cache_with_the_whole_new_one(client: Client, app: App) -> None:
    assert client.get("/en/a", headers={"If-None-Match": '"old"', "Range": "bytes=0-1"}).data == b"<p>page"
    assert client.get("/en/a").data == b"<p>page"
    assert app.asked == 1


def test_head_has_the_headers_of_get_and_no_body(client: Client, app: App) -> None:
    head, get = client.head("/en/a"), client.get("/en/a")
    assert head.data == b"" and head.headers["Content-Length"] == get.headers["Content-Length"] == "7"
    assert head.headers["ETag"] == get.headers["ETag"]
    assert app.asked == 1


@pytest.mark.parametrize(
    "change",
    [
        {"status": 404}, {"status": 500}, {"headers": {"Cache-Control": "private, no-store"}},
        {"headers": {"Cache-Control": "s-maxage=60"}},
        {"headers": {"Cache-Control": "s-maxage=60", "Cache-Groups": '"site"', "Set-Cookie": "a=b"}},
        {"headers": {"Cache-Control": "s-maxage=60", "Cache-Groups": '"site"', "Vary": "*"}},
        {"headers": {"Cache-Control": "s-maxage=60", "Cache-Groups": '"site"', "Vary": "Accept-Encoding, Cookie"}},
    ],
)  # fmt: skip
def test_what_does_not_say_that_it_may_be_kept_is_not(client: Client, app: App, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(app, name, value)
    client.get("/en/a")
    answer = client.get("/en/a")
    assert app.asked == 2
    assert answer.headers["Cache-Status"] == "publisher; fwd=uri-miss"


@pytest.mark.parametrize("path", ["/v1/articles", "/en/" + "a" * 400])
def test_other_addresses_pass_by(client: Client, app: App, path: str) -> None:
    client.get(path)
    client.get(path)
    assert app.asked == 2


def test_a_purge_during_rendering_is_not_undone_by_its_result(client: Client, app: App, cache: PageCache) -> None:
    app.during = lambda: cache.purge("a-1")
    client.get("/en/a")
    app.during, app.body = lambda: None, b"<p>new"
    assert client.get("/en/a").data == b"<p>new"


def test_when_the_app_fails_readers_get_the_last_good_page(client: Client, app: App) -> None:
    app.headers["Cache-Control"] = "s-maxage=1"
    client.get("/en/a")
    _let_it_age(client)
    app.status = 500
    answer = client.get("/en/a")
    assert (answer.status_code, answer.data) == (200, b"<p>page")
    assert answer.headers["Cache-Status"] == "publisher; hit; detail=sie"


def _let_it_age(client: Client) -> None:
    made: Any = client.application
    redis = made._cache._redis
    redis.hset("pg:{pages}:e::/en/a", mapping={"fresh": 1, "stale": 2})


def test_an_app_that_raises_gives_the_lock_back(client: Client, app: App) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    app.during = fail
    with pytest.raises(ZeroDivisionError):
        client.get("/en/a")
    app.during = lambda: None
    assert client.get("/en/a").headers["Cache-Status"] == "publisher; fwd=uri-miss; stored"


def test_readers_who_come_at_once_share_one_rendering(client: Client, app: App) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        go_on.wait(10)

    app.during = hold
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(client.get("/en/a").data)) for _ in range(5)]
    threads[0].start()
    entered.wait(10)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert bodies == [b"<p>page"] * 5
    assert app.asked == 1


def test_without_redis_every_reader_is_answered_by_the_app(app: App, free_port: int) -> None:
    redis = redis_roles.cache(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    client = Client(CacheLayer(app, PageCache(redis), Near(redis), lambda path: True))
    assert [client.get("/en/a").data for _ in range(2)] == [b"<p>page"] * 2
    assert app.asked == 2


def heat(client: Client) -> None:
    """Read a page until it is near: the first time the subscription is made, then it must be heard."""
    for _ in range(500):
        for _ in range(HOT + 1):
            client.get("/en/a")
        made: Any = client.application
        if made._near.get("/en/a"):
            return
    raise TimeoutError("the page never became a near one")


def test_a_hot_page_asks_nobody(client: Client, cache: PageCache, monkeypatch: pytest.MonkeyPatch) -> None:
    heat(client)
    monkeypatch.setattr(cache, "read", lambda path: pytest.fail("Redis was asked"))
    answer = client.get("/en/a", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == b"<p>page" and answer.headers["Cache-Status"].startswith("publisher; hit")
    assert client.get("/en/a", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.fixture
def long_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Near pages that would not go by themselves while a test runs."""
    monkeypatch.setattr(layer, "LIFE_S", 3600.0)


@pytest.mark.usefixtures("long_lives")
def test_a_purge_reaches_hot_pages(client: Client, app: App, cache: PageCache, near: Near) -> None:
    heat(client)
    app.body = b"<p>new"
    cache.purge("a-1")
    until = time.monotonic() + 10
    while near.get("/en/a") and time.monotonic() < until:
        pass
    assert client.get("/en/a").data == b"<p>new"


def test_the_process_that_purges_never_shows_the_old_page_again(
    client: Client, app: App, cache: PageCache, near: Near
) -> None:
    cache.when_purged(near.drop)
    for number in range(20):
        heat(client)
        app.body = f"<p>{number}".encode()
        cache.purge("a-1")
        assert client.get("/en/a").data == app.body


def test_a_page_read_before_a_purge_does_not_become_near_after_it(near: Near, client: Client) -> None:
    heat(client)
    ready = near.get("/en/a")
    assert ready is not None
    purges = near.purges
    near.drop()
    for _ in range(HOT + 1):
        near.offer("/en/a", ready, Found("hit", ready.page, ttl_s=60), purges)
    assert near.get("/en/a") is None


@pytest.mark.usefixtures("long_lives")
def test_when_redis_goes_away_nothing_stays_near(tmp_path: Path, app: App) -> None:
    server = RedisServer(tmp_path).start()
    redis = redis_roles.cache(ServiceSettings(redis_url=server.url))
    near = Near(redis)
    client = Client(CacheLayer(app, PageCache(redis), near, lambda path: True))
    heat(client)
    server.kill()
    until = time.monotonic() + 10
    while near.get("/en/a") and time.monotonic() < until:
        pass
    assert near.get("/en/a") is None and client.get("/en/a").data == b"<p>page"
    near.close()
