"""The words of every language that documents have, for those that were mistyped; inside the caller's transaction.

A word stays when its last document goes, until the index is made anew: none is offered that was not searched for.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from publisher.store.tables import search_word

LONGEST = 40


def add(connection: Connection, language: str, words: Sequence[str]) -> None:
    """Note words, sorted: two transactions then wait for one another in one order."""
    rows = [{"language": language, "word": word, "reversed": word[::-1]} for word in words if len(word) <= LONGEST]
    if rows:
        connection.execute(insert_into(connection, search_word).on_conflict_do_nothing(), rows)


def like(connection: Connection, language: str, word: str, part: int) -> list[str]:
    """List the words that begin or end with the same ``part`` characters and are about as long."""
    columns = search_word.c
    same = or_(_begins(columns.word, word[:part]), _begins(columns.reversed, word[::-1][:part]))
    return list(connection.scalars(select(columns.word).where(columns.language == language, same)))


def clear(connection: Connection) -> None:
    """Forget all words."""
    connection.execute(delete(search_word))


def _begins(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Condition that an index serves: LIKE would need one of its own kind."""
    return (column >= part) & (column < part[:-1] + chr(ord(part[-1]) + 1))


def insert_into(connection: Connection, target: Table) -> Any:
    """Begin an insertion that may meet a row that is there already: both databases know the same words for that."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(target)
