"""Tell open pages and the page cache that a variant changed; after the commit, and best effort.

The outbox's `worker.render` does it again, and an event stream also looks into the store from time to time.
"""

import logging

from redis.exceptions import RedisError

from publisher.house import House
from publisher.messages import variant_channel

log = logging.getLogger(__name__)


def progressed(house: House, article: str, language: str) -> None:
    """Say that a translation moved on; the page stays as it is."""
    try:
        house.redis.publish(variant_channel(article, language), "changed")
    except RedisError as error:
        log.warning("open pages could not be told: %s", error, extra={"article": article, "language": language})


def ended(house: House, article: str, language: str) -> None:
    """Say that a translation has come, or that none will."""
    # First the purge: the event makes browsers fetch the page, which must not be the old one.
    house.announce(article)
    progressed(house, article, language)
