"""The readers' pages. Cached ones seldom come here: the cache layer in front answers them."""

from babel import negotiate_locale
from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as AnyResponse

from publisher.api.moves import show_preview
from publisher.house import House
from publisher.page import pages
from publisher.page.answers import Rendered, page_headers
from publisher.variants import is_pseudo


class LanguageConverter(BaseConverter):
    """A language tag in an address, which ``v1`` is not."""

    regex = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"


blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def entry() -> AnyResponse:
    """Send a reader without a language to the front page in theirs; never cached."""
    return _negotiated(f"/{preferred_language()}/")


@blueprint.get("/<slug>")
def article_entry(slug: str) -> AnyResponse:
    """Send a reader with an address without a language to the article in theirs."""
    if slug in _house().settings.languages:
        return redirect(f"/{slug}/", 308)
    path = _house().renderer.article_path(preferred_language(), slug)
    if path is None:
        return _answer(_house().renderer.missing(preferred_language()))
    return _negotiated(path)


@blueprint.get("/<language:language>/")
def front(language: str) -> Response:
    """Show the front page."""
    if language not in _house().settings.languages:
        return _answer(_house().renderer.missing(preferred_language()))
    return _answer(_house().renderer.front(language))


@blueprint.get("/<language:language>/section/<section>")
def section(language: str, section: str) -> Response:
    """Show a section's page."""
    if language not in _house().settings.languages:
        return _answer(_house().renderer.missing(preferred_language()))
    return _answer(_house().renderer.section(language, section))


@blueprint.get("/<language:language>/policies/<name>")
@blueprint.get("/<language:language>/policies/<name>/versions/<int:number>")
def document(language: str, name: str, number: int | None = None) -> Response:
    """Show a policy document: as it is in force, or one version."""
    if language not in _house().settings.languages:
        return _answer(_house().renderer.missing(preferred_language()))
    return _answer(_house().renderer.document(language, name, number))


@blueprint.get("/<language:language>/<slug>")
def article(language: str, slug: str) -> Response:
    """Show an article."""
    if language not in _house().settings.languages:
        return _answer(_house().renderer.missing(preferred_language()))
    return _answer(_house().renderer.article(language, slug))


@blueprint.get("/preview/<token>")
def preview(token: str) -> Response:
    """Show an article to whoever has a link to it."""
    return show_preview(token)


@blueprint.get("/static/<name>")
def static_file(name: str) -> Response:
    """Serve the first-party scripts and the site's own files by their content's hash."""
    own = _house().site.assets.get(name)
    if own:
        response = Response(own.data, content_type=own.content_type)
        # a mark may be an SVG, which is a document with scripts to whoever opens it
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    elif name in pages.scripts():
        response = Response(pages.scripts()[name], content_type="text/javascript; charset=utf-8")
    else:
        return _answer(_house().renderer.missing(preferred_language()))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _house() -> House:
    house: House = current_app.extensions["house"]
    return house


def _negotiated(path: str) -> AnyResponse:
    response = redirect(path, 302)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Accept-Language"
    return response


def _answer(rendered: Rendered) -> Response:
    response = Response(rendered.html, rendered.status)
    for name, value in page_headers(rendered, _house().site):
        response.headers[name] = value
    return response


def preferred_language() -> str:
    """The offered language that suits the reader best; the first one when none does."""
    offered = [language for language in _house().settings.languages if not is_pseudo(language)]
    wanted = [tag.replace("_", "-") for tag, _ in request.accept_languages]
    return negotiate_locale(wanted, offered, sep="-") or offered[0]
