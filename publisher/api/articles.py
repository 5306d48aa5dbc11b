"""``/v1/articles``: write, read and delete articles, and the public state of their translations."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint

from chassis.authorisation import require
from chassis.errors import NotFound
from chassis.sql import read
from publisher import clock
from publisher.api.preconditions import expected_revision, revision_tag
from publisher.api.schemas import ArticleIn, ArticleOut, VariantsOut
from publisher.articles import ID, Article, Revision, article_json, read_article
from publisher.faults import Fault, refusal
from publisher.house import House
from publisher.publishing import publish, withdraw
from publisher.shown import as_shown
from publisher.store import articles, variants
from publisher.variants import Variant

MOST_BYTES = 4 * 1024 * 1024
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": 'The revision that you change, as its ETag: "3"; needed for an article that is there already.',
}

blueprint = Blueprint("articles", __name__, url_prefix="/v1/articles", description="Articles and their translations")


@blueprint.before_request
def allow_long_bodies() -> None:
    """An article may be longer than what other requests send."""
    request.max_content_length = MOST_BYTES


@blueprint.after_request
def spare_who_has_it(response: Response) -> Response:
    """Answer 304 to a reader who has this revision already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.make_conditional(request)
    return response


@blueprint.route("/<article_id>")
class ArticleView(MethodView):
    """One article."""

    @require("articles:write")
    @blueprint.arguments(ArticleIn)
    @blueprint.response(200, ArticleOut)
    @blueprint.alt_response(201, schema=ArticleOut)
    @blueprint.doc(parameters=[IF_MATCH])
    def put(self, sent: dict[str, Any], article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Publish an article, or its next revision (If-Match: the revision you change)."""
        if not ID.fullmatch(article_id):
            raise refusal([Fault("id", "small letters, digits and hyphens, at most 128", repr(article_id))])
        article = read_article(sent, _source_languages())
        done = publish(_house().engine, article_id, article, sent["kind"], expected_revision(), _house().offer)
        if done.changed:
            _house().announce(article_id)
        return _article(done.revision), 201 if done.new else 200, _headers(done.revision)

    @require("articles:read")
    @blueprint.response(200, ArticleOut)
    def get(self, article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Read an article at its current revision."""
        found = _load(article_id)
        return _article(found), 200, _headers(found)

    @require("articles:write")
    @blueprint.response(204)
    @blueprint.doc(parameters=[IF_MATCH])
    def delete(self, article_id: str) -> Response:
        """Delete an article with its revisions and translations (If-Match: its current revision)."""
        withdraw(_house().engine, article_id, expected_revision())
        _house().announce(article_id)
        return Response(status=204)


@blueprint.route("/<article_id>/variants")
@blueprint.response(200, VariantsOut)
def show_variants(article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Tell how far an article's translations are; public."""
    with read(_house().engine) as connection:
        found = articles.load(connection, article_id)
        if found is None or found.article.pub_status != "usable":
            raise NotFound(f"no article {article_id!r}")
        listed = variants.of_article(connection, article_id)
    now_ms = clock.now_ms()
    body = {
        "article": article_id,
        "revision": found.number,
        "variants": [_variant(found.article, as_shown(found.article, each, now_ms)) for each in listed],
    }
    return body, 200, {"Cache-Control": "no-store"}


def _house() -> House:
    house: House = current_app.extensions["house"]
    return house


def _source_languages() -> list[str]:
    return [language for language in _house().settings.languages if not language.endswith("-XA")]


def _load(article_id: str) -> Revision:
    with read(_house().engine) as connection:
        found = articles.load(connection, article_id)
    if found is None:
        raise NotFound(f"no article {article_id!r}")
    return found


def _article(revision: Revision) -> dict[str, Any]:
    article = revision.article
    return article_json(article) | {
        "id": revision.article_id,
        "revision": revision.number,
        "kind": revision.kind,
        "versionCreated": _time(revision.created_ms),
        "firstPublished": _time(revision.first_published_ms) if revision.first_published_ms else None,
        "url": _house().settings.public_url + article.path_in(article.language),
    }


def _headers(revision: Revision) -> dict[str, str]:
    return {
        "ETag": revision_tag(revision.number),
        "Location": f"/v1/articles/{revision.article_id}",
        "Cache-Control": "private, no-store",
    }


def _variant(article: Article, variant: Variant) -> dict[str, Any]:
    return {
        "language": variant.language,
        "state": variant.state,
        "done": variant.done,
        "total": variant.total,
        "engine": variant.engine,
        "engine_version": variant.engine_version,
        "revision": variant.revision,
        "deadline": _time(variant.deadline_ms) if variant.pending and variant.deadline_ms else None,
        "reason": variant.reason,
        "url": article.path_in(variant.language),
    }


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
