"""The library of pictures as the desk shows it: what they show, who made them, and which articles say what of them."""

import re
from typing import Any

from sqlalchemy import Connection

from publisher.api.forms import the_house
from publisher.body.blocks import Picture
from publisher.body.credits import Credit
from publisher.search_text import normalised
from publisher.states import KILLED
from publisher.store import articles, media

PER_PAGE = 24
MOST_READ = 6
"""Articles that are asked what a picture shows, the one that changed last first."""
_CURSOR = re.compile(r"([0-9]{1,15})-([0-9a-f]{64})")


def shelf(words: str, before: str, language: str | None = None) -> dict[str, Any]:
    """List pictures, the newest first, a page at a time.

    Args:
        words: all of which something that is said of a picture must hold; empty: all pictures.
        before: where the page goes on, as `older` of the page before tells; else the newest.
        language: in which they are rather described, if they are.
    """
    found = _CURSOR.fullmatch(before)
    place = (int(found[1]), found[2]) if found else None
    with the_house().renderer.assembly() as assembly:
        connection = assembly.connection
        listed = media.page(connection, place, PER_PAGE + 1, normalised(words[:200]).split())
        shown = listed[:PER_PAGE]
        hashes = [each.sha256 for each, _ in shown]
        views, uses = assembly.pictures(hashes), media.uses(connection, hashes)
        rows = [
            {
                "media": each,
                "created_ms": ms,
                "view": views.get(each.sha256),
                "used": uses.get(each.sha256, []),
                "as": said_of(connection, each.sha256, uses.get(each.sha256, []), language),
            }
            for each, ms in shown
        ]
    older = f"{shown[-1][1]}-{hashes[-1]}" if len(listed) > PER_PAGE else ""
    return {"rows": rows, "older": older, "before": before if found else "", "words": words[:200]}


def said_of(connection: Connection, sha256: str, used: list[str], language: str | None) -> Picture | None:
    """Return what the article that changed last says of a picture, one in this language first; else its file."""
    told: Picture | None = None
    for article_id in used[:MOST_READ]:
        revision = articles.load(connection, article_id)
        if revision is None or revision.state == KILLED:
            continue
        here = next((each for each in revision.article.pictures.values() if each.media == sha256), None)
        if here and language in (None, revision.article.language):
            return here
        told = told or here
    return told or _of_file(connection, sha256)


def _of_file(connection: Connection, sha256: str) -> Picture | None:
    """What a picture's own file says, while no article says anything."""
    said = media.metadata_of(connection, sha256)
    credit = Credit(said.creators, said.agency)
    if said == media.NO_METADATA:
        return None
    return Picture(media=sha256, caption=said.caption, alt=said.alt, decorative=False, credit=credit)
