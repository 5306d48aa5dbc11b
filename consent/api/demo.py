"""`GET /demo`: a site's banner over a plain page, with scripts and a frame that wait. What a developer tries first.

Only where CONSENT_DEMO says so: its choices are real records, and for them the service's own origin may send as well.
"""

from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, send_from_directory

from consent import notices
from consent.api.services import services

HERE = Path(__file__).parent.parent / "banner" / "demo"
FILES = ("demo.js", "demo.css", "tag.js", "frame.html")

blueprint = Blueprint("demo", __name__, template_folder="../templates")


@blueprint.before_request
def _only_where_wanted() -> None:
    if not services().settings.demo:
        abort(404)


@blueprint.after_request
def _seal(response: Response) -> Response:
    own = services().own_origin
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {own}; style-src {own}; connect-src {own}; frame-src {own}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.get("/demo")
def page() -> str:
    """Show the banner of `?site=`, in the language of `?lang=`; without a site, that of the first there is."""
    site = request.args.get("site") or next(iter(services().catalogue.sites()), "")
    notice = services().catalogue.current(site)
    language = notice.closest(request.args.get("lang"))
    return render_template(
        "demo.html",
        site=site,
        language=language,
        direction=notices.direction(language),
        languages=list(notice.document["texts"]),
        purposes=list(notice.optional),
        script=services().at(f"/v1/sites/{site}/banner.js"),
        form=services().at(f"/v1/sites/{site}/banner"),
        at=services().at,
    )


@blueprint.get("/demo/<name>")
def file(name: str) -> Response:
    """Return one of the demo's files."""
    if name not in FILES:
        abort(404)
    return send_from_directory(HERE, name)
