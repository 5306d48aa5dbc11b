"""Sessions in a signed cookie for the pages below one address; other endpoints have none, and spend no time on one."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class SessionsBelow(SecureCookieSessionInterface):
    """Sessions for the pages at or below `path`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session of such a page; None elsewhere."""
        below = request.path == self._path or request.path.startswith(f"{self._path}/")
        return super().open_session(app, request) if below else None
