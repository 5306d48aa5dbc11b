"""Limits on views: 429 where one is reached, and how much is left on every answer.

RateLimit and RateLimit-Policy are those of draft-ietf-httpapi-ratelimit-headers-11. A ceiling's quota is not told: it
is what the whole service can bear.
"""

from collections.abc import Sequence
from math import ceil
from typing import NoReturn

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter

from chassis.errors import Problem
from chassis.limits.limiter import Counting, Limit, Limiter, Outcome
from chassis.limits.partitions import Partition, of_address
from chassis.limits.quota import US, Level


class RateLimited(Problem):
    """More requests than one caller, or all together, may make."""

    kind = "rate-limited"

    def __init__(self, detail: str, wait_s: int, limits: Sequence[str]) -> None:
        super().__init__(detail, retry_after_s=wait_s)
        self.members = {"violated-policies": list(limits)}


class Gate:
    """Counts requests, and refuses those that are too many; `registry` is where these are counted."""

    def __init__(self, limiter: Limiter, registry: CollectorRegistry) -> None:
        self._limiter = limiter
        self._refused = Counter("requests_limited_total", "Requests refused by a limit.", ["limit"], registry=registry)

    def begin(self, limit: Limit, partitions: Sequence[Partition], within: str = "") -> Counting:
        """Count one request; see `Limiter.begin`. Whoever calls lets `check` decide of the outcome."""
        return self._limiter.begin(limit, partitions, within)

    def check(self, limit: Limit, outcome: Outcome) -> None:
        """Refuse a request for which nothing was left.

        Raises:
            RateLimited: that is so.
        """
        if outcome.empty:
            self.refuse(limit.name, outcome.wait_s, [level.bucket.name for level in outcome.empty])

    def refuse(self, limit: str, wait_s: int, names: Sequence[str] = ()) -> NoReturn:
        """Refuse the request.

        Raises:
            RateLimited: always.
        """
        self._refused.labels(limit).inc()
        raise RateLimited(f"{limit}: expected fewer of them; try again in {wait_s} s", wait_s, names or [limit])


def init(app: Flask, limiter: Limiter) -> None:
    """Let the views of `app` call `charge`."""
    app.extensions["gate"] = Gate(limiter, app.extensions["metrics"])
    app.after_request(_tell)


def caller() -> tuple[Partition, ...]:
    """Return the partitions of the request's address."""
    return of_address(request.remote_addr or "")


def charge(limit: Limit, within: str = "", partitions: Sequence[Partition] | None = None) -> None:
    """Count the request against a limit.

    Args:
        limit: what it is held to.
        within: the site that it is about; "" for none.
        partitions: whose quota it takes from; None for the request's address.

    Raises:
        RateLimited: nothing is left.
        Unavailable: nobody counts just now, and the limit is strict.
    """
    gate: Gate = current_app.extensions["gate"]
    g.limited = gate.begin(limit, caller() if partitions is None else partitions, within)()
    gate.check(limit, g.limited)


def refuse(limit: str, wait_s: int) -> None:
    """Refuse the request.

    Raises:
        RateLimited: always.
    """
    gate: Gate = current_app.extensions["gate"]
    gate.refuse(limit, wait_s)


def _tell(response: Response) -> Response:
    outcome: Outcome | None = g.get("limited")
    if outcome is not None:
        response.headers.update(headers(outcome))
    return response


def headers(outcome: Outcome) -> dict[str, str]:
    """Return what an answer tells of the limits that its request was counted against."""
    own = () if outcome.own is None else (outcome.own,)
    told = {level.bucket.name: level for level in (*own, *outcome.empty)}.values()
    policies = ", ".join(_policy(level) for level in told if not level.bucket.name.endswith("-site"))
    return {
        **({"RateLimit": ", ".join(map(_level, told))} if told else {}),
        **({"RateLimit-Policy": policies} if policies else {}),
    }


def _level(level: Level) -> str:
    return f'"{level.bucket.name}";r={level.left};t={ceil(level.next_in_us / US)}'


def _policy(level: Level) -> str:
    return f'"{level.bucket.name}";q={level.bucket.quota.amount};w={level.bucket.quota.window_s}'
