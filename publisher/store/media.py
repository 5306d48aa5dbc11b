"""Pictures, their renditions and crops in SQL; the bytes lie in MEDIA_DIR. Inside the caller's transaction."""

import json
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, tuple_, update

from publisher import crops
from publisher.articles import Article
from publisher.photo_metadata import PhotoMetadata
from publisher.search_text import normalised
from publisher.states import KILLED
from publisher.store.tables import article as article_table
from publisher.store.tables import media as media_table
from publisher.store.tables import picture_use
from publisher.store.tables import rendition as rendition_table

NO_METADATA = PhotoMetadata()
UNSPACED = "\u0e00"
"""Scripts from here on may put no spaces between words: Thai, Chinese, Japanese and others."""
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


def add(connection: Connection, picture: Media, now_ms: int, metadata: PhotoMetadata = NO_METADATA) -> bool:
    """Note a picture with what its file says, also one that was taken away; False when it is there already."""
    if known(connection, {picture.sha256}, lock=True):
        return False
    columns, said = media_table.c, {}
    if metadata != NO_METADATA:
        words = (metadata.caption, metadata.alt, *metadata.creators, metadata.agency or "")
        said = {"told": json.dumps(metadata._asdict()), "said": normalised(" ".join(words))}
    back = update(media_table).where(columns.sha256 == picture.sha256)
    back = back.values(removed_ms=None, created_ms=now_ms, **said)
    if connection.execute(back).rowcount == 0:
        connection.execute(insert(media_table).values(**picture._asdict(), created_ms=now_ms, **said))
    return True


def metadata_of(connection: Connection, sha256: str) -> PhotoMetadata:
    """Load what a picture's file says of itself."""
    columns = media_table.c
    told = connection.scalar(select(columns.told).where(columns.sha256 == sha256, columns.removed_ms.is_(None)))
    if told is None:
        return NO_METADATA
    found = json.loads(told)
    return PhotoMetadata(**found | {"creators": tuple(found["creators"])})


def known(connection: Connection, hashes: Collection[str], *, lock: bool = False) -> set[str]:
    """Which of these pictures are there; ``lock`` keeps them there until the transaction ends."""
    columns = media_table.c
    query = select(columns.sha256).where(columns.sha256.in_(list(hashes)), columns.removed_ms.is_(None))
    return set(connection.scalars(query.with_for_update(read=True) if lock else query))


def was_removed(connection: Connection, sha256: str) -> bool:
    """Whether a picture was there and was taken away."""
    columns = media_table.c
    query = select(columns.removed_ms).where(columns.sha256 == sha256)
    return connection.scalar(query) is not None


def use(connection: Connection, article_id: str, article: Article) -> None:
    """Note the pictures that an article shows and what it says of them, instead of those noted before."""
    connection.execute(delete(picture_use).where(picture_use.c.article == article_id))
    said: dict[str, list[str]] = {}
    for each in article.pictures.values():
        credit = (*each.credit.creators, each.credit.agency or "")
        said.setdefault(each.media, [article.headline]).extend((each.caption, each.alt, *credit))
    for sha256, texts in sorted(said.items()):
        row = {"article": article_id, "media": sha256, "said": normalised(" ".join(texts))}
        connection.execute(insert(picture_use).values(row))


def only_killed(connection: Connection, hashes: Collection[str]) -> list[str]:
    """Lock these pictures; list those there that no article shows but killed ones."""
    columns = media_table.c
    there = select(columns.sha256).where(columns.sha256.in_(list(hashes)), columns.removed_ms.is_(None))
    locked = connection.scalars(there.order_by(columns.sha256).with_for_update()).all()
    shown = exists().where(
        picture_use.c.media == columns.sha256,
        picture_use.c.article == article_table.c.id,
        article_table.c.state != KILLED,
    )
    return list(connection.scalars(select(columns.sha256).where(columns.sha256.in_(locked), ~shown)))


def remove(connection: Connection, sha256: str, now_ms: int) -> None:
    """Note that a picture was taken away."""
    connection.execute(delete(rendition_table).where(rendition_table.c.media == sha256))
    gone = {"removed_ms": now_ms, "told": None, "said": ""}
    connection.execute(update(media_table).where(media_table.c.sha256 == sha256).values(gone))


def page(
    connection: Connection, before: tuple[int, str] | None, limit: int, words: Collection[str] = ()
) -> list[tuple[Media, int]]:
    """List the pictures that are there with when they came (unix ms), the newest first, below a time and hash.

    With ``words``, folded, only those of which their file, or an article that was not killed, says all of them, or
    what begins so; in scripts without spaces what holds them.
    """
    columns, used = media_table.c, picture_use.c
    query = select(media_table).where(columns.removed_ms.is_(None))
    if words:
        # folded words have no signs, so none of LIKE's
        parts = [f"%{'' if word[0] >= UNSPACED else ' '}{word}%" for word in words]
        itself = and_(*((" " + columns.said).like(part) for part in parts))
        shown = exists().where(used.article == article_table.c.id, article_table.c.state != KILLED)
        holds = ((" " + used.said).like(part) for part in parts)
        query = query.where(or_(itself, exists().where(used.media == columns.sha256, *holds, shown)))
    place = tuple_(columns.created_ms, columns.sha256)
    if before is not None:
        query = query.where(place < tuple_(*before))
    rows = connection.execute(query.order_by(columns.created_ms.desc(), columns.sha256.desc()).limit(limit))
    return [(Media(*_values(row, Media._fields)), row.created_ms) for row in rows]


def uses(connection: Connection, hashes: Collection[str]) -> dict[str, list[str]]:
    """List the articles that show these pictures, by hash, the one that changed last first."""
    columns, changed = picture_use.c, article_table.c.updated_ms
    query = select(columns.media, columns.article).join(article_table, article_table.c.id == columns.article)
    query = query.where(columns.media.in_(list(hashes))).order_by(changed.desc(), columns.article)
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.media, []).append(row.article)
    return found


def load(connection: Connection, sha256: str) -> Media | None:
    """Load one picture's description."""
    return pictures(connection, {sha256}).get(sha256)


def pictures(connection: Connection, hashes: Collection[str]) -> dict[str, Media]:
    """Load pictures' descriptions, by hash."""
    columns = media_table.c
    query = select(media_table).where(columns.sha256.in_(list(hashes)), columns.removed_ms.is_(None))
    rows = connection.execute(query)
    return {row.sha256: Media(*_values(row, Media._fields)) for row in rows}


def renditions(connection: Connection, hashes: Collection[str]) -> dict[str, list[Rendition]]:
    """Load the renditions of pictures, by hash, the smallest first; crops are none."""
    columns = rendition_table.c
    rows = connection.execute(select(rendition_table).where(columns.media.in_(list(hashes))).order_by(columns.width))
    found: dict[str, list[Rendition]] = {}
    for row in rows:
        if not _is_crop(row.name):
            found.setdefault(row.media, []).append(Rendition(*_values(row, Rendition._fields)))
    return found


def crops_of(connection: Connection, hashes: Collection[str]) -> dict[str, dict[str, Rendition]]:
    """Load the crops of pictures, by hash and then by name."""
    columns = rendition_table.c
    rows = connection.execute(select(rendition_table).where(columns.media.in_(list(hashes))))
    found: dict[str, dict[str, Rendition]] = {}
    for row in rows:
        if _is_crop(row.name):
            found.setdefault(row.media, {})[row.name] = Rendition(*_values(row, Rendition._fields))
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
    """Note the renditions of a picture instead of those noted before; its crops stay."""
    columns = rendition_table.c
    before = connection.scalars(select(columns.name).where(columns.media == sha256))
    _put(connection, sha256, [name for name in before if not _is_crop(name)], made)


def put_crops(connection: Connection, sha256: str, made: Collection[Rendition]) -> None:
    """Note crops of a picture beside those that are there."""
    _put(connection, sha256, [each.name for each in made], made)


def _put(connection: Connection, sha256: str, old: Collection[str], made: Collection[Rendition]) -> None:
    columns = rendition_table.c
    connection.execute(delete(rendition_table).where(columns.media == sha256, columns.name.in_(list(old))))
    for rendition in made:
        connection.execute(insert(rendition_table).values(**rendition._asdict()))


def _is_crop(name: str) -> bool:
    return re.fullmatch(crops.NAME, name) is not None


def _values(row: Any, names: tuple[str, ...]) -> list[Any]:
    return [getattr(row, name) for name in names]
