"""Reading the counts, grouped by what is asked for."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, case, func, not_, or_, select

from chassis.errors import FieldError, Invalid, NotFound
from chassis.sql import read
from consent.notices import Notice
from consent.statistics import DECISIONS, OUTCOMES, Counts, Group, Question, add, answer
from consent.store.statistics_tables import choice_count, decision_count, served_count

MOST = 10_000


class Statistics:
    """The counts of all logs in the database."""

    def __init__(self, engine: Engine, notice: Callable[[str], Notice]) -> None:
        """Read from `engine`; `notice` finds a notice by its name, and raises NotFound where there is none."""
        self._engine = engine
        self._notice = notice

    def answer(self, question: Question) -> tuple[list[dict[str, Any]], Counts]:
        """Return the groups that a question asks for, in order, and the sum of them all.

        Raises:
            Invalid: there are more than `MOST` groups.
            Unavailable: the database is away.
        """
        with read(self._engine) as connection:
            if "purpose" in question.by:
                return answer(question, self._decisions(connection, question), {})
            return answer(question, _choices(connection, question), _served(connection, question))

    def answer_each(self, question: Question, *bys: tuple[str, ...]) -> list[list[dict[str, Any]]]:
        """Return the groups by each of several sets of dimensions, in one walk over the counts.

        Args:
            question: of which counts; its own `by` says nothing.
            bys: sets of dimensions, none with `purpose`, whose counts are others.

        Raises:
            Unavailable: the database is away.
        """
        every = replace(question, by=tuple(dict.fromkeys(chain(*bys))))
        with read(self._engine) as connection:
            choices, served = _choices(connection, every, bounded=False), _served(connection, every, bounded=False)
        told = []
        for by in bys:
            kept = itemgetter(*(every.by.index(name) for name in by))
            groups: dict[Group, Counts] = {}
            for group, counts in choices.items():
                add(groups.setdefault(_group(kept(group)), {}), counts)
            displays: Counter[Group] = Counter()
            for group, count in served.items():
                displays[_group(kept(group))] += count
            told.append(answer(replace(question, by=by), groups, displays)[0])
        return told

    def _decisions(self, connection: Connection, question: Question) -> dict[Group, Counts]:
        table = decision_count
        notices = connection.execute(select(table.c.notice).distinct().where(*_within(table, question))).scalars()
        fixed = [
            and_(table.c.notice == notice, table.c.purpose.in_(required))
            for notice in notices.all()
            if (required := self._required(notice))
        ]
        sums = {decision: func.sum(table.c[decision]) for decision in DECISIONS}
        where = [not_(or_(*fixed))] if fixed else []
        return _grouped(connection, table, question, sums, True, *where)

    def _required(self, sha256: str) -> list[str]:
        """List the purposes that a notice does not let readers decide: they say nothing of anybody."""
        try:
            return [purpose for purpose, required in self._notice(sha256).purposes.items() if required]
        except NotFound:
            return []


def _group(kept: Any) -> Group:
    return kept if isinstance(kept, tuple) else (kept,)


def _choices(connection: Connection, question: Question, bounded: bool = True) -> dict[Group, Counts]:
    table = choice_count
    imported = table.c.writer == "import"
    sums: dict[str, ColumnElement[Any]] = {
        outcome: func.sum(case((imported, 0), else_=table.c[outcome])) for outcome in OUTCOMES
    }
    made = sum((table.c[outcome] for outcome in OUTCOMES[1:]), table.c[OUTCOMES[0]])
    sums |= {"imported": func.sum(case((imported, made), else_=0)), "answers": func.sum(table.c.answers)}
    return _grouped(connection, table, question, sums, bounded)


def _served(connection: Connection, question: Question, bounded: bool = True) -> dict[Group, int]:
    if "writer" in question.by:
        return {}
    counts = _grouped(connection, served_count, question, {"served": func.sum(served_count.c.served)}, bounded)
    return {group: each["served"] for group, each in counts.items()}


def _grouped(
    connection: Connection,
    table: Table,
    question: Question,
    sums: dict[str, Any],
    bounded: bool,
    *where: ColumnElement[bool],
) -> dict[Group, Counts]:
    keys = [table.c[name] for name in question.by]
    statement = select(*keys, *sums.values()).where(*_within(table, question), *where).group_by(*keys)
    rows = connection.execute(statement.limit(MOST + 1) if bounded else statement).all()
    if bounded and len(rows) > MOST:
        expected = f"something that makes at most {MOST} groups: fewer days, one site, or less told apart"
        raise Invalid(f"by: expected {expected}", FieldError("by", expected))
    at = len(keys)
    return {
        tuple(row[:at]): {name: int(count) for name, count in zip(sums, row[at:], strict=True)}
        for row in rows
        if any(row[at:])
    }


def _within(table: Table, question: Question) -> list[ColumnElement[bool]]:
    days = table.c.day.between(question.first, question.last)
    return [days] if question.site is None else [days, table.c.site == question.site]
