"""What all of the desk's pages share: navigation, style sheet, headers, and how a problem is told."""

import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for

from chassis.errors import NotFound, Problem
from chassis.sign_in import session
from publisher import wording
from publisher.api.forms import the_house
from publisher.credits import Credit, format_line
from publisher.desk import moments
from publisher.desk.words import ACTIONS, STATES, VARIANTS
from publisher.following import Hand
from publisher.pictures import MOST_BYTES
from publisher.variants import is_pseudo

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")

# What the navigation leads to: word, endpoint, and the scope without which it is not shown.
NAVIGATION = (
    ("Articles", "desk.articles", "articles:read"),
    ("Pictures", "desk.pictures", "articles:read"),
    ("Trends", "desk.trends", "articles:read"),
    ("Who did what", "desk.activity", "articles:read"),
)
TABS = (("Article", "desk.article"), ("Edit", "desk.edit"), ("Revisions", "desk.revisions"))
HERE = Path(__file__).parent
# What the pages bring along. A script's hash stands in its path, so that what it imports is of the same release.
FILES = {"desk.css": HERE / "desk.css"} | {path.name: path for path in sorted((HERE / "scripts").glob("*.js"))}
FILES_HASH = hashlib.sha256(b"".join(path.read_bytes() for path in FILES.values())).hexdigest()[:16]
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MOST_FORM_BYTES = 6 * 1024 * 1024
"""Of a form's texts; its pictures come on top."""
MOST_FIELDS = 40_000


@blueprint.before_request
def allow_long_forms() -> None:
    """An article's form is longer than what other requests send, and it brings pictures along."""
    request.max_content_length = MOST_FORM_BYTES + 2 * MOST_BYTES
    request.max_form_memory_size = MOST_FORM_BYTES
    request.max_form_parts = MOST_FIELDS


@blueprint.get("/files/<release>/<name>")
def file(release: str, name: str) -> Response:
    """Return a style sheet or a script."""
    if name not in FILES:
        raise NotFound(f"There is no file {name[:80]!r}.")
    return send_file(FILES[name], max_age=31_536_000 if release == FILES_HASH else 0)


@blueprint.after_request
def seal(response: Response) -> Response:
    """Keep the pages out of caches, frames and other windows; one that shows an article has a policy of its own."""
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: with it browsers send our own forms with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.errorhandler(Problem)
def problem(error: Problem) -> tuple[str, int, dict[str, str]]:
    """Tell a problem as a page."""
    status, title = current_app.extensions["problems"][error.kind]
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return render_template("desk/problem.html", title=title, detail=error.detail), status, headers


@blueprint.app_template_filter()
def credit_line(credit: Credit) -> str:
    """Write a credit line."""
    return format_line(credit)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give every page what its frame needs."""
    return {
        "who": session.who(),
        "may": may,
        "navigation": _navigation(),
        "csrf": session.csrf,
        "newsroom": the_house().site.name,
        "file": lambda name: url_for("desk.file", release=FILES_HASH, name=name),
        "moment": lambda ms: moments.text(ms, zone()),
        "iso": moments.iso,
        "language_name": language_name,
        "direction": lambda language: wording.load(language).dir,
        "state_words": STATES,
        "action_words": ACTIONS,
        "variant_words": VARIANTS,
        "tabs": TABS,
    }


def zone() -> ZoneInfo:
    """Return the newsroom's time zone."""
    return the_house().settings.time_zone


def may(scope: str) -> bool:
    """Tell whether who is signed in has a scope."""
    who = session.who()
    return who is not None and scope in who.scopes


def hand(reason: str | None = None) -> Hand:
    """Name whose doing a request is."""
    who = session.who()
    name = f"{who.label[:100]} ({who.identity.get('token') or who.identity['sub']})" if who else ""
    return Hand(name, (reason or "").strip() or None)


def source_languages() -> list[str]:
    """List the languages that articles are written in."""
    return [language for language in the_house().settings.languages if not is_pseudo(language)]


def language_name(language: str) -> str:
    """Name a language in English; the pseudo-locale has a name of its own."""
    name = wording.load("en").locale.languages.get(language)
    return name or wording.load(language).name


def _navigation() -> list[dict[str, Any]]:
    """List where the navigation leads, and which of it somebody is at."""
    entries = [(word, url_for(endpoint)) for word, endpoint, scope in NAVIGATION if may(scope)]
    return [{"word": word, "address": address, "here": _below(address)} for word, address in entries]


def _below(address: str) -> bool:
    if address == url_for("desk.articles"):
        return request.path.startswith((f"{address}/articles", f"{address}/new")) or request.path == address
    return request.path == address or request.path.startswith(f"{address}/")
