"""What all of the desk's pages share: navigation, policy, and what their templates are given."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for

from chassis import staff_pages
from chassis.sign_in import session
from publisher import wording
from publisher.api.forms import the_house
from publisher.body.credits import Credit, format_line
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
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
staff_pages.add_to(blueprint, Path(__file__).parent, POLICY)
MOST_FORM_BYTES = 6 * 1024 * 1024
"""Of a form's texts; its pictures come on top."""
MOST_FIELDS = 40_000


@blueprint.before_request
def allow_long_forms() -> None:
    """An article's form is longer than what other requests send, and it brings pictures along."""
    request.max_content_length = MOST_FORM_BYTES + 2 * MOST_BYTES
    request.max_form_memory_size = MOST_FORM_BYTES
    request.max_form_parts = MOST_FIELDS


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
