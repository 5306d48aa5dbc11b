"""The pages that work without a script: the choice as a form, for an iframe on the site's pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE, fields

from chassis.limits.answers import RateLimited, charge
from consent import notices, statistics
from consent.api import reader, regions
from consent.api.notices import LanguageSchema
from consent.api.services import services
from consent.banner import assets, pages
from consent.choice import gpc
from consent.choice.cookies import State
from consent.choice.display import Shown
from consent.fields import Uuid
from consent.notices import Notice
from consent.regulations import Mode
from consent.sites import Site

blueprint = Blueprint("pages", __name__, description="The banner without a script")


class FormPageSchema(LanguageSchema):
    """What leads to the form."""

    saved = Uuid(metadata={"description": "the record of the choice just made"})
    again = fields.Boolean(load_default=False, metadata={"description": "the form stood open for too long"})
    embedded = fields.Boolean(load_default=False, metadata={"description": "it stands in a page of another site"})


@blueprint.route("/v1/sites/<site>/banner")
@blueprint.arguments(FormPageSchema, location="query", unknown=RAISE)
@blueprint.response(200, content_type="text/html", description="The notice as a form, for an iframe")
@blueprint.alt_response(429, description="Too many at once: a page on which consent can be withdrawn, and no more")
def form(query: dict[str, Any], site: str) -> Response:
    """Show the current notice as a form that needs no script."""
    known = services().catalogue.site(site)
    state, embedded = reader.held(site), query["embedded"] or reader.embedded()
    try:
        charge(services().limits.asking(standing=state is not None), site)
    except RateLimited as limited:
        return busy(known, query.get("lang"), embedded, limited)
    notice = services().catalogue.current(site)
    language = notice.closest(query.get("lang"))
    rules, signalled = regions.rules(known, notice.regulation), gpc.signalled(request.headers.get("Sec-GPC"))
    open_to = reader.open_to(notice)
    style = assets.of("pages.css", notice)
    now_ms = services().now_ms()
    shown = Shown(site, notice.sha256, language, "form", "", style.sha256, *rules.in_token(), now_ms)
    if open_to != "none":
        services().served.count(statistics.served(shown))
    page = pages.FormPage(
        notice=notice.document,
        language=language,
        direction=notices.direction(language),
        display=services().displays.issue(shown),
        choose_url=services().at("/v1/consents"),
        style_url=services().at(f"/v1/sites/{site}/{style.hashed_name}"),
        open=notice.optional if open_to == "all" else () if open_to == "none" else tuple(open_to),
        decision=None if state is None or open_to == "all" else _decision(state),
        assumed=frozenset() if signalled else _assumed(rules.pack.modes_of(notice.kinds)),
        embedded=embedded,
        saved=state is not None and state.record == query.get("saved"),
        again=query["again"],
        gpc=signalled,
    )
    return _framed(pages.form(page), known)


def _assumed(modes: Mapping[str, Mode]) -> frozenset[str]:
    return frozenset(purpose for purpose, mode in modes.items() if mode == "opt-out")


def busy(site: Site, wanted: str | None, embedded: bool, limited: RateLimited) -> Response:
    """Show what stands in place of the form, and of its answer, for a reader whose network asks too much."""
    notice = services().catalogue.current(site.id)
    language = notice.closest(wanted)
    query = urlencode({"lang": language, **({"embedded": "true"} if embedded else {})})
    page = pages.BusyPage(
        notice=notice.document,
        language=language,
        direction=notices.direction(language),
        choose_url=services().at("/v1/consents"),
        form_url=services().at(f"/v1/sites/{site.id}/banner?{query}"),
        style_url=services().at(f"/v1/sites/{site.id}/{assets.of('pages.css', notice).hashed_name}"),
        withdraws=_something_runs(site, notice),
        embedded=embedded,
    )
    response = _framed(pages.busy(page), site)
    response.status_code = 429
    response.headers["Retry-After"] = str(limited.retry_after_s)
    return response


def _something_runs(site: Site, notice: Notice) -> bool:
    state = reader.held(site.id)
    if state is None:
        return bool(_assumed(regions.rules(site, notice.regulation).pack.modes_of(notice.kinds)))
    return any(state.purposes.get(purpose) for purpose in notice.optional)


def _decision(state: State) -> pages.Decision:
    at = datetime.fromtimestamp(state.given_s, UTC)
    return pages.Decision(state.purposes, state.vendors, at, services().at(f"/v1/receipts/{state.record}"))


def _framed(html: str, site: Site) -> Response:
    response = Response(html, content_type="text/html; charset=utf-8")
    own = services().own_origin
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {own}; form-action {own}; base-uri 'none'; "
        f"frame-ancestors 'self' {' '.join(sorted(site.origins))}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    # Under no-referrer browsers send `Origin: null` with a form, which nobody may.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
