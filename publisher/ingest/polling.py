"""Polling the feeds of others: asked with what their servers said, and ever less often while they fail."""

from typing import NamedTuple

from chassis.errors import Problem
from chassis.sql import write
from publisher import clock
from publisher.following import Hand
from publisher.house import House
from publisher.ingest.fetching import Fetched, Fetcher, Unfetchable
from publisher.ingest.folder import told
from publisher.ingest.formats import Given, read_items
from publisher.ingest.taking import Taking, take_all
from publisher.store import feeds
from publisher.store.feeds import Feed

MOST_BYTES = 8 * 1024 * 1024
LEASE_MS = 10 * 60_000
LONGEST_S = 6 * 3600
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.1"


class _Failure(Exception):
    """Nothing was to be had; ``asked_s``: when its server wants to be asked again."""

    def __init__(self, reason: str, asked_s: int | None = None) -> None:
        super().__init__(reason)
        self.asked_s = asked_s


class _Came(NamedTuple):
    """What came: a line about it, and what to ask with the next time."""

    outcome: str
    etag: str | None
    modified: str | None


def poll(house: House, feed: Feed) -> Feed:
    """Ask a claimed feed for what is new, take it in, and note how it went."""
    now_ms = clock.now_ms()
    try:
        came = _ask(house, feed)
        gone = came is None
        wait_s = feed.every_s
        made = feed._replace(failures=0, outcome="gone (410), not polled any more" if came is None else came.outcome)
        if came is not None:
            made = made._replace(etag=came.etag, modified=came.modified)
    except _Failure as failure:
        gone, failures = False, feed.failures + 1
        wait_s = failure.asked_s or min(feed.every_s * 2 ** min(failures, 10), max(LONGEST_S, feed.every_s))
        made = feed._replace(failures=failures, outcome=str(failure)[:300])
    made = made._replace(polled_ms=now_ms, next_ms=None if gone else now_ms + wait_s * 1000)
    with write(house.engine) as connection:
        feeds.end(connection, made)
    return made


def _ask(house: House, feed: Feed) -> _Came | None:
    """Fetch a feed and take its entries; None where its server says that it is gone."""
    asked = {"Accept": ACCEPT}
    asked |= {"If-None-Match": feed.etag} if feed.etag else {}
    asked |= {"If-Modified-Since": feed.modified} if feed.modified else {}
    try:
        answer = Fetcher(house.settings.ingest_private).get(feed.url, MOST_BYTES, asked)
    except Unfetchable as error:
        raise _Failure(str(error)) from None
    if answer.status == 304:
        return _Came("nothing new", feed.etag, feed.modified)
    if answer.status == 410:
        return None
    if answer.status != 200:
        raise _Failure(f"status {answer.status}", _asked_wait(answer))
    kind = "application/feed+json" if answer.body.lstrip()[:1] == b"{" else "application/xml"
    try:
        readings = read_items(kind, answer.body, Given(language=feed.language, section=feed.section))
    except Problem as problem:
        raise _Failure(problem.detail) from None
    outcomes = take_all(house, readings, Taking(Hand(f"feed {feed.url}"[:200])))
    return _Came(told(outcomes), answer.headers.get("etag"), answer.headers.get("last-modified"))


def _asked_wait(answer: Fetched) -> int | None:
    asked = answer.headers.get("retry-after", "")
    if answer.status not in (429, 503) or not asked.isdecimal():
        return None
    return max(60, min(int(asked), LONGEST_S))
