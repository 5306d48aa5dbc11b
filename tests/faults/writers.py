"""Threads that append choices to a stream and keep what was acknowledged, until whatever they write to is gone."""

import threading
from collections.abc import Callable
from types import TracebackType

from redis import Redis

from chassis.errors import Unavailable
from consent.ledger.entries import Entry
from consent.ledger.stream import Stream

COUNT = 3


class Writers:
    """Writers as a context; left, all of them have ended."""

    def __init__(self, redis_url: str, make_entry: Callable[[], Entry]) -> None:
        self._url = redis_url
        self._make_entry = make_entry
        self._stop = threading.Event()
        self.acknowledged: list[str] = []
        self._threads = [threading.Thread(target=self._write) for _ in range(COUNT)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        with Redis.from_url(self._url, socket_timeout=5) as redis:
            stream = Stream(redis)
            while not self._stop.is_set():
                entry = self._make_entry()
                try:
                    stream.append(entry)
                except Unavailable:
                    return  # the power is gone
                self.acknowledged.append(entry.record_id)
