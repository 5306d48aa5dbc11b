"""The publisher's own secrets, made when they are first needed."""

import secrets

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from chassis.sql import read, write
from publisher.store.tables import secret


def obtain(engine: Engine, name: str) -> str:
    """Return the secret of this name, the same one for every process."""
    found = _load(engine, name)
    if found is None:
        try:
            with write(engine) as connection:
                connection.execute(insert(secret).values(name=name, value=secrets.token_urlsafe(32)))
        except IntegrityError:
            pass  # another process was faster
        found = _load(engine, name)
    assert found is not None
    return found


def _load(engine: Engine, name: str) -> str | None:
    with read(engine) as connection:
        return connection.scalar(select(secret.c.value).where(secret.c.name == name))
