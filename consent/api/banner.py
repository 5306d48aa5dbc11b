"""The banner's files: under a name that is fresh for a minute, and under names that never change their content."""

import re

from flask import Response, redirect, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import NotFound
from chassis.limits.answers import RateLimited, charge
from consent.api import reader, showing
from consent.api.services import services
from consent.banner import assets
from consent.banner.assets import Asset
from consent.notices import Notice

SHORT_S = "max-age=60"
SHORT = f"public, {SHORT_S}"
FOREVER = "public, max-age=31536000, immutable"
NAME = re.compile(
    r"(?P<stem>banner|compat|cookies|gpp|iab|pages|placeholder|signals|tcf)"
    r"(?:\.(?P<digest>[0-9a-f]{16}))?\.(?P<kind>js|css|d\.ts)"
)

blueprint = Blueprint("banner", __name__, description="The banner's script and styles")


class FileSchema(Schema):
    """How a file is asked for."""

    lang = fields.String(metadata={"description": "banner.js only: bring the notice along, for the page's language"})
    v = fields.String(metadata={"description": "whatever tells one address from another"})


@blueprint.route("/v1/sites/<site>/<name>")
@blueprint.arguments(FileSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="The file; for ever under its hashed name; br and gzip by Accept-Encoding")
@blueprint.alt_response(302, description="From an outdated hash to the current one")
def file(query: dict[str, str], site: str, name: str) -> AnyResponse:
    """Return `banner.js` and the like, for a minute; `banner.<hash>.js` for ever."""
    notice = services().catalogue.current(site)
    found = NAME.fullmatch(name)
    asset = _asset(f"{found['stem']}.{found['kind']}", notice) if found else None
    if found is None or asset is None:
        raise NotFound(f"no file {name[:80]!r}")
    if name == "banner.js" and "lang" in query:
        return _with_notice(site, notice, asset, query["lang"])
    if name == asset.hashed_name:
        return _serve(asset, FOREVER)
    if not found["digest"]:
        return _serve(asset, SHORT).make_conditional(request)
    # An outdated hash stands in a page cached before the last publication: what is current suits it as well.
    response = redirect(services().at(f"/v1/sites/{site}/{asset.hashed_name}"))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _with_notice(site: str, notice: Notice, script: Asset, language: str) -> AnyResponse:
    """Return the script, and in it the notice for a reader who is to be asked: they wait for one answer, not for two.

    The display token inside is for this reader: nobody but a page that runs the script gets at it, and what another
    site's page does with it is refused by its origin.
    """
    if reader.open_to(notice) == "none":
        return _serve(script, f"private, {SHORT_S}").make_conditional(request)
    try:
        charge(services().limits.asking(standing=reader.held(site) is not None), site)
    except RateLimited:
        # the script itself is never refused: what a reader has decided is sent and withdrawn through it
        return _serve(script, "private, no-store")
    shown = showing.to_reader(services().catalogue.site(site), notice, language)
    response = _coded(assets.bringing(script, shown))
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.update(("Cookie", "Sec-GPC"))
    return response


def _asset(name: str, notice: Notice) -> Asset | None:
    if name == "iab.js":
        return assets.iab(services().settings.cmp_id, "tcf" in notice.document, "gpp" in notice.document)
    return assets.engine(name) or assets.find(name, notice)


def _serve(asset: Asset, freshness: str) -> Response:
    response = _coded(asset)
    response.set_etag(asset.sha256)
    response.headers["Cache-Control"] = freshness
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _coded(asset: Asset) -> Response:
    coding = next((name for name in ("br", "gzip") if request.accept_encodings[name]), None)
    body = asset.brotli if coding == "br" else asset.gzip if coding else asset.body
    response = Response(body, content_type=asset.content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.vary.add("Accept-Encoding")
    return response
