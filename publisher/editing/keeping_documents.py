"""Adding a version of a policy document: stored whole, never changed, shown on every page's foot."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from chassis.errors import Conflict
from chassis.sql import write
from publisher import clock
from publisher.body.markdown import Manuscript
from publisher.documents import Version, next_version, read_texts
from publisher.house import House
from publisher.store import documents
from publisher.tags import SITE
from publisher.variants import is_pseudo


def add(
    house: House, name: str, manuscripts: Sequence[Manuscript], effective_ms: int | None = None
) -> tuple[Version, bool]:
    """Store the next version of a document; return it and whether it is new.

    Raises:
        Invalid, Conflict: as ``documents.read_texts`` and ``documents.next_version``, or another was added meanwhile.
    """
    texts = read_texts(manuscripts, [each for each in house.settings.languages if not is_pseudo(each)])
    now_ms = clock.now_ms()
    try:
        with write(house.engine) as connection:
            newest = next(iter(documents.versions(connection, name)), None)
            version = next_version(name, texts, now_ms if effective_ms is None else effective_ms, newest, now_ms)
            new = version is not newest
            if new:
                documents.add(connection, version)
    except IntegrityError as error:
        raise Conflict(f"document {name!r}: another version was added meanwhile") from error
    if new:
        house.cache.purge(SITE)
    return version, new
