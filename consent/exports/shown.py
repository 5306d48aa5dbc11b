"""Notices to look at again: as the form without scripts draws them, which is made of nothing but the notice."""

from collections.abc import Callable
from uuid import UUID

from consent.banner import assets, pages
from consent.notices import Notice, direction

NOBODY = UUID(int=0)


class ShownNotices:
    """The notices that `find` knows by their SHA-256."""

    def __init__(self, find: Callable[[str], Notice]) -> None:
        self._find = find

    def body(self, sha256: str) -> bytes:
        """Return the canonical JSON."""
        return self._find(sha256).canonical

    def page(self, sha256: str, language: str, style: str) -> str:
        """Return the first layer, purposes and vendors in a language; nothing on the page leads anywhere.

        Args:
            sha256: the notice.
            language: the language that it was shown in.
            style: the address of its style sheet.
        """
        notice = self._find(sha256)
        spoken = notice.closest(language)
        page = pages.FormPage(
            notice=notice.document,
            language=spoken,
            direction=direction(spoken),
            display="",
            choose_url="#",
            style_url=style,
            open=tuple(notice.optional),
        )
        return pages.form(page, lambda: NOBODY)  # the same bytes each time

    def style(self, sha256: str) -> bytes:
        """Return the style sheet of the notice's pages, in its colours."""
        return assets.of("pages.css", self._find(sha256)).body
