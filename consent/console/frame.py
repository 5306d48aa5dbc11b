"""What all of the console's pages share: navigation, style sheet, headers, and how a problem is told."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for

from chassis.errors import NotFound, Problem
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
HERE = Path(__file__).parent
# What the pages bring along. A script's hash stands in its path, so that what it imports is of the same release.
FILES = {"console.css": HERE / "console.css"} | {path.name: path for path in sorted((HERE / "scripts").glob("*.js"))}
FILES_HASH = hashlib.sha256(b"".join(path.read_bytes() for path in FILES.values())).hexdigest()[:16]
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.get("/files/<release>/<name>")
def file(release: str, name: str) -> Response:
    """Return a style sheet or a script."""
    if name not in FILES:
        raise NotFound(f"There is no file {name[:80]!r}.")
    return send_file(FILES[name], max_age=31_536_000 if release == FILES_HASH else 0)


@blueprint.after_request
def seal(response: Response) -> Response:
    """Keep the pages out of caches, frames and other windows."""
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # Not no-referrer: with it browsers send our own forms with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.errorhandler(Problem)
def problem(error: Problem) -> tuple[str, int, dict[str, str]]:
    """Tell a problem as a page."""
    status, title = current_app.extensions["problems"][error.kind]
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return render_template("console/problem.html", title=title, detail=error.detail), status, headers


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Give every page what its frame needs."""
    return {
        "signed_in": session.who(),
        "navigation": _navigation(),
        "csrf": session.csrf,
        "file": lambda name: url_for("console.file", release=FILES_HASH, name=name),
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
