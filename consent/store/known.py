"""What the ledger has already of what a batch of arrivals names."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select, text, true

from consent.ledger.acts import Act
from consent.ledger.intake import Accepted
from consent.store.act_tables import act
from consent.store.ledger_rows import Arrival, Known, whose
from consent.store.ledger_tables import person, record
from consent.store.persons import theirs

AT_ONCE = 500  # databases limit the parameters of one statement

# One probe of the ids' own index for each: of a list, either database may think that reading the whole log is cheaper,
# SQLite always and PostgreSQL as long as it has no statistics of a table that is filling. `+ 0` hides the indexes that
# begin with the log.
_KNOWN = {
    "postgresql": text(
        "SELECT known.record_id, known.fingerprint FROM unnest(CAST(:ids AS text[])) AS asked (id),"
        " LATERAL (SELECT * FROM record WHERE log_id + 0 = :log_id AND record_id = asked.id LIMIT 1) AS known"
    ),
    "sqlite": text(
        "SELECT known.record_id, known.fingerprint FROM json_each(:ids) AS asked"
        " CROSS JOIN record AS known INDEXED BY record_id_once"
        " WHERE known.log_id = :log_id AND known.record_id = asked.value"
    ),
}


def known_of(connection: Connection, log_id: int, arrivals: Sequence[Arrival]) -> Known:
    """Look up what arrivals name: records, acts, and whose consent is said to expire."""
    choices = [arrival for arrival in arrivals if isinstance(arrival, Accepted)]
    ending = (whose(it) for it in choices if it.terms["event"] == "expired")
    named = [each for each in ending if each is not None]
    return Known(
        records=_records(connection, log_id, [it.record_id for it in choices]),
        acts=_acts(connection, log_id, [it.id for it in arrivals if isinstance(it, Act)]),
        newest={**dict.fromkeys(named), **newest(connection, log_id, named)},
    )


def newest(connection: Connection, log_id: int | None, references: Sequence[str]) -> dict[str, str]:
    """Map each reference that has records to the id of its newest; see `ledger_rows.whose`."""
    found: dict[str, str] = {}
    same = (record.c.log_id == person.c.log_id) & (record.c.idx == person.c.idx)
    alone = (person.c.subject_ref, person.c.account_ref.is_(None))
    for reference, whose_own in (alone, (person.c.account_ref, true())):
        for some in _chunks(references):
            own = theirs(connection, log_id, reference, some) & whose_own
            last = select(func.max(person.c.idx)).where(own).group_by(reference)
            named = select(reference, record.c.record_id).join(record, same)
            rows = connection.execute(named.where(person.c.log_id == log_id, person.c.idx.in_(last)))
            found.update((each, record_id) for each, record_id in rows)
    return found


def _records(connection: Connection, log_id: int, ids: list[str]) -> dict[str, str]:
    dialect = connection.dialect.name
    asked = ids if dialect == "postgresql" else json.dumps(ids)
    return dict(tuple(row) for row in connection.execute(_KNOWN[dialect], {"log_id": log_id, "ids": asked}))


def _acts(connection: Connection, log_id: int, ids: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for some in _chunks(ids):
        named = (act.c.log_id == log_id) & act.c.act_id.in_(some)
        found.update(connection.execute(select(act.c.act_id).where(named)).scalars())
    return frozenset(found)


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))
