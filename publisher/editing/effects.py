"""The effects of a change: what shows the article is brought up to date, each part until it has acknowledged."""

import logging
from collections.abc import Callable, Mapping

from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.sql import read, write
from publisher import clock, indexing
from publisher.editing import illustrating, refreshing
from publisher.house import House
from publisher.store import transitions
from publisher.tags import LISTS, article_tag

log = logging.getLogger(__name__)


def take_effect(house: House, transition_id: int) -> bool:
    """Bring everything up to date that this change left open; True when nothing is open any more.

    What cannot be done now stays open and is tried again by the clock's round. Safe to run twice.
    """
    with read(house.engine) as connection:
        transition = transitions.load(connection, transition_id)
        targets = transitions.open_targets(connection, transition_id)
    if transition is None:
        return True
    # each is tried, whatever becomes of the others
    taken = [_try(house, transition, target) for target in targets]
    return all(taken)


def _try(house: House, transition: transitions.Transition, target: str) -> bool:
    try:
        TARGETS[target](house, transition.article)
    except (RedisError, Unavailable) as error:
        about = {"article": transition.article, "action": transition.action, "target": target}
        log.warning("not yet up to date: %s", error, extra=about)
        return False
    with write(house.engine) as connection:
        transitions.acknowledge(connection, transition.id, target, clock.now_ms())
    return True


def _purge(house: House, tag: str) -> None:
    if not house.cache.purge(tag):
        raise Unavailable("the page cache is away", retry_after_s=5)


def _page(house: House, article_id: str) -> None:
    """The article's own pages: the old ones away, the new ones ready, open ones told."""
    _purge(house, article_tag(article_id))
    refreshing.render_pages(house, article_id)


def _lists(house: House, article_id: str) -> None:
    """Everything that lists articles: front page, sections, feeds, sitemaps."""
    _purge(house, LISTS)


def _search(house: House, article_id: str) -> None:
    indexing.index_article(house.engine, article_id)


TARGETS: Mapping[str, Callable[[House, str], None]] = {
    "page": _page,
    "lists": _lists,
    "search": _search,
    "pictures": illustrating.illustrate,
}
