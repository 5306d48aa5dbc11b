"""Limits on views: 429 where one is reached, and how much is left on every answer.

RateLimit and RateLimit-Policy are those of draft-ietf-httpapi-ratelimit-headers-11. A ceiling's quota is not told: it
is what the whole service can bear.
"""

from collections.abc import Sequence
from math import ceil

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter

from chassis.errors import Problem
from chassis.limits.limiter import Limit, Limiter, Outcome
from chassis.limits.partitions import Partition, of_address
from chassis.limits.quota import US, Level


class RateLimited(Problem):
    """More requests than one caller, or all together, may make."""

    kind = "rate-limited"

    def __init__(self, detail: str, wait_s: int, limits: Sequence[str]) -> None:
        super().__init__(detail, retry_after_s=wait_s)
        self.members = {"violated-policies": list(limits)}


def init(app: Flask, limiter: Limiter) -> None:
    """Let the views of `app` call `charge`."""
    registry: CollectorRegistry = app.extensions["metrics"]
    refused = Counter("requests_limited_total", "Requests refused by a limit.", ["limit"], registry=registry)
    app.extensions["limiter"] = limiter
    app.extensions["limited"] = refused
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
    limiter: Limiter = current_app.extensions["limiter"]
    outcome = limiter.take(limit, caller() if partitions is None else partitions, within)
    g.limited = outcome
    if outcome.empty:
        names = [level.bucket.name for level in outcome.empty]
        refuse(limit.name, outcome.wait_s, names)


def refuse(limit: str, wait_s: int, names: Sequence[str] = ()) -> None:
    """Refuse the request.

    Raises:
        RateLimited: always.
    """
    current_app.extensions["limited"].labels(limit).inc()
    raise RateLimited(f"{limit}: expected fewer of them; try again in {wait_s} s", wait_s, names or [limit])


def _tell(response: Response) -> Response:
    outcome: Outcome | None = g.get("limited")
    if outcome is None:
        return response
    own = () if outcome.own is None else (outcome.own,)
    told = {level.bucket.name: level for level in (*own, *outcome.empty)}.values()
    if told:
        response.headers["RateLimit"] = ", ".join(map(_level, told))
    policies = ", ".join(_policy(level) for level in told if not level.bucket.name.endswith("-site"))
    if policies:
        response.headers["RateLimit-Policy"] = policies
    return response


def _level(level: Level) -> str:
    return f'"{level.bucket.name}";r={level.left};t={ceil(level.next_in_us / US)}'


def _policy(level: Level) -> str:
    return f'"{level.bucket.name}";q={level.bucket.quota.amount};w={level.bucket.quota.window_s}'
