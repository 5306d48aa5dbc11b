"""The console's searches that were saved by name, for everybody who sees the same sites."""

import json
from collections.abc import Mapping

from sqlalchemy import Engine, delete, func, insert, select

from chassis.errors import Conflict
from chassis.sql import read, write
from consent.store.site_tables import saved_search as table

MOST = 50


class SavedSearches:
    """The saved searches. `site` is the one that somebody may see, None where that is every one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, site: str | None) -> dict[str, dict[str, str]]:
        """Map each name to the filters as they stand in the address, in the order of the names."""
        asked = select(table.c.name, table.c.filters).where(table.c.site == (site or "")).order_by(table.c.name)
        with read(self._engine) as connection:
            return {row.name: json.loads(row.filters) for row in connection.execute(asked)}

    def save(self, site: str | None, name: str, filters: Mapping[str, str], now_ms: int) -> None:
        """Save a search; one of the same name is no more.

        Raises:
            Conflict: there are `MOST` of other names.
        """
        theirs = table.c.site == (site or "")
        with write(self._engine) as connection:
            connection.execute(delete(table).where(theirs, table.c.name == name))
            if connection.execute(select(func.count()).select_from(table).where(theirs)).scalar_one() >= MOST:
                raise Conflict(f"There are {MOST} saved searches: forget one first.")
            values = {"site": site or "", "name": name, "filters": json.dumps(dict(filters)), "saved_ms": now_ms}
            connection.execute(insert(table).values(values))

    def forget(self, site: str | None, name: str) -> None:
        """Forget a search, where there is one of that name."""
        with write(self._engine) as connection:
            connection.execute(delete(table).where(table.c.site == (site or ""), table.c.name == name))
