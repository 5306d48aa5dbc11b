"""What all of the console's pages share: navigation, policy, and what their templates are given."""

from pathlib import Path
from typing import Any

from flask import Blueprint, request, url_for

from chassis import staff_pages
from chassis.sign_in import session
from consent import instants

blueprint = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")

# What the navigation leads to: word, endpoint, and the scope without which it is not shown. A page below one
# (`/records/<id>`) counts as its own.
NAVIGATION = (
    ("Overview", "console.overview", None),
    ("Records", "console.records", "audit:read"),
    ("Exports", "console.exports", "audit:read"),
    ("Acts", "console.acts", "audit:read"),
    ("Persons", "console.subjects", "subjects:read"),
    ("Notices", "console.notices", None),
    ("Tokens", "console.tokens", "tokens:write"),
)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
staff_pages.add_to(blueprint, Path(__file__).parent, POLICY)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give every page what its frame needs."""
    return {
        "signed_in": session.who(),
        "navigation": _navigation(),
        "csrf": session.csrf,
        "moment": lambda unix_ms: instants.text(unix_ms),
    }


def _navigation() -> list[dict[str, Any]]:
    """List where the navigation leads, and which of it the page is at."""
    home = url_for("console.overview")
    who = session.who()
    scopes = {None} | (who.scopes if who else set())
    entries = [(word, url_for(endpoint)) for word, endpoint, scope in NAVIGATION if scope in scopes]
    return [
        {"word": word, "address": address, "here": request.path == address or _below(address, home)}
        for word, address in entries
    ]


def _below(address: str, home: str) -> bool:
    return address != home and request.path.startswith(f"{address}/")
