"""Policy documents in SQL; every function works inside the caller's transaction."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select

from publisher.articles import SLUG
from publisher.body.blocks import load_block
from publisher.documents import Text, Version, text_json
from publisher.store.tables import document_text, document_version


def add(connection: Connection, version: Version) -> None:
    """Store a new version; of two writers at once the second is refused by the key (IntegrityError)."""
    connection.execute(
        insert(document_version).values(
            name=version.name,
            number=version.number,
            sha256=version.sha256,
            effective_ms=version.effective_ms,
            added_ms=version.added_ms,
        )
    )
    for place, (language, text) in enumerate(version.texts.items()):
        body = json.dumps(text_json(text), ensure_ascii=False)
        row = {"name": version.name, "number": version.number, "language": language, "place": place}
        connection.execute(insert(document_text).values(**row, title=text.title, body=body))


def versions(connection: Connection, name: str) -> list[Version]:
    """Load every version of a document, the newest first."""
    if not SLUG.fullmatch(name):
        return []  # PostgreSQL refuses to look for a NUL
    columns = document_version.c
    rows = connection.execute(select(document_version).where(columns.name == name).order_by(columns.number.desc()))
    texts = document_text.c
    written = connection.execute(select(document_text).where(texts.name == name).order_by(texts.number, texts.place))
    found: dict[int, dict[str, Text]] = {}
    for row in written:
        found.setdefault(row.number, {})[row.language] = _text(row.body)
    return [Version(row.name, row.number, row.effective_ms, row.added_ms, found[row.number]) for row in rows]


def titles(connection: Connection, now_ms: int) -> dict[str, dict[str, str]]:
    """Load the titles of the documents in force, by name and language, the original first."""
    columns, texts = document_version.c, document_text.c
    begun = select(columns.name, func.max(columns.number)).where(columns.effective_ms <= now_ms)
    current = {row[0]: row[1] for row in connection.execute(begun.group_by(columns.name))}
    rows = connection.execute(
        select(texts.name, texts.number, texts.language, texts.title).order_by(texts.name, texts.place)
    )
    found: dict[str, dict[str, str]] = {}
    for name, number, language, title in rows:
        if current.get(name) == number:
            found.setdefault(name, {})[language] = title
    return found


def names(connection: Connection) -> Iterable[str]:
    """List the documents' names."""
    columns = document_version.c
    return connection.scalars(select(columns.name).distinct().order_by(columns.name)).all()


def next_ms(connection: Connection, now_ms: int) -> int | None:
    """When the next version of any document comes into force (unix ms); None: none is to come."""
    columns = document_version.c
    query = select(columns.effective_ms).where(columns.effective_ms > now_ms).order_by(columns.effective_ms)
    return connection.scalar(query.limit(1))


def _text(body: str) -> Text:
    data = json.loads(body)
    return Text(data["title"], tuple(load_block(block) for block in data["blocks"]))
