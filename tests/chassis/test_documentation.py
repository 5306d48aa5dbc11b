from flask_smorest import Blueprint

from chassis.documentation import needs
from chassis.service import make_service
from chassis.settings import ServiceSettings


def test_the_document_tells_of_problems_and_tokens() -> None:
    app, api = make_service("tests.chassis", ServiceSettings(), "Boxes")
    blueprint = Blueprint("boxes", __name__)

    @blueprint.route("/boxes")
    @blueprint.doc(security=needs("boxes:read"))
    @blueprint.response(200)
    def boxes() -> dict[str, str]:
        return {}

    api.register_blueprint(blueprint)
    document = app.test_client().get("/openapi.json").get_json()
    assert list(document["components"]["responses"]["DEFAULT_ERROR"]["content"]) == ["application/problem+json"]
    problem = document["components"]["schemas"]["Problem"]
    assert {"type", "title", "status", "detail", "errors", "violated-policies"} <= set(problem["properties"])
    assert problem["additionalProperties"] is not False
    assert document["paths"]["/boxes"]["get"]["security"] == [{"token": ["boxes:read"]}]
    assert document["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
