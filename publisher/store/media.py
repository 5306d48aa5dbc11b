"""Pictures and their renditions in SQL; the bytes lie in MEDIA_DIR. Inside the caller's transaction."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from publisher.store.tables import media as media_table
from publisher.store.tables import rendition as rendition_table

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/avif": "avif"}


class Media(NamedTuple):
    """A stored picture, by the SHA-256 of its bytes."""

    sha256: str
    content_type: str
    width: int
    height: int
    size_bytes: int


class Rendition(NamedTuple):
    """One smaller or better packed form of a picture; ``path`` is relative to MEDIA_DIR."""

    media: str
    name: str
    width: int
    height: int
    content_type: str
    path: str
    size_bytes: int


def add(connection: Connection, picture: Media, now_ms: int) -> bool:
    """Note a picture; False when it is known already."""
    if known(connection, {picture.sha256}):
        return False
    connection.execute(insert(media_table).values(**picture._asdict(), created_ms=now_ms))
    return True


def known(connection: Connection, hashes: Collection[str]) -> set[str]:
    """Which of these pictures are stored."""
    return set(connection.scalars(select(media_table.c.sha256).where(media_table.c.sha256.in_(list(hashes)))))


def load(connection: Connection, sha256: str) -> Media | None:
    """Load one picture's description."""
    return pictures(connection, {sha256}).get(sha256)


def pictures(connection: Connection, hashes: Collection[str]) -> dict[str, Media]:
    """Load pictures' descriptions, by hash."""
    rows = connection.execute(select(media_table).where(media_table.c.sha256.in_(list(hashes))))
    return {row.sha256: Media(*_values(row, Media._fields)) for row in rows}


def renditions(connection: Connection, hashes: Collection[str]) -> dict[str, list[Rendition]]:
    """Load the renditions of pictures, by hash, the smallest first."""
    columns = rendition_table.c
    rows = connection.execute(select(rendition_table).where(columns.media.in_(list(hashes))).order_by(columns.width))
    found: dict[str, list[Rendition]] = {}
    for row in rows:
        found.setdefault(row.media, []).append(Rendition(*_values(row, Rendition._fields)))
    return found


def files(connection: Connection, hashes: Collection[str]) -> dict[str, list[Rendition]]:
    """List every file of pictures, by hash: the picture as it was kept, and its renditions."""
    made = renditions(connection, hashes)
    return {
        sha256: [_original(picture), *made.get(sha256, [])] for sha256, picture in pictures(connection, hashes).items()
    }


def _original(picture: Media) -> Rendition:
    name = f"original.{EXTENSIONS[picture.content_type]}"
    return Rendition(
        picture.sha256,
        name,
        picture.width,
        picture.height,
        picture.content_type,
        f"{picture.sha256}/{name}",
        picture.size_bytes,
    )


def replace_renditions(connection: Connection, sha256: str, made: Collection[Rendition]) -> None:
    """Note the renditions of a picture instead of those noted before."""
    connection.execute(delete(rendition_table).where(rendition_table.c.media == sha256))
    for rendition in made:
        connection.execute(insert(rendition_table).values(**rendition._asdict()))


def _values(row: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(row, name) for name in names]
