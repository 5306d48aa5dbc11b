"""Sites in the database."""

import json
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from chassis.sql import read, write
from consent.sites import Site
from consent.store.site_tables import site as table


class Sites:
    """The sites of one deployment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, site: Site, now_ms: int) -> bool:
        """Store `site`, replacing what is stored under its id; tell whether it is new."""
        values = {
            "origins": json.dumps(sorted(site.origins)),
            "cookie_domain": site.cookie_domain,
            "region": site.region,
            "traces": " ".join(sorted(site.traces)),
        }
        with write(self._engine) as connection:
            known = connection.execute(update(table).where(table.c.id == site.id).values(values)).rowcount
            if not known:
                connection.execute(insert(table).values(id=site.id, created_ms=now_ms, **values))
        return not known

    def all(self) -> list[Site]:
        """List every site by id."""
        with read(self._engine) as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [_site(row) for row in rows]


def _site(row: Row[Any]) -> Site:
    origins, traces = frozenset(json.loads(row.origins)), frozenset(row.traces.split())
    return Site(row.id, origins, row.cookie_domain, row.region, traces)
