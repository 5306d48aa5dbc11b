"""``/v1/articles``: write, read and delete articles, and the public state of their translations."""

from typing import Any

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from chassis.authorisation import require
from chassis.errors import Gone, NotFound
from chassis.sql import read
from publisher import clock
from publisher.api.forms import article_form, article_headers, find, hand, milliseconds, moment, the_house
from publisher.api.preconditions import expected_version
from publisher.api.schemas import ArticleIn, ArticleOut, VariantsOut
from publisher.articles import ID, Article, read_article
from publisher.faults import Fault, refusal
from publisher.publishing import Writing, publish, withdraw
from publisher.shown import as_shown
from publisher.states import KILLED
from publisher.store import articles, variants
from publisher.variants import Variant, is_pseudo

MOST_BYTES = 4 * 1024 * 1024
TIMES = {"embargoedUntil": "embargoed_until_ms", "expires": "expires_ms"}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": 'The version that you change, as its ETag: "3"; needed for an article that is there already.',
}

blueprint = Blueprint("articles", __name__, url_prefix="/v1/articles", description="Articles and their translations")


@blueprint.before_request
def allow_long_bodies() -> None:
    """An article may be longer than what other requests send."""
    request.max_content_length = MOST_BYTES


@blueprint.after_request
def spare_who_has_it(response: Response) -> Response:
    """Answer 304 to a reader who has this version already."""
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
        """Publish an article, or its next revision (If-Match: the version you change)."""
        if not ID.fullmatch(article_id):
            raise refusal([Fault("id", "small letters, digits and hyphens, at most 128", repr(article_id))])
        article = read_article(sent, _source_languages())
        times = {name: milliseconds(sent[field]) for field, name in TIMES.items() if field in sent}
        writing = Writing(sent["kind"], expected_version(), sent.get("pubStatus"), times, hand())
        done = publish(the_house().engine, article_id, article, writing, the_house().offer)
        if done.changed:
            the_house().announce(article_id)
        return article_form(done.revision), 201 if done.new else 200, article_headers(done.revision)

    @require("articles:read")
    @blueprint.response(200, ArticleOut)
    def get(self, article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Read an article at its current revision."""
        found = find(article_id)
        return article_form(found), 200, article_headers(found)

    @require("articles:write")
    @blueprint.response(204)
    @blueprint.doc(parameters=[IF_MATCH])
    def delete(self, article_id: str) -> Response:
        """Delete an article with its revisions and translations (If-Match: its current version)."""
        withdraw(the_house().engine, article_id, expected_version(), hand())
        the_house().announce(article_id)
        return Response(status=204)


@blueprint.route("/<article_id>/variants")
@blueprint.response(200, VariantsOut)
def show_variants(article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Tell how far an article's translations are; public."""
    with read(the_house().engine) as connection:
        found = articles.load(connection, article_id)
        listed = variants.of_article(connection, article_id)
    now_ms = clock.now_ms()
    if found is not None and found.state == KILLED:
        raise Gone(f"article {article_id!r} was taken down for good")
    if found is None or not found.is_public(now_ms):
        raise NotFound(f"no article {article_id!r}")
    body = {
        "article": article_id,
        "revision": found.number,
        "variants": [_variant(found.article, as_shown(found.article, each, now_ms)) for each in listed],
    }
    return body, 200, {"Cache-Control": "no-store"}


def _source_languages() -> list[str]:
    return [language for language in the_house().settings.languages if not is_pseudo(language)]


def _variant(article: Article, variant: Variant) -> dict[str, Any]:
    return {
        "language": variant.language,
        "state": variant.state,
        "done": variant.done,
        "total": variant.total,
        "engine": variant.engine,
        "engine_version": variant.engine_version,
        "revision": variant.revision,
        "deadline": moment(variant.deadline_ms) if variant.pending else None,
        "reason": variant.reason,
        "url": article.path_in(variant.language),
    }
