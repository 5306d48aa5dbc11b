"""``/oembed``: what other sites need to show a link to an article."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.errors import NotFound, Problem
from publisher.api.forms import the_house

PIXELS = validate.Range(1, 10_000)


class FormNotOffered(Problem):
    """An answer was asked for in a form that there is not; oEmbed wants a status of its own for that."""

    kind = "form"


class OembedQuery(Schema):
    """Which page, and how large at most."""

    url = fields.String(
        required=True, validate=validate.Length(1, 2000), metadata={"description": "of an article's page"}
    )
    format = fields.String(load_default="json", metadata={"description": "json; any other is 501"})
    maxwidth = fields.Integer(validate=PIXELS, metadata={"description": "of the thumbnail, in pixels"})
    maxheight = fields.Integer(validate=PIXELS, metadata={"description": "of the thumbnail, in pixels"})


class OembedOut(Schema):
    """An oEmbed answer of type link."""

    version = fields.String(required=True)
    type = fields.String(required=True)
    title = fields.String(required=True)
    author_name = fields.String()
    provider_name = fields.String(required=True)
    provider_url = fields.String(required=True)
    cache_age = fields.Integer(required=True)
    thumbnail_url = fields.String()
    thumbnail_width = fields.Integer()
    thumbnail_height = fields.Integer()


blueprint = Blueprint("oembed", __name__, description="For other sites")


@blueprint.route("/oembed")
class OembedView(MethodView):
    """What may be embedded."""

    # consumers add what they like to the address, as `dnt`
    @blueprint.arguments(OembedQuery, location="query", unknown=EXCLUDE)
    @blueprint.response(200, OembedOut)
    @blueprint.doc(security=[])
    def get(self, asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Describe the page of a public article (oEmbed 1.0); 404 for any other address."""
        if asked["format"] != "json":
            raise FormNotOffered(f"format: expected json, got {asked['format'][:20]!r}")
        found = the_house().renderer.embed(asked["url"], asked.get("maxwidth"), asked.get("maxheight"))
        if found is None:
            raise NotFound("url: expected the page of an article that is public, got another address")
        headers = {"Cache-Control": "public, max-age=60, s-maxage=60", "Access-Control-Allow-Origin": "*"}
        return found, 200, headers
