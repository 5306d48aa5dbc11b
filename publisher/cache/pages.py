"""Rendered pages in Redis: read, single flight, store with a late-write guard, purge by tag.

Redis away means no cache, never an error: readers get pages from the store. After a failure Redis is left alone for
two seconds, so that a hanging one does not slow every page.
"""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

PREFIX = "pg:{pages}:"
PURGED = PREFIX + "purged"
SITE = "site"
LOCK_MS = 5_000
GENERATION_LIFE_S = 7 * 24 * 3600
STALE_IF_ERROR_S = 24 * 3600
AWAY_S = 2.0


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer: bytes plain and gzipped, and how long it may be shown (seconds)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    etag: str
    body: bytes
    gzip: bytes
    tags: tuple[str, ...]
    fresh_s: int
    stale_s: int


@dataclass(frozen=True, slots=True)
class Found:
    """What reading gave: ``page`` if there is one, and what to do.

    ``hit``: show it; ``stale``: show it, somebody renews it; ``refresh``: render anew, show it if that fails;
    ``render``: render; ``wait``: somebody renders; ``away``: render and do not store.
    """

    what: str
    page: Page | None = None
    age_s: int = 0
    ttl_s: int = 0
    born: str = ""
    owner: str = ""


AWAY = Found("away")


class PageCache:
    """Pages by path, in the cache role's Redis.

    Args:
        redis: of the cache role.
        edition: what all pages are made with (templates, settings); pages of another edition are other pages.
    """

    def __init__(self, redis: Redis, edition: str = "") -> None:
        self._edition = edition
        self._redis = redis
        self._scripts = {name: redis.register_script(_source(name)) for name in ("read", "store", "purge", "release")}
        self._away_until = 0.0
        self._when_purged: list[Callable[[], None]] = []

    def when_purged(self, tell: Callable[[], None]) -> None:
        """Have this process's own purges told before ``purge`` returns; others are heard through Redis."""
        self._when_purged.append(tell)

    def read(self, path: str) -> Found:
        """Look a page up; at most one caller at a time is told to render it."""
        owner = secrets.token_hex(8)
        keys = [self._entry(path), self._lock(path), _generation(SITE)]
        answer = self._call("read", keys, [_generation(""), owner, LOCK_MS, GENERATION_LIFE_S])
        return AWAY if answer is None else _found(answer, owner)

    def store(self, path: str, page: Page, found: Found) -> bool:
        """Keep a page that was rendered after ``found``; False when a purge came in between, or Redis is away."""
        if not found.owner:
            return False
        keys = [self._entry(path), self._lock(path), _generation(SITE), *(_generation(tag) for tag in page.tags)]
        arguments = [found.owner, found.born, GENERATION_LIFE_S, page.fresh_s + STALE_IF_ERROR_S]
        return bool(self._call("store", keys, arguments + _fields(page, found.born)))

    def release(self, path: str, found: Found) -> None:
        """Give up rendering, so that the next reader may."""
        if found.owner:
            self._call("release", [self._lock(path)], [found.owner])

    def purge(self, *tags: str) -> bool:
        """Invalidate every page with one of the tags; False when Redis is away, and the caller tries again later.

        Call it after the commit: before it, a reader would put the old content back under the new generation.
        """
        keys = [_generation(tag) for tag in tags]
        # a purge is tried even while Redis seems away: giving up would leave the old page for when it is back
        done = self._call("purge", keys, [GENERATION_LIFE_S, PURGED, " ".join(tags)], always=True) is not None
        for tell in self._when_purged:
            tell()
        return done

    def _entry(self, path: str) -> str:
        return f"{PREFIX}e:{self._edition}:{path}"

    def _lock(self, path: str) -> str:
        return f"{PREFIX}l:{self._edition}:{path}"

    def _call(self, name: str, keys: list[str], arguments: list[Any], always: bool = False) -> Any:
        if not always and time.monotonic() < self._away_until:
            return None
        try:
            return self._scripts[name](keys, arguments)
        except RedisError:
            self._away_until = time.monotonic() + AWAY_S
            return None


def _found(answer: list[Any], owner: str) -> Found:
    what, clock, values = answer[0].decode(), answer[1].decode(), answer[2]
    page = _page(values) if values else None
    now_us = int(clock)
    return Found(
        what=what,
        page=page,
        age_s=(now_us - int(values[1])) // 1_000_000 if page else 0,
        ttl_s=(int(values[2]) - now_us) // 1_000_000 if page else 0,
        born=clock,
        owner=owner if what in ("refresh", "render") else "",
    )


def _page(values: list[bytes]) -> Page:
    tags, born, fresh, stale, status, headers, etag, body, gzip = values
    return Page(
        status=int(status),
        headers=tuple((name, value) for name, value in json.loads(headers)),
        etag=etag.decode(),
        body=body,
        gzip=gzip,
        tags=tuple(tags.decode().split()),
        fresh_s=(int(fresh) - int(born)) // 1_000_000,
        stale_s=(int(stale) - int(fresh)) // 1_000_000,
    )


def _fields(page: Page, born: str) -> list[Any]:
    fresh = int(born) + page.fresh_s * 1_000_000
    return [
        *("tags", " ".join(page.tags)),
        *("fresh", fresh),
        *("stale", fresh + page.stale_s * 1_000_000),
        *("status", page.status),
        *("headers", json.dumps(page.headers)),
        *("etag", page.etag),
        *("body", page.body),
        *("gzip", page.gzip),
    ]


def _generation(tag: str) -> str:
    return f"{PREFIX}g:{tag}"


def _source(name: str) -> str:
    return files(__package__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
