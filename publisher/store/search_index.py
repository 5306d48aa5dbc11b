"""The full-text index: FTS5 in SQLite, tsvector with GIN in PostgreSQL; inside the caller's transaction.

Both hold the same terms (``search.terms``) in the same order and split, fold and stem nothing themselves, so that both
find the same. The table ``search_index`` has a shape of its own in each, and is reached through this module alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Integer, Select, Text, bindparam, cast, column, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from chassis.errors import Unavailable
from publisher.search.query import Query, Unit
from publisher.search.terms import Document, language_term

TIERS = ("phrase in the headline", "words in the headline", "phrase", "words")
"""How well a document fits, the best first."""
PHRASE, WORDS = 2, 3

_MAKE_SQLITE = (
    # ascii splits at the spaces that we put in, and takes every letter beyond ASCII as it is
    "CREATE VIRTUAL TABLE search_index USING fts5(title, text, tokenize = 'ascii', detail = 'full')",
    "CREATE TRIGGER search_index_follows AFTER DELETE ON search_document"
    " BEGIN DELETE FROM search_index WHERE rowid = old.id; END",
)
_MAKE_POSTGRESQL = (
    "CREATE TABLE search_index (document INTEGER PRIMARY KEY REFERENCES search_document ON DELETE CASCADE,"
    " title TSVECTOR NOT NULL, text TSVECTOR NOT NULL)",
    # a list of what is still to be indexed would be read through by every search
    "CREATE INDEX search_index_title ON search_index USING gin (title) WITH (fastupdate = off)",
    "CREATE INDEX search_index_text ON search_index USING gin (text) WITH (fastupdate = off)",
)
_PUT_SQLITE = "INSERT INTO search_index (rowid, title, text) VALUES (:document, :title, :text)"
_PUT_POSTGRESQL = (
    "INSERT INTO search_index (document, title, text)"
    " VALUES (:document, CAST(:title AS tsvector), CAST(:text AS tsvector))"
)


Hit = Select[tuple[int]]
"""A query for documents."""


class Hits(NamedTuple):
    """Queries for what fits: anywhere, in the headline, and by tier, which is one of TIERS by number.

    What is of one tier may be of others too; where two ask the same, the better one stands.
    """

    every: Hit
    titles: Hit
    tiers: Mapping[int, Hit]


def fault(connection: Connection) -> str | None:
    """Say what the database lacks for the index, or None."""
    if not _is_sqlite(connection):
        return None
    known = connection.execute(text("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")).scalar_one()
    return None if known else "this SQLite was built without FTS5"


def make(connection: Connection) -> None:
    """Make the index in a database that has none; raise Unavailable where the database has no means for it."""
    lacking = fault(connection)
    if lacking:
        raise Unavailable(f"search needs another database: {lacking}")
    for statement in _MAKE_SQLITE if _is_sqlite(connection) else _MAKE_POSTGRESQL:
        connection.execute(text(statement))


def put(connection: Connection, number: int, document: Document) -> None:
    """Index a document under its number, in the place of what was there."""
    write = " ".join if _is_sqlite(connection) else _vector
    place = "rowid" if _is_sqlite(connection) else "document"
    values = {"document": number, "title": write(document.title.indexed), "text": write(document.text.indexed)}
    connection.execute(text(f"DELETE FROM search_index WHERE {place} = :document"), {"document": number})
    connection.execute(text(_PUT_SQLITE if _is_sqlite(connection) else _PUT_POSTGRESQL), values)


def hits(connection: Connection, query: Query) -> Hits:
    """Make the queries for what was asked; it must have a unit."""
    write, select_hits = (_fts5, _hits_fts5) if _is_sqlite(connection) else (_tsquery, _hits_tsquery)
    words = write(query.language, query.units)
    phrase = write(query.language, [_phrase(query.units)])
    tiers = {0: ("title", phrase), 1: ("title", words), PHRASE: ("text", phrase), WORDS: ("text", words)}
    if words == phrase:  # what fits is of the better tier already
        tiers = {tier: tiers[tier] for tier in (0, PHRASE)}
    return Hits(
        every=select_hits("text", words),
        titles=select_hits("title", words),
        tiers={tier: select_hits(*wanted) for tier, wanted in tiers.items()},
    )


def _phrase(units: Sequence[Unit]) -> Unit:
    return Unit(tuple(term for unit in units for term in unit.terms), prefix=units[-1].prefix)


def _of_language(language: str) -> tuple[str, ...]:
    return (language_term(language),) if language else ()


def _fts5(language: str, units: Iterable[Unit]) -> str:
    return " AND ".join([*(f'"{term}"' for term in _of_language(language)), *map(_fts5_unit, units)])


def _fts5_unit(unit: Unit) -> str:
    phrase = " + ".join(f'"{term}"' for term in unit.terms) + (" *" if unit.prefix else "")
    return "(" + " OR ".join([phrase, *(f'"{form}"' for form in unit.forms)]) + ")"


def _hits_fts5(field: str, asked: str) -> Hit:
    index = table("search_index", column("rowid", Integer))
    fits = literal_column("search_index", Text).op("MATCH")(f"{field} : ({asked})")
    return select(index.c.rowid.label("document")).where(fits)


def _tsquery(language: str, units: Iterable[Unit]) -> str:
    return " & ".join([*(f"'{term}'" for term in _of_language(language)), *map(_tsquery_unit, units)])


def _tsquery_unit(unit: Unit) -> str:
    phrase = " <-> ".join(f"'{term}'" for term in unit.terms) + (":*" if unit.prefix else "")
    return "(" + " | ".join([phrase, *(f"'{form}'" for form in unit.forms)]) + ")"


def _hits_tsquery(field: str, asked: str) -> Hit:
    index = table("search_index", column("document", Integer), column(field))
    # in the statement itself: a plan that was prepared for any query at all reads the whole table
    told = bindparam(None, asked, Text, literal_execute=True)
    fits = index.c[field].op("@@")(cast(told, TSQUERY))
    return select(index.c.document).where(fits)


def _vector(terms: Iterable[str]) -> str:
    """Write terms with their places as a tsvector."""
    places: dict[str, list[str]] = {}
    for place, term in enumerate(terms, 1):
        places.setdefault(term, []).append(str(place))
    return " ".join(f"'{term}':{','.join(at)}" for term, at in places.items())


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
