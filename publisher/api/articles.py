"""``/v1/articles``: write, read and delete articles, and the public state of their translations."""

from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE

from chassis.authorisation import require
from chassis.errors import Gone, NotFound
from chassis.sql import read
from publisher import clock
from publisher.api.forms import article_form, article_headers, find, hand, milliseconds, moment, the_house
from publisher.api.idempotency import HEADER, idempotent
from publisher.api.preconditions import expected_version
from publisher.api.schemas import (
    ArticleIn,
    ArticleNew,
    ArticleOut,
    ArticlesOut,
    ArticlesQuery,
    DryRunOut,
    RevisionOut,
    RevisionsOut,
    VariantsOut,
    WriteQuery,
)
from publisher.articles import ID, Article, article_json, read_article, section_slug
from publisher.comparison import changes
from publisher.editing.moving import Published
from publisher.editing.publishing import Writing, publish, withdraw
from publisher.faults import Fault, refusal
from publisher.shown import as_shown
from publisher.states import KILLED
from publisher.store import articles, listing, variants
from publisher.store.listing import Selection
from publisher.variants import MACHINE, Variant, is_pseudo

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


@blueprint.route("")
class ArticlesView(MethodView):
    """All articles."""

    @require("articles:write")
    @idempotent
    @blueprint.arguments(ArticleNew)
    @blueprint.arguments(WriteQuery, location="query", unknown=RAISE)
    @blueprint.response(201, ArticleOut)
    @blueprint.alt_response(200, schema=DryRunOut)
    @blueprint.doc(parameters=[HEADER])
    def post(self, sent: dict[str, Any], query: dict[str, Any]) -> Any:
        """Make an article; with an Idempotency-Key it is made once, however often it is sent."""
        return _write(sent.get("id") or sent["slug"], sent, query["dry_run"])

    @require("articles:read")
    @blueprint.arguments(ArticlesQuery, location="query", unknown=RAISE)
    @blueprint.response(200, ArticlesOut)
    def get(self, query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """List articles by their last change, page by page."""
        selection = Selection(
            query.get("state"),
            section_slug(query["section"]) if "section" in query else None,
            query.get("keyword"),
            query.get("language"),
            milliseconds(query.get("changed_since")),
        )
        oldest_first = query["order"] == "oldest"
        with read(the_house().engine) as connection:
            found, cursor = listing.page(connection, selection, query.get("cursor"), query["limit"], oldest_first)
        body = {"articles": [article_form(each) for each in found], "next": cursor}
        return body, 200, {"Cache-Control": "private, no-store"}


@blueprint.route("/<article_id>")
class ArticleView(MethodView):
    """One article."""

    @require("articles:write")
    @idempotent
    @blueprint.arguments(ArticleIn)
    @blueprint.arguments(WriteQuery, location="query", unknown=RAISE)
    @blueprint.response(200, ArticleOut)
    @blueprint.alt_response(201, schema=ArticleOut)
    @blueprint.doc(parameters=[IF_MATCH, HEADER])
    def put(self, sent: dict[str, Any], query: dict[str, Any], article_id: str) -> Any:
        """Publish an article, or its next revision (If-Match: the version you change)."""
        return _write(article_id, sent, query["dry_run"])

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


@blueprint.route("/<article_id>/revisions")
@require("articles:read")
@blueprint.response(200, RevisionsOut)
def list_revisions(article_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """List an article's revisions, the newest first."""
    find(article_id)
    with read(the_house().engine) as connection:
        listed = articles.revisions(connection, article_id)
    body = [{"revision": number, "kind": kind, "versionCreated": moment(ms)} for number, kind, ms in listed]
    return {"revisions": body}, 200, {"Cache-Control": "private, no-store"}


@blueprint.route("/<article_id>/revisions/<int:number>")
@require("articles:read")
@blueprint.response(200, RevisionOut)
def show_revision(article_id: str, number: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Read one revision as it was."""
    with read(the_house().engine) as connection:
        found = articles.content_of(connection, article_id, number) if number < 2**31 else None
    if found is None:
        raise NotFound(f"no revision {number} of article {article_id!r}")
    kind, created_ms, article = found
    body = {"revision": number, "kind": kind, "versionCreated": moment(created_ms), "article": article_json(article)}
    return body, 200, {"Cache-Control": "private, no-store"}


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


def _write(article_id: str, sent: dict[str, Any], dry_run: bool) -> Any:
    if not ID.fullmatch(article_id):
        raise refusal([Fault("id", "small letters, digits and hyphens, at most 128", repr(article_id))])
    article = read_article(sent, _source_languages())
    times = {name: milliseconds(sent[field]) for field, name in TIMES.items() if field in sent}
    writing = Writing(sent["kind"], expected_version(), sent.get("pubStatus"), times, hand(), dry_run)
    house = the_house()
    done = publish(house.engine, article_id, article, writing, house.offer)
    if dry_run:
        return jsonify(DryRunOut().dump(_dry(done)))
    if done.changed:
        house.announce(article_id)
    return article_form(done.revision), 201 if done.new else 200, article_headers(done.revision)


def _dry(done: Published) -> dict[str, Any]:
    before, made = done.before, done.revision
    return {
        "changed": done.changed,
        "action": done.action,
        "revision": made.number,
        "fromState": before.state if before else None,
        "toState": made.state,
        "public": made.is_public(clock.now_ms()),
        "changes": [each._asdict() for each in changes(before.article if before else None, made.article)],
        "translations": list(done.asked),
    }


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
        "review": variant.review if variant.state == MACHINE else None,
        "revision": variant.revision,
        "deadline": moment(variant.deadline_ms) if variant.pending else None,
        "reason": variant.reason,
        "url": article.path_in(variant.language),
    }
