"""Where the vendor list comes from: a file or an address that the operator names, read once a day.

What was read last goes on being used while its source is away, and lists that were replaced are remembered, because
pages that stand open still have them.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from consent.iab import vendor_list
from consent.iab.vendor_list import Unreadable, VendorList

REFRESH_S = 24 * 3600.0
RETRY_S = 60.0
TIMEOUT_S = 10.0
MAX_BYTES = 16 * 1024 * 1024
KEPT = 3

log = logging.getLogger(__name__)


class Unreachable(Exception):
    """The list, or a file beside it, cannot be had; the message says where it was sought and why not."""


class VendorLists:
    """The lists of one source, the newest first."""

    def __init__(self, source: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Name the source: a path, or an http(s) address; empty: there is none."""
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._next_at = float("-inf")
        self._lists: tuple[VendorList, ...] = ()
        self._fault: str | None = None

    def all(self) -> Sequence[VendorList]:
        """Return the lists that pages may have, the current one first; none where none could be read yet."""
        # One thread reads; the others go on with what is known, unless nothing was ever read.
        first = self._next_at == float("-inf")
        if self._source and self._clock() >= self._next_at and self._lock.acquire(blocking=first):
            try:
                if self._clock() >= self._next_at:
                    self._refresh()
            finally:
                self._lock.release()
        return self._lists

    def fault(self) -> str | None:
        """Say why the list is not to be had; None where it is, be it an old one."""
        if not self._source:
            return "CONSENT_VENDOR_LIST names none"
        return None if self.all() else self._fault

    def wording(self, language: str) -> dict[str, Any]:
        """Return the list's words in a language: in English its own, else those of `purposes-xx.json` beside it.

        Raises:
            Unreachable: it cannot be had.
        """
        lists = self.all()
        if not lists:
            raise Unreachable(self.fault() or "there is no vendor list")
        if language.lower().startswith("en"):
            return dict(lists[0].document)
        beside, _, _ = self._source.rpartition("/")
        words: dict[str, Any] = _fetch(f"{beside or '.'}/purposes-{language.lower()}.json")
        return words

    def _refresh(self) -> None:
        try:
            newest = vendor_list.read(_fetch(self._source))
        except (Unreachable, Unreadable) as error:
            self._fault = str(error)
            self._next_at = self._clock() + RETRY_S
            log.warning("the vendor list cannot be read", extra={"reason": self._fault})
            return
        older = (each for each in self._lists if each.version != newest.version)
        self._lists = (newest, *older)[:KEPT]
        self._next_at = self._clock() + REFRESH_S


def _fetch(source: str) -> Any:
    try:
        if source.startswith(("http://", "https://")):
            with httpx.stream("GET", source, timeout=TIMEOUT_S, follow_redirects=True) as answer:
                answer.raise_for_status()
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        raise Unreachable(f"{source}: expected at most {MAX_BYTES} bytes")
        else:
            body = Path(source).read_bytes()
        return json.loads(body)
    except OSError as error:
        raise Unreachable(f"{source}: {error.strerror or error}") from None
    except (httpx.HTTPError, ValueError) as error:
        raise Unreachable(f"{source}: {error}") from None
