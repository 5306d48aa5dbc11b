"""What all of the console's pages share: navigation, policy, and what their templates are given."""

from pathlib import Path
from typing import Any

from flask import Blueprint, request, url_for

from chassis import staff_pages
from chassis.sign_in import session
from consent import instants
from consent.api.services import services

blueprint = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")

# What the navigation leads to: word, endpoint, the scope without which it is not shown, and the key that leads there
# after `g`. A page below one (`/records/<id>`) counts as its own.
NAVIGATION = (
    ("Overview", "console.overview", None, "o"),
    ("Records", "console.records", "audit:read", "r"),
    ("Exports", "console.exports", "audit:read", "e"),
    ("Acts", "console.acts", "audit:read", "a"),
    ("Persons", "console.subjects", "subjects:read", "p"),
    ("Notices", "console.notices", None, "n"),
    ("Tokens", "console.tokens", "tokens:write", "t"),
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
        "stand": _stand,
        "log_origin": services().ledger.origin,
    }


def _navigation() -> list[dict[str, Any]]:
    """List where the navigation leads, and which of it the page is at."""
    home = url_for("console.overview")
    who = session.who()
    scopes = {None} | (who.scopes if who else set())
    entries = [(word, url_for(endpoint), key) for word, endpoint, scope, key in NAVIGATION if scope in scopes]
    return [
        {"word": word, "address": address, "key": key, "here": request.path == address or _below(address, home)}
        for word, address, key in entries
    ]


def _stand() -> dict[str, Any]:
    """Tell at which state of the log a page was printed."""
    head, now = services().ledger.published(), instants.text(services().now_ms())
    return {"at": now, "size": 0 if head is None else head.size, "root": "" if head is None else _root(head.note)}


def _root(note: str) -> str:
    """Return the root hash of a checkpoint: its third line (c2sp.org/tlog-checkpoint)."""
    return note.split("\n")[2]


def _below(address: str, home: str) -> bool:
    return address != home and request.path.startswith(f"{address}/")
