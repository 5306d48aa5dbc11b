"""How long a page may be kept, so that nothing on it is shown past its time."""

from typing import NamedTuple

from publisher.page.answers import FRESH_S, PENDING_S, STALE_S
from publisher.states import Timing
from publisher.variants import Variant


class Life(NamedTuple):
    """Seconds that a page is fresh and then stale; ``ends``: after them it must not be shown at all."""

    fresh_s: int
    stale_s: int
    ends: bool = False


def of_article(timing: Timing, variant: Variant, now_ms: int) -> Life:
    """Life of an article's page: a pending one turns into the failed one on time, an expired one goes."""
    if timing.expires_ms is not None:
        return until(timing.expires_ms, now_ms)
    if not variant.pending or variant.deadline_ms is None:
        return Life(FRESH_S, STALE_S)
    left_s = (variant.deadline_ms - now_ms) // 1000
    return Life(max(1, min(PENDING_S, left_s)), PENDING_S)


def sooner(life: Life, end_ms: int | None, now_ms: int) -> Life:
    """Shorten a life where something on the page ends within it."""
    if end_ms is None or end_ms >= now_ms + (life.fresh_s + life.stale_s) * 1000:
        return life
    return until(end_ms, now_ms)


def of_list(next_ms: int | None, now_ms: int) -> Life:
    """Life of a list: at most until ``next_ms``, when something on it changes by the clock."""
    if next_ms is not None and next_ms < now_ms + (FRESH_S + STALE_S) * 1000:
        return until(next_ms, now_ms)
    return Life(FRESH_S, STALE_S)


def until(end_ms: int, now_ms: int) -> Life:
    """Life of what must be gone at a time."""
    return Life(max(0, min(FRESH_S, (end_ms - now_ms) // 1000)), 0, ends=True)
