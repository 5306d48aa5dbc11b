"""Sites in the database."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from chassis.sql import read, write
from consent.sites import Site
from consent.store.site_tables import site as table


class Sites:
    """The sites of one deployment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, site: Site, now_ms: int, told: Callable[[Connection, bool], None] | None = None) -> bool:
        """Store `site`, replacing what is stored under its id; tell whether it is new.

        Where anything changes, what else is `told` is done in the same transaction; it learns whether the site is new.
        """
        values = {
            "origins": json.dumps(sorted(site.origins)),
            "cookie_domain": site.cookie_domain,
            "region": site.region,
            "traces": " ".join(sorted(site.traces)),
        }
        with write(self._engine) as connection:
            row = connection.execute(select(table).where(table.c.id == site.id).with_for_update()).one_or_none()
            if row is None:
                connection.execute(insert(table).values(id=site.id, created_ms=now_ms, **values))
            else:
                connection.execute(update(table).where(table.c.id == site.id).values(values))
            if told and (row is None or _site(row) != site):
                told(connection, row is None)
        return row is None

    def all(self) -> list[Site]:
        """List every site by id."""
        with read(self._engine) as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [_site(row) for row in rows]


def _site(row: Row[Any]) -> Site:
    origins, traces = frozenset(json.loads(row.origins)), frozenset(row.traces.split())
    return Site(row.id, origins, row.cookie_domain, row.region, traces)
