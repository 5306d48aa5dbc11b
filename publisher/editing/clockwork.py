"""What the clock does to articles when their time has come: publish, lift an embargo, let expire."""

import logging

from sqlalchemy import Connection, Engine

from chassis.errors import Problem
from chassis.sql import read, write
from publisher import clock, following
from publisher.articles import Revision
from publisher.editing.moving import moved
from publisher.following import Hand, Offer
from publisher.states import LIVE, SCHEDULED
from publisher.store import articles, due
from publisher.store.due import Moment

MOST = 100
WHO = "the clock"

log = logging.getLogger(__name__)


def run_due(engine: Engine, offer: Offer) -> list[str]:
    """Do everything that is due, each in a transaction of its own; return the articles that changed.

    Two clocks at once do nothing twice: who takes a moment out of the set does it.
    """
    with read(engine) as connection:
        moments = due.reached(connection, clock.now_ms(), MOST)
    return [moment.article for moment in moments if _do(engine, moment, offer)]


def _do(engine: Engine, moment: Moment, offer: Offer) -> bool:
    try:
        with write(engine) as connection:
            current = articles.load(connection, moment.article, lock=True)
            if current is None or not due.take(connection, moment):
                return False
            _act(connection, current, moment.action, offer)
            return True
    except Problem as problem:
        # one article must not hold up the others; its moment stays and is tried again
        log.error("not done in time", extra={"article": moment.article, "action": moment.action}, exc_info=problem)
        return False


def _act(connection: Connection, current: Revision, action: str, offer: Offer) -> None:
    if action == "publish" and current.state == SCHEDULED:
        expired = current.timing.expires_ms is not None and current.timing.expires_ms <= clock.now_ms()
        if expired:
            moved(connection, current, "draft", Hand(WHO, "expired before it could be published"), offer)
        else:
            moved(connection, current, "publish", Hand(WHO, "scheduled"), offer)
    elif action == "expire" and current.state in LIVE:
        moved(connection, current, "unpublish", Hand(WHO, "expired"), offer)
    elif action == "lift" and current.state in LIVE:
        following.follow_clock(connection, current, "lift", Hand(WHO, "the embargo ended"))
