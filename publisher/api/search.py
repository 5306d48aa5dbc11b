"""The readers' search: its page, never cached, suggestions while they type, and its description for browsers."""

from flask import Blueprint, Response, jsonify, request

from chassis.limits.answers import RateLimited, charge
from chassis.limits.limiter import Limit
from publisher.api.forms import the_house
from publisher.api.pages import preferred_language
from publisher.exchange.opensearch import description
from publisher.page.answers import Rendered, page_headers
from publisher.search.asked import read
from publisher.search.query import LONGEST_QUERY

DESCRIPTION_S = 86_400

blueprint = Blueprint("search", __name__)


@blueprint.get("/<language:language>/search")
def search(language: str) -> Response:
    """Search, and count for the trends what was found as it was typed."""
    house, asked = the_house(), read(request.args)
    if language not in house.settings.languages:
        return _page(house.renderer.missing(preferred_language()))
    if asked.typed:
        try:
            charge(Limit("searches", house.settings.limit_searches))
        except RateLimited as limited:
            response = _page(house.renderer.busy(language))
            response.headers["Retry-After"] = str(limited.retry_after_s)
            return response
    rendered, found = house.renderer.search(language, asked)
    if found.whole and not asked.after:
        house.trends.count(language, asked.typed, request.remote_addr or "")
    return _page(rendered)


@blueprint.get("/<language:language>/search/suggestions")
def suggestions(language: str) -> Response:
    """Complete a query (OpenSearch Suggestions 1.1): what was typed, and what could be meant.

    Raises:
        RateLimited: too many from this address.
    """
    house, typed = the_house(), request.args.get("q", "")[:LONGEST_QUERY]
    quota = house.settings.limit_searches
    charge(Limit("suggestions", quota and quota._replace(amount=10 * quota.amount)))
    found = house.renderer.suggestions(language, typed) if language in house.settings.languages else []
    response = jsonify([typed, found])
    response.content_type = "application/x-suggestions+json"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/<language:language>/search/description.xml")
def describe(language: str) -> Response:
    """Describe the search to browsers (OpenSearch 1.1)."""
    house = the_house()
    known = language if language in house.settings.languages else preferred_language()
    response = Response(description(house.site, known), content_type="application/opensearchdescription+xml")
    response.headers["Cache-Control"] = f"public, max-age={DESCRIPTION_S}"
    return response


def _page(rendered: Rendered) -> Response:
    response = Response(rendered.html, rendered.status)
    for name, value in page_headers(rendered, the_house().site):
        response.headers[name] = value
    return response
