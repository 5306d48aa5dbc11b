"""What a record's reader was shown, drawn again in frames that run nothing, if the files that drew it are here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Response, request, url_for
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from chassis.errors import NotFound
from chassis.problems import against_schema
from chassis.sign_in import session
from consent.api.services import services
from consent.banner import drawn
from consent.banner.drawn import LAYERS, STYLES, Left
from consent.console import notices
from consent.fields import Matching
from consent.notices import Notice

# No script runs, nothing is fetched and nothing sent: the style sheet comes in the page.
POLICY = "default-src 'none'; style-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"


class Ids(fields.String):
    """Ids with commas between them; becomes a set."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> set[str]:  # type: ignore[override]
        return set(str(value).split(","))


class LeftSchema(Schema):
    """How a layer was left; whose choice it was stands on the record's page alone, whose reading is in the log."""

    language = fields.String(load_default=None)
    given = Ids(load_default=frozenset())
    allowed = Ids(load_default=frozenset())
    asked = Ids(load_default=None)
    gpc = fields.Boolean(load_default=False)
    style = Matching(r"[0-9a-f]{64}", "the SHA-256 of a style sheet", load_default=None)
    at = fields.Integer(load_default=0, validate=validate.Range(0, 1 << 43))


#: Where a file is that a record names: it is this release's, it was kept when it was served, or it is not here.
WHERE = RELEASE, KEPT, NOWHERE = "release", "kept", "nowhere"


class Shown(NamedTuple):
    """A record's display: the addresses of the frames that draw it again, None where nothing here can.

    `style` and `script` say of the files that the record names where they are (`WHERE`); None: it names none.
    """

    question: str | None
    boxes: str | None
    style: str | None
    script: str | None


@session.signed_in
def layer(sha256: str, layer: str) -> Response:
    """Draw a layer of a notice, as a reader left it."""
    notice = notices.own(sha256)
    try:
        query = LeftSchema().load(request.args.to_dict(), unknown=RAISE)
    except ValidationError as error:
        raise against_schema(error.messages) from None
    language = query["language"] or notice.default_language
    if layer not in LAYERS or language not in notice.languages:
        raise NotFound(f"The notice has no layer {layer[:32]!r} in {language[:35]!r}.")
    left = Left(
        purposes={purpose: required or purpose in query["given"] for purpose, required in notice.purposes.items()},
        vendors={vendor: vendor in query["allowed"] for vendor in notice.vendors},
        asked=None if query["asked"] is None else [each for each in notice.purposes if each in query["asked"]],
        gpc=query["gpc"],
        at=datetime.fromtimestamp(query["at"] / 1000, UTC),
    )
    style = _style(notice, layer, query["style"])
    response = Response(drawn.page(notice, language, layer, left, style), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def again(notice: Notice, language: str, choice: Mapping[str, Any] | None) -> Shown:
    """Find how to draw again what a record's reader was shown.

    Args:
        notice: the record's.
        language: the language that it was shown in.
        choice: the record's `choice`, None where it was erased: then nobody knows what drew the notice.
    """
    if choice is None or choice["layer"] not in STYLES or language not in notice.languages:
        return Shown(None, None, None, None)
    style = _where(notice, STYLES[choice["layer"]], choice["style"] or "")
    script = None if not choice["script"] else _where(notice, "banner.js", choice["script"])
    if style == NOWHERE:
        return Shown(None, None, style, script)
    question, boxes = ("question", "boxes") if choice["layer"] == "script" else ("form", "form-boxes")
    around = {
        "language": language,
        **({"asked": ",".join(choice["asked"])} if choice.get("asked") is not None else {}),
        **({"gpc": "true"} if choice["gpc"] else {}),
        **({"style": choice["style"]} if style == KEPT else {}),
    }
    left = {
        "given": ",".join(each for each, given in choice["purposes"].items() if given),
        "allowed": ",".join(each for each, given in choice["vendors"].items() if given),
        "at": str(choice["received_at"]),
    }
    return Shown(address(notice, question, **around), address(notice, boxes, **around, **left), style, script)


def _where(notice: Notice, name: str, sha256: str) -> str:
    if drawn.is_of_this_release(notice, name, sha256):
        return RELEASE
    return KEPT if services().served_files.has(name, sha256) else NOWHERE


def _style(notice: Notice, layer: str, sha256: str | None) -> bytes | None:
    """Return the style sheet of that hash; None for this release's."""
    name = drawn.style_of(layer)
    if sha256 is None or drawn.is_of_this_release(notice, name, sha256):
        return None
    kept = services().served_files.body(name, sha256)
    if kept is None:
        raise NotFound(f"The style sheet {sha256} was not kept.")
    return kept


def address(notice: Notice, layer: str, **left: str) -> str:
    """Return the address of a layer of a notice; without `left`, as it is before anybody has chosen."""
    return url_for("console.layer", sha256=notice.sha256, layer=layer, **left)  # type: ignore[arg-type]
