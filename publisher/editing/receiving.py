"""Taking a picture in: checked, its file put in place, then known to the store and announced to the worker."""

from pathlib import Path

from sqlalchemy import Engine

from chassis.sql import write
from publisher import clock, messages, pictures
from publisher.store import media, outbox


def receive(engine: Engine, directory: Path, data: bytes) -> media.Media:
    """Store a picture and ask for its renditions; the same picture again changes nothing.

    Raises:
        TooLarge, MediaType, Invalid: as ``pictures.check``.
    """
    checked = pictures.check(data)
    # the file first: a row must never name a file that is not there, a file without a row does no harm
    pictures.keep(directory, checked)
    now_ms = clock.now_ms()
    with write(engine) as connection:
        if media.add(connection, checked.media, now_ms):
            outbox.add(connection, messages.RENDITIONS, checked.media.sha256, now_ms=now_ms)
    # the takedown of a killed article may have deleted it between the two steps
    if not pictures.is_kept(directory, checked):
        pictures.keep(directory, checked)
    return checked.media
