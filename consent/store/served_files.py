"""The banner's files that readers were served, by the hash that their records name: each once, of every release."""

import gzip
import logging
from collections.abc import Callable

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from chassis.errors import Unavailable
from chassis.sql import read, write
from consent.banner import assets
from consent.notices import Notice
from consent.store.site_tables import served_file as table

#: What a display token can name: the style and script of the banner, and the style of the form without scripts.
NAMES = ("banner.css", "banner.js", "pages.css")

log = logging.getLogger(__name__)


class ServedFiles:
    """The files that were served; `now_ms` is the clock in unix milliseconds."""

    def __init__(self, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._now_ms = now_ms

    def keep(self, notice: Notice) -> None:
        """Keep what this release draws a notice with; without the database it is not kept, and that is logged."""
        files = {each.sha256: each for each in (assets.of(name, notice) for name in NAMES)}
        try:
            for sha256 in files.keys() - self._known(list(files)):
                values = {"sha256": sha256, "name": files[sha256].name, "body": files[sha256].gzip}
                self._add({**values, "kept_ms": self._now_ms()})
        except Unavailable as error:
            log.warning("the banner's files are not kept", extra={"notice": notice.sha256, "reason": error.detail})

    def has(self, name: str, sha256: str) -> bool:
        """Tell whether a file of that name and hash was kept."""
        wanted = select(table.c.sha256).where(table.c.sha256 == sha256, table.c.name == name)
        with read(self._engine) as connection:
            return connection.execute(wanted).one_or_none() is not None

    def body(self, name: str, sha256: str) -> bytes | None:
        """Return a file's bytes, None where it was not kept."""
        wanted = select(table.c.body).where(table.c.sha256 == sha256, table.c.name == name)
        with read(self._engine) as connection:
            found = connection.execute(wanted).scalar_one_or_none()
        return None if found is None else gzip.decompress(found)

    def _known(self, hashes: list[str]) -> set[str]:
        with read(self._engine) as connection:
            return set(connection.execute(select(table.c.sha256).where(table.c.sha256.in_(hashes))).scalars())

    def _add(self, values: dict[str, object]) -> None:
        try:
            with write(self._engine) as connection:
                connection.execute(insert(table).values(values))
        except IntegrityError:
            return  # another process was first
