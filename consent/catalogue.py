"""Sites and notices in memory, so that taking a choice touches no database.

Notices never change and are kept for good; which one is current is looked up again every two seconds. While the
database is away the last known state goes on being served: a choice needs Redis only.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable

from chassis.errors import NotFound, Unavailable
from consent.notices import Notice
from consent.sites import Site
from consent.store.notices import Notices
from consent.store.sites import Sites

REFRESH_S = 2.0
KEPT = 1000
NAME = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger(__name__)


class Catalogue:
    """What is shown where, at most `REFRESH_S` seconds old.

    Args:
        sites: where sites are stored.
        notices: where notices are.
        clock: seconds.
        served: called once with each notice that is found to be current.
    """

    def __init__(
        self,
        sites: Sites,
        notices: Notices,
        clock: Callable[[], float] = time.monotonic,
        served: Callable[[Notice], None] = lambda _notice: None,
    ) -> None:
        self._sites = sites
        self._notices = notices
        self._clock = clock
        self._served = served
        self._told_served: set[str] = set()
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known: dict[str, Site] = {}
        self._origins: frozenset[str] = frozenset()
        self._current: dict[str, str] = {}
        self._invalid: frozenset[str] = frozenset()
        self._by_hash: dict[str, Notice] = {}
        self._by_digits: dict[tuple[str, str], str | None] = {}

    def site(self, site: str) -> Site:
        """Return a site.

        Raises:
            NotFound: there is none of that id.
        """
        self._refresh()
        if site not in self._known:
            raise NotFound(f"no site {site[:63]!r}")
        return self._known[site]

    def current(self, site: str) -> Notice:
        """Return the notice that a site's readers see now.

        Raises:
            NotFound: no such site, or it has published none.
        """
        if self.site(site).id not in self._current:
            raise NotFound(f"the site {site!r} has published no notice")
        notice = self.notice(self._current[site])
        if notice.sha256 not in self._told_served:
            self._told_served.add(notice.sha256)
            self._served(notice)
        return notice

    def notice(self, sha256: str) -> Notice:
        """Return a notice by its name.

        Raises:
            NotFound: there is none.
        """
        notice = self._by_hash.get(sha256)
        if notice is None:
            body = self._notices.body(sha256) if NAME.fullmatch(sha256) else None
            if body is None:
                raise NotFound(f"no notice {sha256[:64]!r}")
            if len(self._by_hash) >= KEPT:
                self._by_hash.clear()
            notice = self._by_hash[sha256] = Notice(sha256, body, json.loads(body))
        return notice

    def earlier(self, site: str, digits: str) -> Notice | None:
        """Return a site's notice by its first digits, in a cookie's word; None where it is not to be had."""
        try:
            if (site, digits) not in self._by_digits:
                if len(self._by_digits) >= KEPT:
                    self._by_digits.clear()
                self._by_digits[site, digits] = self._notices.begins(site, digits)
            sha256 = self._by_digits[site, digits]
            return None if sha256 is None or self.is_invalid(sha256) else self.notice(sha256)
        except Unavailable:
            return None

    def is_invalid(self, sha256: str) -> bool:
        """Tell whether a notice was found faulty: who answered it is asked everything again."""
        self._refresh()
        return sha256 in self._invalid

    def sites(self) -> tuple[str, ...]:
        """List the ids of all sites."""
        self._refresh()
        return tuple(self._known)

    def knows_origin(self, origin: str) -> bool:
        """Tell whether any site lists `origin`."""
        self._refresh()
        return origin in self._origins

    def forget(self) -> None:
        """Look everything up again at the next question."""
        self._read_at = float("-inf")

    def _refresh(self) -> None:
        if self._clock() - self._read_at < REFRESH_S:
            return
        first = self._read_at == float("-inf")
        # One thread reads; the others go on with what is known, unless nothing is.
        if self._lock.acquire(blocking=first):
            try:
                self._read(first)
            finally:
                self._lock.release()

    def _read(self, first: bool) -> None:
        try:
            known = {site.id: site for site in self._sites.all()}
            self._current = self._notices.current()
            self._invalid = self._notices.invalidated()
            self._known = known
            self._origins = frozenset().union(*(site.origins for site in known.values()))
        except Unavailable as error:
            if first and not self._known:
                raise
            log.warning("serving the notices known so far", extra={"reason": error.detail})
        self._read_at = self._clock()
