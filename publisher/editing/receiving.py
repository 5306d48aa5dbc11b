"""Taking a picture in: checked, its file put in place, then known to the store and announced to the worker."""

from pathlib import Path

from sqlalchemy import Engine

from chassis.sql import write
from publisher import clock, messages, photo_metadata, pictures
from publisher.store import media, outbox


def receive(engine: Engine, directory: Path, data: bytes) -> media.Media:
    """Store a picture with what its file says of it, and ask for renditions; the same again changes nothing.

    Raises:
        TooLarge, MediaType, Invalid: as ``pictures.check``.
    """
    checked = pictures.check(data)
    # the file first: a row must never name a file that is not there, a file without a row does no harm
    pictures.keep(directory, checked)
    metadata, now_ms = photo_metadata.read(data), clock.now_ms()
    with write(engine) as connection:
        if media.add(connection, checked.media, now_ms, metadata):
            outbox.add(connection, messages.RENDITIONS, checked.media.sha256, now_ms=now_ms)
    # the takedown of a killed article may have deleted it between the two steps
    if not pictures.is_kept(directory, checked):
        pictures.keep(directory, checked)
    return checked.media
