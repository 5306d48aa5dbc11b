"""The hottest pages in the process itself, so that a hit on them asks nobody.

A page comes here once it was read HOT times within a second, and stays LIFE_S at most. Any purge, told by Redis'
pub/sub, empties everything; without a live subscription nothing is kept at all.
"""

import threading
import time
from dataclasses import dataclass
from typing import cast

from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

from publisher.cache.pages import PURGED, Found, Page

HOT = 20
LIFE_S = 1.0
MOST = 500
RECONNECT_S = 0.5
LOOK_EVERY_S = 0.5

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A page with its headers made up, for the moment that it lives."""

    page: Page
    plain: Headers
    gzip: Headers
    not_modified: Headers
    until: float


class Near:
    """Ready pages by path, of one process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._pages: dict[str, Ready] = {}
        self._counts: dict[str, int] = {}
        self._second = 0.0
        self._purges = 0
        self._listening = False
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def get(self, path: str) -> Ready | None:
        """Return the page if it is here and still to be trusted."""
        ready = self._pages.get(path)
        return ready if ready is not None and time.monotonic() < ready.until else None

    @property
    def purges(self) -> int:
        """How many purges were heard of; to be read before the page is, and given to ``offer``."""
        return self._purges

    def offer(self, path: str, ready: Ready, found: Found, purges: int) -> None:
        """Keep a page that was just read as a hit, if it is hot and nothing was purged since before it was read."""
        if not self._is_hot(path) or found.ttl_s < LIFE_S:
            return
        self._listen()
        with self._lock:
            if self._listening and purges == self._purges and len(self._pages) < MOST:
                self._pages[path] = ready

    def drop(self) -> None:
        """Forget all pages."""
        with self._lock:
            self._purges += 1
            self._pages.clear()

    def close(self) -> None:
        """End the listener, before the connection is closed under it."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _is_hot(self, path: str) -> bool:
        now = time.monotonic()
        if now - self._second > 1:
            self._second, self._counts = now, {}
            self._pages = {each: ready for each, ready in list(self._pages.items()) if now < ready.until}
        self._counts[path] = count = self._counts.get(path, 0) + 1
        return count >= HOT

    def _listen(self) -> None:
        """Start the listener; here and not earlier, because the process may be forked before its first request."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="purges", daemon=True)
                self._thread.start()

    def _follow(self) -> None:
        while not self._closed.is_set():
            try:
                self._follow_once()
            except RedisError:
                self._listening = False
                self.drop()
                self._closed.wait(RECONNECT_S)

    def _follow_once(self) -> None:
        with cast(PubSub, self._redis.pubsub()) as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(PURGED)
            while not self._closed.is_set():
                if channel.get_message(timeout=LOOK_EVERY_S):
                    # also when the subscription begins: what was read before it may have been purged unheard
                    self.drop()
                    self._listening = True
