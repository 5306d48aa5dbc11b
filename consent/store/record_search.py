"""Finding records, newest first, at a cost that depends neither on the log's length nor on a planner's guess.

What is asked is asked of the terms (`consent.store.terms`), of which there are few; each of those that match is a
stream of positions in the log, read off one index in its order, and the newest of all their heads are the page. The
records of a subject, an account and a receipt are found by their own index. Where more terms match than are worth
following, the counts say which blocks hold any.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, func, literal, select, true, tuple_

from consent.audit import Filter
from consent.store.asked_terms import asked_of_terms
from consent.store.block_counts import EVERYWHERE, BlockCounts, Span, same_terms
from consent.store.ledger_tables import person, record, terms
from consent.store.persons import Whose, newest_of

MOST_TERMS = 5000
FIRST_CHUNK, LONGEST_CHUNK = 128, 2000
COUNTED = 1000

_STREAM = (
    "SELECT idx FROM record INDEXED BY record_by_terms"
    " WHERE log_id = ? AND terms_id = ? AND idx BETWEEN ? AND ? ORDER BY idx DESC LIMIT ?"
)


class Count(NamedTuple):
    """How many records match: counted where they are few, else estimated from the counts of blocks."""

    records: int
    exact: bool


class Search:
    """One search within one read transaction."""

    def __init__(self, connection: Connection, log_id: int, wanted: Filter) -> None:
        self._connection = connection
        self._log_id = log_id
        self._wanted = wanted
        self._asked = asked_of_terms(log_id, wanted)
        self._counts = BlockCounts(connection, log_id, self._asked)

    def indexes(self, limit: int, before: int | None = None) -> list[int]:
        """Return up to `limit` indexes, the highest first; only those below `before`, where given."""
        span = self._span(before)
        if self.names_few:
            return self._of_few(span, limit)
        if not self._asked:
            return self._newest(self._records(), span, limit)
        newest = self._of_newest_block(span, limit)
        if len(newest) == limit:
            return newest
        heads = self._heads(span, MOST_TERMS + 1)
        return self._of_blocks(span, limit) if len(heads) > MOST_TERMS else self._of_terms(heads, span, limit)

    def count(self) -> Count:
        """Count what matches, at a bounded cost."""
        span = self._span(None)
        if self.names_few:
            found = len(self._of_few(span, COUNTED + 1))
            return Count(min(found, COUNTED), found <= COUNTED)
        estimate = self._counts.estimate(span)
        if estimate > COUNTED:
            return Count(estimate, False)
        numbers = self._numbers(MOST_TERMS + 1)
        if not numbers or len(numbers) > MOST_TERMS:
            return Count(estimate, not numbers)
        statement = _within(self._records(record.c.terms_id.in_(numbers)), span).with_only_columns(func.count())
        return Count(self._connection.execute(statement).scalar_one(), True)

    def blocks(self, span: Span) -> Iterator[tuple[Span, list[int] | None]]:
        """Yield the blocks within `span` that hold matching records, the highest first, with the terms to look for.

        The terms are None where every record matches.
        """
        for within, present in self._counts.blocks(span):
            yield within, list(present) if self._asked else None

    def present(self, block: int) -> dict[int, int]:
        """Return which of the terms that are asked for a block has, with the numbers of their records."""
        return self._counts.present(block)

    @property
    def names_few(self) -> bool:
        """Whether the search names a subject, an account or a receipt: few records, wherever they are."""
        wanted = self._wanted
        return any(each is not None for each in (wanted.receipt, wanted.subjects, wanted.accounts))

    @property
    def asks_terms(self) -> bool:
        """Whether anything is asked of the terms."""
        return bool(self._asked)

    def span(self) -> Span:
        """Return the first and the last index that the filter's times allow.

        The log's own time never decreases from one entry to the next (`append.lua`): a span of time is one of indexes.
        """
        start, end = self._wanted.from_ms, self._wanted.to_ms
        return Span(
            0 if start is None else self._first_from(start),
            EVERYWHERE.highest if end is None else self._last_before(end),
        )

    def _span(self, before: int | None) -> Span:
        lowest, highest = self.span()
        return Span(lowest, highest if before is None else min(highest, before - 1))

    def _of_newest_block(self, span: Span, limit: int) -> list[int]:
        """Return what the newest block of the span holds: where it fills a page, only its own terms are followed."""
        span, present = self._counts.newest(span)
        if sum(present.values()) < limit or len(present) > MOST_TERMS:
            return []
        return self._of_terms(self._heads(span, MOST_TERMS, terms.c.terms_id.in_(present)), span, limit)

    def _heads(self, span: Span, most: int, *where: ColumnElement[bool]) -> list[tuple[int, int]]:
        """Return up to `most` terms that match, each as the index of its newest record, or -1, and its number."""
        head = func.coalesce(self._stream(span, 1).scalar_subquery(), -1)
        statement = select(head, terms.c.terms_id).where(self._of_log(terms), *(where or self._asked)).limit(most)
        return [(index, number) for index, number in self._connection.execute(statement)]

    def _stream(self, span: Span, limit: int) -> Select[Any]:
        """Return the newest records of the terms that stand around it, in an order that only their own index has.

        Of a short span either database would rather read every record than ask the index, for each of the terms.
        """
        place = tuple_(record.c.terms_id, record.c.idx)
        lowest, highest = (tuple_(terms.c.terms_id, literal(end, BigInteger)) for end in span)
        statement = self._records(place >= lowest, place <= highest)
        return statement.order_by(record.c.terms_id.desc(), record.c.idx.desc()).limit(limit).correlate(terms)

    def _of_terms(self, heads: list[tuple[int, int]], span: Span, limit: int) -> list[int]:
        """Merge the streams of single terms: only those whose newest records are the newest of all can matter."""
        heads = sorted((each for each in heads if each[0] >= 0), reverse=True)[:limit]
        if len(heads) == limit:
            span = span._replace(lowest=heads[-1][0])
        found = self._newest_of_each([number for _, number in heads], span, limit)
        return sorted(found, reverse=True)[:limit]

    def _newest_of_each(self, numbers: list[int], span: Span, limit: int) -> list[int]:
        if self._connection.dialect.name != "postgresql":  # which alone has LATERAL, and a network between
            asked = ((self._log_id, number, *span, limit) for number in numbers)
            streams = (self._connection.exec_driver_sql(_STREAM, each).scalars() for each in asked)
            return [index for stream in streams for index in stream]
        each = self._stream(span, limit).lateral()
        statement = select(each.c.idx).select_from(terms).join(each, true())
        statement = statement.where(self._of_log(terms), terms.c.terms_id.in_(numbers))
        return list(self._connection.execute(statement).scalars())

    def _of_blocks(self, span: Span, limit: int) -> list[int]:
        found: list[int] = []
        for within, numbers in self.blocks(span):
            asked = [] if numbers is None else [record.c.terms_id.in_(numbers)]
            found += self._newest(self._records(*asked), within, limit - len(found))
            if len(found) == limit:
                break
        return found

    def _of_few(self, span: Span, limit: int) -> list[int]:
        """Read the records of a subject, an account or a receipt, and ask the rest of each."""
        sources = self._sources()
        found: list[int] = []
        chunk, (lowest, highest) = FIRST_CHUNK, span
        while len(found) < limit and highest >= lowest:
            merged = {index for source in sources for index in source(Span(lowest, highest), chunk)}
            candidates = sorted(merged, reverse=True)[:chunk]
            found += self._check(candidates)
            if len(candidates) < chunk:
                break
            highest, chunk = candidates[-1] - 1, min(chunk * 2, LONGEST_CHUNK)
        return found[:limit]

    def _sources(self) -> list[Callable[[Span, int], list[int]]]:
        wanted = self._wanted
        if wanted.receipt is not None:
            return [partial(self._newest, self._records(record.c.record_id == wanted.receipt))]
        if wanted.subjects is not None:
            persons = [Whose(person.c.subject_ref, each) for each in wanted.subjects]
        else:
            persons = [Whose(person.c.account_ref, each) for each in wanted.accounts or ()]
        return [partial(newest_of, self._connection, self._log_id, each) for each in persons]

    def _check(self, candidates: list[int]) -> list[int]:
        wanted = self._wanted
        checks = list(self._asked)
        theirs = select(person.c.idx).where(self._of_log(person), person.c.idx == record.c.idx)
        if wanted.receipt is not None and wanted.subjects is not None:
            checks.append(theirs.where(person.c.subject_ref.in_(wanted.subjects)).exists())
        if wanted.accounts is not None and (wanted.receipt is not None or wanted.subjects is not None):
            checks.append(theirs.where(person.c.account_ref.in_(wanted.accounts)).exists())
        if not candidates or not checks:
            return candidates
        statement = self._records(among(self._connection, candidates), *checks).join(terms, same_terms(record))
        return list(self._connection.execute(statement.order_by(record.c.idx.desc())).scalars())

    def _numbers(self, most: int) -> list[int]:
        statement = select(terms.c.terms_id).where(self._of_log(terms), *self._asked).limit(most)
        return list(self._connection.execute(statement).scalars())

    def _newest(self, source: Select[Any], span: Span, limit: int) -> list[int]:
        [index] = source.selected_columns
        statement = source.where(index.between(*span)).order_by(index.desc()).limit(limit)
        return list(self._connection.execute(statement).scalars())

    def _records(self, *where: ColumnElement[bool]) -> Select[Any]:
        return select(record.c.idx).where(self._of_log(record), *where)

    def _of_log(self, table: Any) -> ColumnElement[bool]:
        of_log: ColumnElement[bool] = table.c.log_id == self._log_id
        return of_log

    def _first_from(self, start_ms: int) -> int:
        time, index = record.c.received_ms, record.c.idx
        first = self._records(time >= start_ms).order_by(time, index).limit(1)
        found = self._connection.execute(first).scalar()
        return EVERYWHERE.highest if found is None else int(found)

    def _last_before(self, end_ms: int) -> int:
        time, index = record.c.received_ms, record.c.idx
        last = self._records(time < end_ms).order_by(time.desc(), index.desc()).limit(1)
        found = self._connection.execute(last).scalar()
        return -1 if found is None else int(found)


def among(connection: Connection, indexes: list[int]) -> ColumnElement[bool]:
    """Return the condition that a record is one of `indexes`, the highest of which stands first."""
    listed = record.c.idx.in_(indexes)
    if connection.dialect.name != "postgresql":  # SQLite would read the whole range in place of the list
        return listed
    # The range says what a list of a thousand hides from PostgreSQL: that they lie together, and need no whole scan.
    return and_(record.c.idx.between(indexes[-1], indexes[0]), listed)


def _within(source: Select[Any], span: Span) -> Select[Any]:
    return source.where(record.c.idx.between(*span))
