"""Sessions in a signed cookie for the pages below one address; other endpoints have none, and spend no time on one."""

from collections.abc import Callable

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class SessionsBelow(SecureCookieSessionInterface):
    """Sessions for the pages at or below `path`."""

    def __init__(self, path: str, key: Callable[[], bytes]) -> None:
        self._path = path
        self._key = key

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Sign with the key, which is asked for when the first of these pages is opened."""
        app.secret_key = app.secret_key or self._key()
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session of such a page; None elsewhere."""
        below = request.path == self._path or request.path.startswith(f"{self._path}/")
        return super().open_session(app, request) if below else None
