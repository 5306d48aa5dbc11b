"""What follows from a change for an article's pictures: their crops; of a killed article, none are left."""

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
        _crop_all(house, revision)


def _crop_all(house: House, revision: Revision) -> None:
    """Make the crops that are missing of each picture, around each focus that it has in the article."""
    shown = revision.article.pictures.values()
    hashes = {each.media for each in shown}
    with read(house.engine) as connection:
        there, made = media.pictures(connection, hashes), media.crops_of(connection, hashes)
    missing: dict[str, dict[str, Crop]] = {}
    for each in shown:
        if picture := there.get(each.media):
            wanted = crops.crops_of(picture.width, picture.height, each.focus)
            new = {crop.name: crop for crop in wanted if crop.name not in made.get(each.media, {})}
            missing.setdefault(each.media, {}).update(new)
    done = [
        _crop(house, revision, there[sha256], list(of_one.values())) for sha256, of_one in missing.items() if of_one
    ]
    if any(done):
        _purge(house, article_tag(revision.article_id))


def _crop(house: House, revision: Revision, picture: Media, missing: list[Crop]) -> bool:
    """Make crops of a picture; False where it cannot be read."""
    original = house.media_dir / pictures.relative_path(picture.sha256, f"original.{pictures.extension_of(picture)}")
    try:
        image = imaging.upright(original)
    except OSError as error:
        # a file that is gone or spoilt gets no better by being asked again
        log.error("no crops: %s", error, extra={"article": revision.article_id, "media": picture.sha256})
        return False
    with _on_disk():
        made = list(_make(house.media_dir, picture, image, missing))
    with write(house.engine) as connection:
        still = media.known(connection, {picture.sha256}, lock=True)
        if still:
            media.put_crops(connection, picture.sha256, made)
    if not still:
        pictures.take_away(house.media_dir, picture.sha256)
    return True


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
