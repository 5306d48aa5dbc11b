"""Quotas, and the buckets that keep count of them.

A bucket holds its quota and fills up evenly, whole in one window: a caller may take all of it at once and then as much
as flows in (the generic cell rate algorithm). What is kept of a bucket is one number, when it will be full again.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

US = 1_000_000


class Quota(NamedTuple):
    """So many requests in so many seconds."""

    amount: int
    window_s: int

    @property
    def window_us(self) -> int:
        """Return how long an empty bucket takes to fill up, in µs."""
        return self.window_s * US

    @property
    def interval_us(self) -> int:
        """Return how long one unit takes to flow in, in µs."""
        return self.window_us // self.amount


class Bucket(NamedTuple):
    """A bucket under its key in the store; `name` is what answers call it."""

    name: str
    key: str
    quota: Quota


class Level(NamedTuple):
    """How full a bucket is: the µs until it is full."""

    bucket: Bucket
    full_in_us: int

    @property
    def left(self) -> int:
        """Return how many units are in it."""
        quota = self.bucket.quota
        return max(0, (quota.window_us - self.full_in_us) // quota.interval_us)

    @property
    def next_in_us(self) -> int:
        """Return how long it takes until one more unit is in it, 0 where it is full."""
        quota = self.bucket.quota
        return max(0, self.full_in_us - quota.window_us + (self.left + 1) * quota.interval_us) if self.full_in_us else 0


class Buckets(Protocol):
    """Where buckets are kept."""

    def take(self, buckets: Sequence[Bucket]) -> tuple[bool, list[Level]]:
        """Take a unit out of every bucket, or out of none: whether it was taken, and how full they are then."""


def parse(text: str) -> Quota | None:
    """Read `amount/seconds`; None, for no limit at all, where it is `none`.

    Raises:
        ValueError: it is neither; the message says what was expected.
    """
    if text == "none":
        return None
    amount, _, window_s = text.partition("/")
    if not (amount.isdecimal() and window_s.isdecimal() and 0 < int(window_s) <= 86_400):
        raise ValueError("a number, a slash and seconds up to a day, as in 600/60, or none")
    if not 0 < int(amount) <= int(window_s) * US:
        raise ValueError("at least one request, and at most one in a microsecond")
    return Quota(int(amount), int(window_s))
