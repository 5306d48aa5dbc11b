"""The page cache as a WSGI layer: a hit is answered before Flask is entered (RFC 9110, 9111, 9211).

An answer is cached when it says so: status 200, ``s-maxage`` in Cache-Control and its tags in Cache-Groups (RFC 9875).
"""

import gzip
import hashlib
import itertools
import re
import time
import uuid
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter

from publisher.cache.near import LIFE_S, Near, Ready
from publisher.cache.pages import Found, Page, PageCache

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

LONGEST_PATH = 300
WAIT_S = 1.5
POLL_S = 0.02
CONDITIONS = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_IF_RANGE", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip
_requests = itertools.count()
_PROCESS = uuid.uuid4().hex[:16]


class CacheLayer:
    """Answers page requests from the cache, and fills it from ``app``.

    Args:
        app: the service.
        cache: the pages.
        near: the hottest of them.
        is_page: whether a path may be cached at all; its query is not looked at, so pages must not depend on it.
        metrics: where the counts go; None: nowhere that is asked.
    """

    def __init__(
        self,
        app: Wsgi,
        cache: PageCache,
        near: Near,
        is_page: Callable[[str], bool],
        metrics: CollectorRegistry | None = None,
    ) -> None:
        requests = Counter(
            "page_cache_requests_total", "Page requests by what the cache did.", ["what"], registry=metrics
        )
        self._near_hits, self._hits, self._stale, self._misses = (
            requests.labels(what) for what in ("near", "hit", "stale", "miss")
        )
        self._app = app
        self._cache = cache
        self._near = near
        self._is_page = is_page

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        ready = self._near.get(path)
        if ready is not None and environ["REQUEST_METHOD"] == "GET":
            self._near_hits.inc()
            return _send(ready, environ, start)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or len(path) > LONGEST_PATH or not self._is_page(path):
            return self._app(environ, start)
        purges = self._near.purges
        found = self._cache.read(path)
        if found.what == "wait":
            found = self._wait(path)
        if found.what in ("hit", "stale") and found.page:
            ready = make_ready(found.page, f"publisher; hit; ttl={found.ttl_s}", found.age_s)
            (self._hits if found.what == "hit" else self._stale).inc()
            if found.what == "hit":
                self._near.offer(path, ready, found, purges)
            return _send(ready, environ, start)
        return self._fill(path, found, environ, start)

    def _wait(self, path: str) -> Found:
        """Wait for whoever renders the page; after WAIT_S render it too, without storing."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            time.sleep(POLL_S)
            found = self._cache.read(path)
            if found.what != "wait":
                return found
        return Found("wait")

    def _fill(self, path: str, found: Found, environ: Environ, start: Start) -> Iterable[bytes]:
        self._misses.inc()
        reason = "stale" if found.what == "refresh" else "uri-miss"
        try:
            status, headers, body = _run(self._app, environ)
        except BaseException:
            self._cache.release(path, found)
            raise
        if int(status[:3]) >= 500 and found.page and not _has_an_end(found.page):
            self._cache.release(path, found)
            ready = make_ready(found.page, "publisher; hit; detail=sie", found.age_s)
            return _send(ready, environ, start)
        page = make_page(int(status[:3]), headers, body)
        if page is None:
            self._cache.release(path, found)
            start(status, [*headers, ("Cache-Status", f"publisher; fwd={reason}")])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        stored = self._cache.store(path, page, found)
        ready = make_ready(page, f"publisher; fwd={reason}{'; stored' if stored else ''}", 0)
        return _send(ready, environ, start)


def _has_an_end(page: Page) -> bool:
    """Whether nobody may be shown the page once it is stale (RFC 9111 §5.2.2.2), as one that has expired."""
    return any(name.lower() == "cache-control" and "must-revalidate" in value for name, value in page.headers)


def make_page(status: int, headers: list[tuple[str, str]], body: bytes) -> Page | None:
    """Make a page of an answer that may be cached; None for any other."""
    named = {name.lower(): value for name, value in headers}
    lives = {
        name: int(seconds)
        for name, seconds in re.findall(r"(s-maxage|stale-while-revalidate)=(\d+)", named.get("cache-control", ""))
    }
    varies = {field.strip() for name, value in headers if name.lower() == "vary" for field in value.lower().split(",")}
    # the encoding is all that requests are told apart by here (RFC 9111 §4.1)
    of_one_reader = "set-cookie" in named or varies - {"accept-encoding"}
    if status != 200 or not lives.get("s-maxage") or "cache-groups" not in named or of_one_reader:
        return None
    kept = tuple(
        (name, value) for name, value in headers if name.lower() not in ("content-length", "etag", "x-request-id")
    )
    return Page(
        status=status,
        headers=kept,
        # weak: the same page gzipped and plain is the same page to a reader
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:20]}"',
        body=body,
        gzip=gzip.compress(body, 6, mtime=0),
        tags=tuple(re.findall(r'"([^"]+)"', named["cache-groups"])),
        fresh_s=lives["s-maxage"],
        stale_s=lives.get("stale-while-revalidate", 0),
    )


def make_ready(page: Page, cache_status: str, age_s: int) -> Ready:
    """Make the headers up for a page of this age."""
    headers = [*page.headers, ("ETag", page.etag), ("Age", str(age_s)), ("Cache-Status", cache_status)]
    return Ready(
        page,
        plain=[*headers, ("Content-Length", str(len(page.body)))],
        gzip=[*headers, ("Content-Encoding", "gzip"), ("Content-Length", str(len(page.gzip)))],
        not_modified=[header for header in headers if header[0] != "Content-Type"],
        until=time.monotonic() + LIFE_S,
    )


def _send(ready: Ready, environ: Environ, start: Start) -> list[bytes]:
    """Send a page, or 304 to a reader who has it, gzipped where that is accepted."""
    if _is_known(ready, environ):
        start("304 Not Modified", [*ready.not_modified, ("X-Request-Id", _request_id())])
        return []
    if accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        start("200 OK", [*ready.gzip, ("X-Request-Id", _request_id())])
        body = ready.page.gzip
    else:
        start("200 OK", [*ready.plain, ("X-Request-Id", _request_id())])
        body = ready.page.body
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _is_known(ready: Ready, environ: Environ) -> bool:
    """Whether the reader has the page: by its ETag or, only without one, by its date (RFC 9110 §13.2.2)."""
    condition = environ.get("HTTP_IF_NONE_MATCH")
    if condition:
        return _matches(condition, ready.page.etag)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return bool(since) and _not_modified_since(str(since), ready.page.headers)


def _not_modified_since(since: str, headers: tuple[tuple[str, str], ...]) -> bool:
    modified = next((value for name, value in headers if name == "Last-Modified"), None)
    if modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


@lru_cache(maxsize=256)
def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110 §12.5.3)."""
    for part in header.split(","):
        coding, _, weight = part.replace(" ", "").lower().partition(";q=")
        if coding in ("gzip", "x-gzip", "*"):
            return weight.strip("0.") != "" or not weight
    return False


def _request_id() -> str:
    """An id for the logs in front of us; a counter, because a random one would cost more than the page."""
    return f"{_PROCESS}{next(_requests):08x}"


def _matches(header: str, etag: str) -> bool:
    """Compare weakly, with a list or ``*`` (RFC 9110 §13.1.2)."""
    opaque = etag.removeprefix("W/")
    return header.strip() == "*" or opaque in re.findall(r'"[^"]*"', header)


def _run(app: Wsgi, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
    """Ask the service for the whole page, whatever condition, range or encoding this reader sent."""
    inner = {name: value for name, value in environ.items() if name not in CONDITIONS} | {"REQUEST_METHOD": "GET"}
    seen: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        seen[:] = [status, headers]

    parts = app(inner, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    return seen[0], seen[1], body
