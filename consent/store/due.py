"""What time has come for: consents that end, and parts of records whose retention is over."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Select, insert, select, tuple_, update

from chassis.sql import read, write
from consent.choice.events import CONSENTING
from consent.store.act_tables import sweep
from consent.store.deeds import choices_due, contexts_due
from consent.store.known import newest
from consent.store.ledger_tables import choice, log_state, person, record, terms

EXPIRED = "expired"


class Place(NamedTuple):
    """How far the search for consents that end has come: end of validity in unix ms, and index."""

    at_ms: int = 0
    idx: int = -1


class Ending(NamedTuple):
    """A consent that stood until its end."""

    record: str
    site: str
    choice: bytes
    person: bytes


class Due:
    """What is due in the log with this origin."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def endings(self, now_ms: int, most: int) -> tuple[list[Ending], Place | None]:
        """Return consents that ended and stood, and how far was looked; None where there was nothing to look at."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            after = Place(*connection.execute(_place(log_id)).one_or_none() or Place())
            end = tuple_(choice.c.until_ms, choice.c.idx)
            of = (choice.c.log_id == log_id) & (choice.c.until_ms <= now_ms) & (choice.c.until_ms >= after.at_ms)
            looked = select(choice.c.until_ms, choice.c.idx).where(of, end > tuple_(*after))
            seen = [Place(*row) for row in connection.execute(looked.order_by(*end.clauses).limit(most))]
            if log_id is None or not seen:
                return [], None
            return _standing(connection, log_id, [each.idx for each in seen]), seen[-1]

    def looked(self, place: Place) -> None:
        """Remember how far was looked."""
        values = place._asdict()
        with write(self._engine) as connection:
            log_id = self._log_id(connection)
            own = (sweep.c.log_id == log_id) & (sweep.c.name == EXPIRED)
            if not connection.execute(update(sweep).where(own).values(values)).rowcount:
                connection.execute(insert(sweep).values(log_id=log_id, name=EXPIRED, **values))

    def contexts(self, before_ms: int) -> bool:
        """Tell whether there is a context of an entry of before that time, unix ms."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            due = None if log_id is None else contexts_due(connection, log_id, before_ms)
            return due is not None and connection.execute(due.limit(1)).first() is not None

    def choices(self, before_ms: int) -> bool:
        """Tell whether there is a choice that ended before that time, unix ms, and that no hold keeps."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            due = None if log_id is None else choices_due(log_id, before_ms)
            return due is not None and connection.execute(due.limit(1)).first() is not None

    def _log_id(self, connection: Connection) -> int | None:
        return connection.execute(select(log_state.c.log_id).where(log_state.c.origin == self._origin)).scalar()


def _place(log_id: int | None) -> Select[Any]:
    return select(sweep.c.at_ms, sweep.c.idx).where(sweep.c.log_id == log_id, sweep.c.name == EXPIRED)


def _standing(connection: Connection, log_id: int, indexes: list[int]) -> list[Ending]:
    """Return those that are consents and the newest of whoever gave them."""
    columns = (record.c.record_id, terms.c.site, choice.c.body, person.c.body)
    found = select(*columns, person.c.account_ref, person.c.subject_ref).select_from(choice)
    for table in (record, person):
        found = found.join(table, (table.c.log_id == choice.c.log_id) & (table.c.idx == choice.c.idx))
    found = found.join(terms, (terms.c.log_id == record.c.log_id) & (terms.c.terms_id == record.c.terms_id))
    found = found.where(choice.c.log_id == log_id, choice.c.idx.in_(indexes), terms.c.event.in_(CONSENTING))
    rows = connection.execute(found.order_by(choice.c.until_ms, choice.c.idx)).all()
    last = newest(connection, log_id, list({row[4] or row[5] for row in rows} - {None}))
    return [
        Ending(row[0], row[1], bytes(row[2]), bytes(row[3])) for row in rows if last.get(row[4] or row[5]) == row[0]
    ]
