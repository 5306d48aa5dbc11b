"""A lease is extended beside the work, and its loss is noticed."""

import threading

from chassis.errors import Unavailable
from worker.lease import Lease

PATIENCE_S = 10.0


def test_it_is_extended_while_the_work_goes_on_and_not_after() -> None:
    beats = 0
    third = threading.Event()

    def extend() -> bool:
        nonlocal beats
        beats += 1
        if beats == 3:
            third.set()
        return True

    with Lease(extend, every_s=0.001) as lease:
        assert third.wait(PATIENCE_S)
        assert not lease.lost
    assert all(thread.name != "lease" for thread in threading.enumerate())


def test_a_lost_lease_stops_the_work() -> None:
    asked = threading.Event()

    def extend() -> bool:
        asked.set()
        return False

    with Lease(extend, every_s=0.001) as lease:
        assert asked.wait(PATIENCE_S)
        while not lease.lost:  # the answer takes a moment; a lease that never notices runs into the time-out
            pass


def test_a_database_that_is_away_for_a_moment_loses_nothing() -> None:
    answers = iter([Unavailable("away"), Unavailable("away")])
    back = threading.Event()

    def extend() -> bool:
        error = next(answers, None)
        if error:
            raise error
        back.set()
        return True

    with Lease(extend, every_s=0.001) as lease:
        assert back.wait(PATIENCE_S)
        assert not lease.lost
