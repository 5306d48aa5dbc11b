"""Server-sent events of one variant: progress while it is pending, then ``ready`` or ``ended``.

Each stream holds a thread, so their number is capped and each ends after STREAM_S; the browser comes back by itself.
A service that is told to stop waits for its streams, so they are short.
"""

import json
import threading
import time
from collections.abc import Iterator
from typing import cast

from flask import Response, current_app
from flask_smorest import Blueprint
from redis.client import PubSub
from redis.exceptions import RedisError

from chassis.errors import NotFound, Unavailable
from chassis.sql import read
from publisher import clock
from publisher.house import House
from publisher.messages import variant_channel
from publisher.shown import as_shown
from publisher.store import articles, variants
from publisher.variants import MACHINE, ORIGINAL, Variant

STREAM_S = 8
LOOK_EVERY_S = 2.0
RETRY_MS = 1_000

blueprint = Blueprint("events", __name__, description="Translations as they come")


class Streams:
    """How many event streams may be open at once in this process."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    def enter(self) -> None:
        """Take a place, or raise Unavailable; the page then asks by itself from time to time."""
        if not self._free.acquire(blocking=False):
            raise Unavailable("too many event streams are open; ask /variants instead", retry_after_s=5)

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


@blueprint.route("/v1/articles/<article_id>/<language>/events")
@blueprint.doc(responses={200: {"description": "text/event-stream of progress, ready and ended"}})
def events(article_id: str, language: str) -> Response:
    """Follow one translation until it has come or cannot come."""
    house: House = current_app.extensions["house"]
    if _look(house, article_id, language) is None:
        raise NotFound(f"no article {article_id!r} in {language!r}")
    streams: Streams = current_app.extensions["streams"]
    streams.enter()
    response = Response(_stream(house, article_id, language), content_type="text/event-stream; charset=utf-8")
    response.call_on_close(streams.leave)
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold the events back otherwise
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _stream(house: House, article_id: str, language: str) -> Iterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    until = time.monotonic() + STREAM_S
    with cast(PubSub, house.redis.pubsub(ignore_subscribe_messages=True)) as channel:  # type: ignore[no-untyped-call]
        _subscribe(channel, variant_channel(article_id, language))
        told = None
        # the row is read after subscribing: nothing between the two can be missed
        while time.monotonic() < until:
            variant = _look(house, article_id, language)
            if variant is None or not variant.pending:
                done = variant is not None and variant.state in (MACHINE, ORIGINAL)
                yield _event("ready" if done else "ended", variant)
                return
            if told != (variant.state, variant.done, variant.total):
                told = (variant.state, variant.done, variant.total)
                yield _event("progress", variant)
            else:
                yield ": still\n\n"
            _wait(channel)


def _look(house: House, article_id: str, language: str) -> Variant | None:
    if language not in house.settings.languages:
        return None
    with read(house.engine) as connection:
        revision = articles.load(connection, article_id)
        variant = variants.load(connection, article_id, language)
    now_ms = clock.now_ms()
    if revision is None or variant is None or not revision.is_public(now_ms):
        return None
    return as_shown(revision.article, variant, now_ms)


def _event(name: str, variant: Variant | None) -> str:
    data = {"state": variant.state, "done": variant.done, "total": variant.total} if variant else {}
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _subscribe(channel: PubSub, name: str) -> None:
    try:
        channel.subscribe(name)
    except RedisError:
        return  # the row is looked at from time to time in any case


def _wait(channel: PubSub) -> None:
    """Wait for news, at most LOOK_EVERY_S."""
    until = time.monotonic() + LOOK_EVERY_S
    try:
        # a confirmed subscription comes as no message, before the time is up
        while channel.subscribed and (left := until - time.monotonic()) > 0:
            if channel.get_message(timeout=left):
                return
    except RedisError:
        pass
    time.sleep(max(0.0, until - time.monotonic()))
