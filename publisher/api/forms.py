"""Articles as the API shows them, and what a request says of times and of who it is."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, g

from chassis.errors import NotFound
from chassis.sql import read
from publisher.api.preconditions import version_tag
from publisher.articles import Revision, article_json
from publisher.following import Hand
from publisher.house import House
from publisher.states import pub_status
from publisher.store import articles


def the_house() -> House:
    """Return the running service's parts."""
    house: House = current_app.extensions["house"]
    return house


def hand(reason: str | None = None) -> Hand:
    """Name whose doing a request is: the label and id of its token."""
    return Hand(f"{g.token.label} ({g.token.id})", (reason or "").strip() or None)


def find(article_id: str) -> Revision:
    """Load an article, or raise NotFound."""
    with read(the_house().engine) as connection:
        found = articles.load(connection, article_id)
    if found is None:
        raise NotFound(f"no article {article_id!r}")
    return found


def article_form(revision: Revision) -> dict[str, Any]:
    """Write an article with its state."""
    article, timing = revision.article, revision.timing
    return article_json(article) | {
        "id": revision.article_id,
        "revision": revision.number,
        "kind": revision.kind,
        "state": revision.state,
        "pubStatus": pub_status(revision.state),
        "versionCreated": moment(revision.created_ms),
        "firstPublished": moment(revision.first_published_ms),
        "publishAt": moment(timing.publish_ms),
        "embargoedUntil": moment(timing.embargoed_until_ms),
        "expires": moment(timing.expires_ms),
        "changed": moment(revision.changed_ms),
        "url": the_house().settings.public_url + article.path_in(article.language),
    }


def article_headers(revision: Revision) -> dict[str, str]:
    """Headers of an answer that shows an article."""
    return {
        "ETag": version_tag(revision.version),
        "Location": f"/v1/articles/{revision.article_id}",
        "Cache-Control": "private, no-store",
    }


def moment(ms: int | None) -> str | None:
    """Write a time: RFC 3339, UTC, with milliseconds."""
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(given: datetime | None) -> int | None:
    """Unix milliseconds of a time that was sent."""
    return None if given is None else round(given.timestamp() * 1000)
