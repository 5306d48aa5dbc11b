"""The banner's files: a short-lived name that leads to the current content, and names that never change theirs."""

import re

from flask import Response, redirect, request
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import NotFound
from consent.api.services import services
from consent.banner import assets
from consent.banner.assets import Asset
from consent.notices import Notice

ALIAS = "public, max-age=60"
FOREVER = "public, max-age=31536000, immutable"
NAME = re.compile(
    r"(?P<stem>banner|compat|cookies|gpp|iab|pages|placeholder|signals|tcf)"
    r"(?:\.(?P<digest>[0-9a-f]{16}))?\.(?P<kind>js|css|d\.ts)"
)

blueprint = Blueprint("banner", __name__, description="The banner's script and styles")


@blueprint.route("/v1/sites/<site>/<name>")
@blueprint.response(200, description="The file of a hashed name, for ever; br and gzip by Accept-Encoding")
@blueprint.alt_response(302, description="From a plain name, or an outdated hash, to the current hash")
def file(site: str, name: str) -> AnyResponse:
    """Return `banner.<hash>.js`, `banner.<hash>.css`, `pages.<hash>.css`; `banner.js` and the like lead there."""
    notice = services().catalogue.current(site)
    found = NAME.fullmatch(name)
    asset = _asset(f"{found['stem']}.{found['kind']}", notice) if found else None
    if found is None or asset is None:
        raise NotFound(f"no file {name[:80]!r}")
    if name == asset.hashed_name:
        return _serve(asset)
    response = redirect(services().at(f"/v1/sites/{site}/{asset.hashed_name}"))
    # An outdated hash stands in a page cached before the last publication: what is current suits it as well.
    response.headers["Cache-Control"] = "no-store" if found["digest"] else ALIAS
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _asset(name: str, notice: Notice) -> Asset | None:
    if name == "iab.js":
        return assets.iab(services().settings.cmp_id, "tcf" in notice.document, "gpp" in notice.document)
    return assets.engine(name) or assets.find(name, notice)


def _serve(asset: Asset) -> Response:
    coding = next((name for name in ("br", "gzip") if request.accept_encodings[name]), None)
    body = asset.brotli if coding == "br" else asset.gzip if coding else asset.body
    response = Response(body, content_type=asset.content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Cache-Control"] = FOREVER
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.vary.add("Accept-Encoding")
    return response
