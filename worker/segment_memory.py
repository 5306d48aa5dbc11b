"""The translation memory as a job uses it: segments in SQL, and a wait for those that another worker has in flight."""

import time
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Engine as Database

from chassis.sql import read, write
from publisher.store import memory
from worker.flights import Flights
from worker.translation.memory import Remembered
from worker.workshop import now_ms

POLL_S = 0.1


class SegmentMemory:
    """The memory of one pair of languages, for one job.

    Args:
        database: the publisher's.
        pair: the languages, and the engines that count.
        flights: the job's.
        give_up: asked while waiting; True ends the wait.
        since_ms: what was made before this does not count.
    """

    def __init__(
        self, database: Database, pair: memory.Pair, flights: Flights, give_up: Callable[[], bool], since_ms: int = 0
    ) -> None:
        self._database = database
        self._pair = pair
        self._flights = flights
        self._give_up = give_up
        self._since_ms = since_ms

    def get_many(self, hashes: Collection[str]) -> Mapping[str, Remembered]:
        """Return those that are there, once nobody else is at work on any of the others."""
        found = self._find(hashes)
        while missing := set(hashes) - found.keys():
            theirs = self._flights.take(missing)
            # looked up after taking: what landed a moment before is seen
            found |= self._find(missing)
            theirs -= found.keys()
            if not theirs or self._give_up():
                break
            # nothing is held while waiting, so that two jobs never wait for each other
            self._flights.land(missing - theirs)
            time.sleep(POLL_S)
        return found

    def put_many(self, entries: Mapping[str, Remembered]) -> None:
        """Keep all, as soon as an engine gave them."""
        segments = {each: memory.StoredSegment(*entry) for each, entry in entries.items()}
        with write(self._database) as connection:
            memory.keep(connection, self._pair, segments, now_ms(), self._since_ms)
        self._flights.land(entries.keys())

    def _find(self, hashes: Collection[str]) -> dict[str, Remembered]:
        with read(self._database) as connection:
            found = memory.find(connection, self._pair, hashes, self._since_ms)
        return {each: Remembered(*segment) for each, segment in found.items()}
