"""The words of every language that documents have, for those that were mistyped; inside the caller's transaction.

A word stays when its last document goes, until the index is made anew: none is offered that was not searched for.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from publisher.search.terms import LONGEST
from publisher.store.tables import search_word


def add(connection: Connection, language: str, words: Mapping[str, str]) -> None:
    """Note words, folded and as written; in order, so that two transactions wait for one another in one order."""
    rows = [
        {"language": language, "word": word, "reversed": word[::-1], "written": words[word][:LONGEST]}
        for word in sorted(words)
    ]
    if rows:
        connection.execute(insert_into(connection, search_word).on_conflict_do_nothing(), rows)


def like(connection: Connection, language: str, word: str, part: int) -> dict[str, str]:
    """Find the words that begin or end with the same ``part`` characters, with the way they are written."""
    columns = search_word.c
    same = or_(_begins(columns.word, word[:part]), _begins(columns.reversed, word[::-1][:part]))
    return _found(connection, language, select(columns.word, columns.written).where(same))


def beginning(connection: Connection, language: str, part: str, most: int) -> dict[str, str]:
    """Find the shortest words that begin so, with the way they are written."""
    columns = search_word.c
    query = select(columns.word, columns.written).where(_begins(columns.word, part))
    return _found(connection, language, query.order_by(func.length(columns.word), columns.word).limit(most))


def _found(connection: Connection, language: str, query: Select[tuple[str, str]]) -> dict[str, str]:
    rows = connection.execute(query.where(search_word.c.language == language))
    return {row.word: row.written for row in rows}


def clear(connection: Connection) -> None:
    """Forget all words."""
    connection.execute(delete(search_word))


def _begins(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Condition that an index serves: LIKE would need one of its own kind."""
    return (column >= part) & (column < part[:-1] + chr(ord(part[-1]) + 1))


def insert_into(connection: Connection, target: Table) -> Any:
    """Begin an insertion that may meet a row that is there already: both databases know the same words for that."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(target)
