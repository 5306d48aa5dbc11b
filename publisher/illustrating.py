"""What follows from a change for an article's pictures: crops of the first one; of a killed article, none are left."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from chassis.errors import Unavailable
from chassis.sql import read, write
from publisher import clock, crops, imaging, pictures
from publisher.articles import Revision
from publisher.crops import Crop
from publisher.house import House
from publisher.states import KILLED
from publisher.store import articles, media
from publisher.store.media import Media, Rendition
from publisher.tags import article_tag, media_tag

log = logging.getLogger(__name__)


def illustrate(house: House, article_id: str) -> None:
    """Bring an article's pictures up to date. Safe to run twice.

    Raises:
        Unavailable: the disk refused, or the pages could not be told.
    """
    with read(house.engine) as connection:
        revision = articles.load(connection, article_id)
    if revision is None:
        return
    if revision.state == KILLED:
        _take_away(house, revision)
    else:
        _crop(house, revision)


def _crop(house: House, revision: Revision) -> None:
    shown = next(iter(revision.article.pictures.values()), None)
    if shown is None:
        return
    with read(house.engine) as connection:
        picture = media.load(connection, shown.media)
        wanted = crops.crops_of(picture.width, picture.height, shown.focus) if picture else ()
        there = {each.name for each in media.crops_of(connection, shown.media, [each.name for each in wanted])}
    missing = [each for each in wanted if each.name not in there]
    if picture is None or not missing:
        return
    original = house.media_dir / pictures.relative_path(picture.sha256, f"original.{pictures.extension_of(picture)}")
    try:
        image = imaging.upright(original)
    except OSError as error:
        # a file that is gone or spoilt gets no better by being asked again
        log.error("no crops: %s", error, extra={"article": revision.article_id, "media": picture.sha256})
        return
    with _on_disk():
        made = list(_make(house.media_dir, picture, image, missing))
    with write(house.engine) as connection:
        still = media.known(connection, {picture.sha256}, lock=True)
        if still:
            media.put_crops(connection, picture.sha256, made)
    if not still:
        pictures.take_away(house.media_dir, picture.sha256)
    _purge(house, article_tag(revision.article_id))


def _make(directory: Path, picture: Media, image: Image.Image, wanted: list[Crop]) -> Iterator[Rendition]:
    for crop in wanted:
        data = imaging.encoded(image.resize(crop.size, Image.Resampling.LANCZOS, crop.box), "jpg")
        path = pictures.relative_path(picture.sha256, crop.name)
        pictures.write_file(directory / path, data)
        yield Rendition(picture.sha256, crop.name, *crop.size, pictures.CONTENT_TYPES["jpg"], path, len(data))


def _take_away(house: House, revision: Revision) -> None:
    hashes = {picture.media for picture in revision.article.pictures.values()}
    with _on_disk(), write(house.engine) as connection:
        gone = media.only_killed(connection, hashes)
        for sha256 in gone:
            # while the row is locked, so that nobody who brings the picture back finds a file that is about to go
            pictures.take_away(house.media_dir, sha256)
            media.remove(connection, sha256, clock.now_ms())
    _purge(house, *map(media_tag, gone))


@contextmanager
def _on_disk() -> Iterator[None]:
    """Turn what the disk refuses into Unavailable, so that it is tried again."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the pictures' directory: {error.strerror}", retry_after_s=60) from error


def _purge(house: House, *tags: str) -> None:
    if tags and not house.cache.purge(*tags):
        raise Unavailable("the page cache is away", retry_after_s=5)
