"""Carrying out the acts that change what the ledger holds: erasures, holds, releases, invalidations.

All of it happens within the drain's transaction, and follows from what the ledger holds by then and from nothing else:
the same stream, read again into an older ledger, does the same again. Leaves and tiles are never touched.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, exists, insert, or_, select, update

from consent.ledger import acts
from consent.ledger.acts import Act
from consent.store.act_tables import act_subject, hold, invalidation
from consent.store.bulk import insert_rows
from consent.store.ledger_tables import choice, context, person, record
from consent.store.persons import theirs
from consent.store.terms import Numbering, count_in

AT_ONCE = 500
_COLUMNS = (person.c.subject_ref, person.c.account_ref)

Told = dict[str, Any]


def carry_out(connection: Connection, log_id: int, act: Act, numbering: Numbering) -> Told | None:
    """Do what an act says and tell what came of it: what its leaf commits to. None where there was nothing to do."""
    if act.kind == acts.ERASED and "before_ms" in act.body:
        return _erase_what_is_due(connection, log_id, act, numbering)
    if act.kind == acts.ERASED:
        return _erase_person(connection, log_id, act)
    if act.kind == acts.HELD:
        return _hold(connection, log_id, act)
    if act.kind == acts.RELEASED:
        return _release(connection, log_id, act)
    return _invalidate(connection, log_id, act)


def _erase_person(connection: Connection, log_id: int, act: Act) -> Told:
    references = act.references or ()
    if rule := held_under(connection, log_id, references):
        return {**act.body, "outcome": "held", "hold": rule, "records": []}
    found = _of_person(connection, log_id, references)
    _delete(connection, log_id, (person, context), [index for index, _ in found])
    _forget_accesses(connection, log_id, references)
    return {**act.body, "outcome": "erased", "records": [record_id for _, record_id in found]}


def _forget_accesses(connection: Connection, log_id: int, references: Sequence[str]) -> None:
    whose = act_subject.c.subject_ref.in_(references)
    connection.execute(delete(act_subject).where(act_subject.c.log_id == log_id, whose))


def _erase_what_is_due(connection: Connection, log_id: int, act: Act, numbering: Numbering) -> Told | None:
    """Erase parts whose time is over, at most as many as the act says: `choice` takes the others with it."""
    parts, before_ms, most = act.body["parts"], act.body["before_ms"], act.body["most"]
    due = choices_due(log_id, before_ms) if "choice" in parts else contexts_due(connection, log_id, before_ms)
    found = connection.execute(due.limit(most)).all()
    if not found:
        return None
    indexes = sorted(row[0] for row in found)
    if "choice" in parts:
        forget_decisions(connection, log_id, indexes, numbering)
    _delete(connection, log_id, [TABLES[part] for part in parts], indexes)
    return {**act.body, "outcome": "erased", "records": _record_ids(connection, log_id, indexes)}


def contexts_due(connection: Connection, log_id: int, before_ms: int) -> Select[Any]:
    """Select the indexes of contexts of entries of before that time, unix ms."""
    # the log's own time never decreases: a moment is an index
    time = record.c.received_ms
    last = select(record.c.idx).where(record.c.log_id == log_id, time < before_ms).order_by(time.desc()).limit(1)
    highest = connection.execute(last.order_by(record.c.idx.desc())).scalar()
    due = select(context.c.idx).where(context.c.log_id == log_id, context.c.idx <= (-1 if highest is None else highest))
    return due.order_by(context.c.idx)


def choices_due(log_id: int, before_ms: int) -> Select[Any]:
    """Select the indexes of choices whose validity ended before that time, unix ms, and that no hold keeps."""
    kept = exists(
        select(person.c.idx).join(hold, holds()).where(person.c.log_id == log_id, person.c.idx == choice.c.idx)
    )
    due = select(choice.c.idx).where(choice.c.log_id == log_id, choice.c.until_ms < before_ms, ~kept)
    return due.order_by(choice.c.until_ms, choice.c.idx)


def forget_decisions(connection: Connection, log_id: int, indexes: Sequence[int], numbering: Numbering) -> None:
    """Let records name terms without decisions, so that no search tells any more what was chosen."""
    for some in _chunks(indexes):
        of = (record.c.log_id == log_id) & record.c.idx.in_(some)
        named = connection.execute(select(record.c.idx, record.c.terms_id).where(of))
        placed = [(index, number) for index, number in named]
        blank = {number: numbering.blank(number) for number in sorted({number for _, number in placed})}
        for table, rows in numbering.take_rows().items():
            insert_rows(connection, table, rows)
        for number, plain in blank.items():
            connection.execute(update(record).where(of, record.c.terms_id == number).values(terms_id=plain))
        count_in(connection, log_id, placed, -1)
        count_in(connection, log_id, [(index, blank[number]) for index, number in placed])


def _hold(connection: Connection, log_id: int, act: Act) -> Told:
    """Keep a subject's records from erasure and from readers; what nothing keeps, their context, goes at once."""
    references = act.references or ()
    connection.execute(delete(hold).where(hold.c.log_id == log_id, hold.c.hold_id == act.id))  # where it is a repeat
    for reference in references:
        row = {"log_id": log_id, "subject_ref": reference, "hold_id": act.id, "rule": act.body["rule"]}
        connection.execute(insert(hold).values(row))
    found = _of_person(connection, log_id, references)
    _delete(connection, log_id, (context,), [index for index, _ in found])
    return {**act.body, "records": [record_id for _, record_id in found]}


def _release(connection: Connection, log_id: int, act: Act) -> Told:
    ended = delete(hold).where(hold.c.log_id == log_id, hold.c.hold_id == act.body["hold"])
    return {**act.body, "outcome": "released" if connection.execute(ended).rowcount else "unknown"}


def _invalidate(connection: Connection, log_id: int, act: Act) -> Told:
    notice = act.body["notice"]
    whose = (invalidation.c.log_id == log_id) & (invalidation.c.notice == notice)
    if connection.execute(select(invalidation.c.act_id).where(whose)).first() is None:
        row = {"log_id": log_id, "notice": notice, "act_id": act.id, "received_ms": act.received_ms}
        connection.execute(insert(invalidation).values(row))
    return dict(act.body)


def held_under(connection: Connection, log_id: int | None, references: Sequence[str]) -> str | None:
    """Return the rule under which any of the persons is held, or any record of theirs; None where none is."""
    direct = select(hold.c.rule).where(hold.c.log_id == log_id, hold.c.subject_ref.in_(references))
    persons = (theirs(connection, log_id, column, references) for column in _COLUMNS)
    joined = (select(hold.c.rule).join(person, holds()).where(own) for own in persons)
    for found in (direct, *joined):
        rule = connection.execute(found.order_by(hold.c.hold_id).limit(1)).scalar()
        if rule is not None:
            return str(rule)
    return None


def holds() -> ColumnElement[bool]:
    """Return the condition that a hold is upon a person's row, by subject or by account."""
    return and_(
        hold.c.log_id == person.c.log_id,
        or_(hold.c.subject_ref == person.c.subject_ref, hold.c.subject_ref == person.c.account_ref),
    )


def _of_person(connection: Connection, log_id: int, references: Sequence[str]) -> list[tuple[int, str]]:
    """Return index and id of a person's records, in the log's order."""
    same = (record.c.log_id == person.c.log_id) & (record.c.idx == person.c.idx)
    columns = (person.c.idx, record.c.record_id)
    persons = (theirs(connection, log_id, column, references) for column in _COLUMNS)
    found = (select(*columns).join(record, same).where(own) for own in persons)
    return sorted({(index, record_id) for each in found for index, record_id in connection.execute(each)})


def _record_ids(connection: Connection, log_id: int, indexes: Sequence[int]) -> list[str]:
    found: list[str] = []
    for some in _chunks(indexes):
        named = select(record.c.record_id).where(record.c.log_id == log_id, record.c.idx.in_(some))
        found += connection.execute(named.order_by(record.c.idx)).scalars()
    return found


def _delete(connection: Connection, log_id: int, tables: Iterable[Table], indexes: Sequence[int]) -> None:
    for table in tables:
        for some in _chunks(indexes):
            connection.execute(delete(table).where(table.c.log_id == log_id, table.c.idx.in_(some)))


def _chunks(items: Sequence[int]) -> Iterable[Sequence[int]]:
    return (items[at : at + AT_ONCE] for at in range(0, len(items), AT_ONCE))


TABLES = {"choice": choice, "person": person, "context": context}
