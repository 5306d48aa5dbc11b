"""Fetching what an item or a feed points to: an address is looked up once, must be public, and is called as found."""

import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from chassis.authorities import trusted
from publisher.addresses import Forbidden, Unknown, target_of

TIMEOUT_S = 10.0
WHOLE_S = 30.0
ALL_S = 120.0
"""For everything that one fetcher fetches: whoever sent the addresses waits for it."""
MOST_REDIRECTS = 5
AGENT = "Imprimatur-Ingest/1"


class Unfetchable(Exception):
    """Nothing can be had from an address; says why, for people."""


class Fetched(NamedTuple):
    """An answer: its status, its headers by small letters, its body, and the address that it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Fetcher:
    """Fetches; ``private`` lets it go to addresses that are not of the internet.

    A host that does not answer is asked once: a feed may have a hundred pictures there.
    """

    def __init__(self, private: bool) -> None:
        self._private = private
        self._silent: dict[str, str] = {}
        self._spent_s = 0.0

    def get(self, url: str, most_bytes: int, headers: Mapping[str, str] | None = None) -> Fetched:
        """Fetch an address, along its redirects.

        Raises:
            Unfetchable: it leads nowhere, into a network of ours, or to more than is taken.
        """
        if self._spent_s > ALL_S:
            raise Unfetchable(f"{ALL_S:.0f} seconds were spent on fetching before")
        begun = time.monotonic()
        try:
            return self._along(url, most_bytes, headers or {}, begun + WHOLE_S)
        finally:
            self._spent_s += time.monotonic() - begun

    def _along(self, url: str, most_bytes: int, headers: Mapping[str, str], until: float) -> Fetched:
        with httpx.Client(trust_env=False, verify=trusted(trust_env=False), timeout=TIMEOUT_S) as client:
            for _ in range(MOST_REDIRECTS + 1):
                answer = self._once(client, url, most_bytes, {**headers, "User-Agent": AGENT}, until)
                if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                    return answer
                url = urljoin(url, answer.headers["location"])
        raise Unfetchable(f"more than {MOST_REDIRECTS} redirects")

    def _once(
        self, client: httpx.Client, url: str, most_bytes: int, headers: Mapping[str, str], until: float
    ) -> Fetched:
        if not url.startswith(("http://", "https://")):
            raise Unfetchable(f"expected an http or https address, got {url[:80]!r}")
        host = urlsplit(url).netloc
        if host in self._silent:
            raise Unfetchable(self._silent[host])
        try:
            target = target_of(url, self._private)
            sent = {**headers, "Host": target.host}
            asked = {"sni_hostname": target.name}
            with client.stream("GET", target.url, headers=sent, extensions=asked) as answer:
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > most_bytes:
                        raise Unfetchable(f"more than {most_bytes // 1024**2} MB")
                    if time.monotonic() > until:
                        raise Unfetchable(f"not there within {WHOLE_S:.0f} seconds")
                return Fetched(answer.status_code, answer.headers, bytes(body), url)
        except (Forbidden, Unknown) as error:
            raise Unfetchable(str(error)) from None
        except httpx.TransportError as error:
            self._silent[host] = f"{type(error).__name__}: {error}"[:200]
            raise Unfetchable(self._silent[host]) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unfetchable(f"{type(error).__name__}: {error}"[:200]) from None
