"""Polling feeds: conditions, backoff, an end."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from chassis import sql
from publisher.house import House, open_house
from publisher.ingest import polling
from publisher.settings import Settings
from publisher.store import feeds
from publisher.store.feeds import Feed
from tests.publisher.ingest.sources import Source, running_source
from tests.publisher.ingest.test_feeds import ATOM

NOW_MS = 1_800_000_000_000


@pytest.fixture
def source() -> Iterator[Source]:
    with running_source() as running:
        yield running


@pytest.fixture
def reader(settings: Settings) -> Iterator[House]:
    house = open_house(replace(settings, ingest_private=True))
    yield house
    house.engine.dispose()


def test_a_feed_is_asked_for_what_is_new_ever_less_often_while_it_fails_and_no_more_when_gone(
    reader: House, source: Source, set_clock: Callable[[int], None]
) -> None:
    set_clock(NOW_MS)
    feed = ATOM.replace("https://d.example/p.jpg", source.url + "/none.jpg")
    url = source.put("/feed", feed.encode(), ETag='"1"', Last_Modified="Mon, 23 Nov 2026 18:30:00 GMT")

    def poll() -> Feed:
        with sql.write(reader.engine) as connection:
            claimed = feeds.claim_now(connection, url, NOW_MS, polling.LEASE_MS)
            assert claimed and feeds.claim(connection, claimed.id, NOW_MS, 1) is None
        return polling.poll(reader, claimed)

    with sql.write(reader.engine) as connection:
        assert feeds.add(connection, url, None, "World", 600, NOW_MS)
        assert not feeds.add(connection, url, None, None, 600, NOW_MS)
        assert len(feeds.due(connection, NOW_MS, 9)) == 1
    first = poll()
    assert (first.outcome, first.next_ms, first.etag) == ("1 created, 1 unchanged", NOW_MS + 600_000, '"1"')
    assert poll().outcome == "nothing new"
    assert source.asked[-1][1]["If-None-Match"] == '"1"' and "If-Modified-Since" in source.asked[-1][1]
    source.put("/feed", b"", 500)
    assert [(made.failures, (made.next_ms or 0) - NOW_MS) for made in (poll(), poll())] == [
        (1, 1_200_000),
        (2, 2_400_000),
    ]
    source.put("/feed", b"", 503, Retry_After="7200")
    assert (poll().next_ms or 0) - NOW_MS == 7_200_000
    source.put("/feed", b"<html>no feed</html>")
    broken = poll()
    assert broken.failures == 4 and "expected rss" in (broken.outcome or "")
    source.put("/feed", feed.replace("Uno", "Otro").replace("18:30:00Z", "19:30:00Z").encode())
    assert (poll().outcome, poll().failures) == ("1 updated, 1 unchanged", 0)
    source.put("/feed", b"", 410)
    assert poll().next_ms is None
    with sql.read(reader.engine) as connection:
        assert feeds.due(connection, NOW_MS * 2, 9) == []


def test_a_feed_in_our_own_network_is_not_fetched(house: House, source: Source) -> None:
    url = source.put("/feed", ATOM.encode())
    with sql.write(house.engine) as connection:
        feeds.add(connection, url, None, None, 600, NOW_MS)
        claimed = feeds.claim_now(connection, url, NOW_MS, polling.LEASE_MS)
    assert claimed and "leads to a private address" in (polling.poll(house, claimed).outcome or "")
    assert source.asked == []
