"""``/v1/articles/{id}/ninjs`` and ``/newsml``: an article as agencies exchange it."""

import json
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from chassis.authorisation import require
from chassis.errors import NotFound
from publisher import clock
from publisher.api.block_schemas import Closed
from publisher.api.forms import find, the_house
from publisher.api.schemas import Word
from publisher.exchange import newsml, ninjs
from publisher.exchange.items import Item

NEWSML = "application/vnd.iptc.g2.newsmessage+xml"

blueprint = Blueprint("exchange", __name__, url_prefix="/v1/articles", description="Articles for other newsrooms")


class LanguageQuery(Closed):
    """In which language."""

    language = Word(metadata={"description": "Default: the article's own."})


@blueprint.route("/<article_id>/ninjs")
@require("articles:read")
@blueprint.arguments(LanguageQuery, location="query", unknown=RAISE)
@blueprint.response(200, {"type": "object"})
def as_ninjs(query: dict[str, Any], article_id: str) -> Response:
    """Read an article in one language as ninjs 3.1."""
    return _answer(json.dumps(ninjs.write(_item(article_id, query)), ensure_ascii=False), "application/json")


@blueprint.route("/<article_id>/newsml")
@require("articles:read")
@blueprint.arguments(LanguageQuery, location="query", unknown=RAISE)
@blueprint.response(200, {"type": "string"}, content_type=NEWSML)
def as_newsml(query: dict[str, Any], article_id: str) -> Response:
    """Read an article in one language with its pictures as a NewsML-G2 message."""
    return _answer(newsml.write(_item(article_id, query), clock.now_ms()), NEWSML)


def _item(article_id: str, query: dict[str, Any]) -> Item:
    find(article_id)
    found = the_house().syndicator.item(article_id, query.get("language"))
    if found is None:
        raise NotFound(f"article {article_id!r} cannot be read in {query.get('language')!r}")
    return found


def _answer(text: str, content_type: str) -> Response:
    response = Response(text, content_type=content_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response
