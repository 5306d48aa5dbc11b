"""Changes of who may read and do what, and of what readers are asked: each made together with its note for the log.

The note is a row of the same transaction (`consent.store.changes`); the drain moves it into the stream, and so it
becomes a leaf (`worker/changes.py`). That way no change lacks its leaf whatever dies in between, and a deployment can
be set up before there is a stream.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine

from chassis.identities import SignedIn
from chassis.sql import write
from chassis.tokens import Token, Tokens
from consent import instants
from consent.notices import Notice
from consent.sites import Site
from consent.store import changes
from consent.store.notices import Notices
from consent.store.site_tables import api_token
from consent.store.sites import Sites

By = Mapping[str, Any]


class Configuring:
    """The configuration of one deployment; `by` says who changes it, as acts keep it."""

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._now_ms = now_ms
        self._tokens = Tokens(engine, api_token)

    def make_token(
        self, by: By, label: str, scopes: Iterable[str], site: str | None, ttl_s: int | None, one_time: bool = False
    ) -> str:
        """Make a token and return its text, which is shown this once only."""

        def told(connection: Connection, token: Token) -> None:
            ends = None if token.expires_ms is None else instants.text(token.expires_ms)
            about = {"token": token.id, "label": token.label, "scopes": sorted(token.scopes)}
            self._note(connection, by, "token-made", token.site, **about, ends=ends, one_time=one_time)

        return self._tokens.create(label, scopes, site, ttl_s, one_time, told)

    def end_token(self, by: By, identifier: str) -> None:
        """End a token.

        Raises:
            NotFound: there is none of that id.
        """

        def told(connection: Connection, token: Token) -> None:
            self._note(connection, by, "token-ended", token.site, token=token.id, label=token.label)

        self._tokens.revoke(identifier, told)

    def put_site(self, by: By, site: Site) -> bool:
        """Add a site or change the settings of one; tell whether it is new. Putting it as it is changes nothing."""

        def told(connection: Connection, new: bool) -> None:
            about = {"origins": sorted(site.origins), "cookie_domain": site.cookie_domain, "region": site.region}
            what = "site-added" if new else "site-changed"
            self._note(connection, by, what, site.id, **about, keep=sorted(site.traces))

        return Sites(self._engine).put(site, self._now_ms(), told)

    def publish(self, by: By, notice: Notice) -> bool:
        """Make a notice its site's current one; tell whether anything changed.

        Raises:
            NotFound: the site is not known.
        """

        def told(connection: Connection) -> None:
            about = {"notice": notice.sha256, "languages": sorted(notice.languages)}
            self._note(connection, by, "notice-published", notice.site, **about)

        return Notices(self._engine).publish(notice, self._now_ms(), told)

    def grant(self, who: SignedIn) -> None:
        """Note that somebody has rights for a session which an OpenID provider gives them."""
        with write(self._engine) as connection:
            by = {**who.identity, "label": who.label}
            self._note(connection, by, "signed-in", who.site, scopes=sorted(who.scopes))

    def change_key(self, by: By, what: str, change: Callable[[], str]) -> str:
        """Change a key file, and note which key that was: `change` does it and names the key, which is returned."""
        with write(self._engine) as connection:
            key = change()
            self._note(connection, by, what, None, key=key)
        return key

    def _note(self, connection: Connection, by: By, what: str, site: str | None, **about: Any) -> None:
        now_ms = self._now_ms()
        body = {"by": dict(by), "what": what, **about, "at": instants.text(now_ms)}
        changes.note(connection, site, {name: value for name, value in body.items() if value is not None}, now_ms)
