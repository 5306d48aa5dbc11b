"""The banner's layers as its script draws them (`source/layers.js`), as pages of markup: for who looks at them again.

Nothing of the notice runs, nothing leads anywhere, and the boxes stay as they are.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consent.banner import assets, pages
from consent.choice import records
from consent.instants import EPOCH
from consent.notices import Notice, direction

#: The question on the page, and the choice for each purpose; as the script draws them and as the form does.
LAYERS = ("question", "boxes", "form", "form-boxes")
STYLES = {"script": "banner.css", "form": "pages.css"}
#: A page is printed without its banner; here the banner is what is meant.
PRINTED = b"@media print { :host { display: block !important } }"
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Left:
    """What a reader decided, and of what they were asked.

    Attributes:
        purposes: the decisions on purposes, required ones among them.
        vendors: those on vendors.
        asked: the purposes of a question about some only, None where it was about all.
        gpc: the browser sent Global Privacy Control, and the layers say so.
        at: when.
    """

    purposes: Mapping[str, bool]
    vendors: Mapping[str, bool]
    asked: Sequence[str] | None = None
    gpc: bool = False
    at: datetime = EPOCH


def is_of_this_release(notice: Notice, name: str, sha256: str) -> bool:
    """Tell whether the file of a name that a record says has drawn its notice is the one of this release."""
    return assets.of(name, notice).sha256 == sha256


def page(notice: Notice, language: str, layer: str, left: Left, style: bytes | None = None) -> str:
    """Draw a layer of a notice.

    Args:
        notice: whose texts, order and colours it has.
        language: one of the notice's.
        layer: one of `LAYERS`.
        left: how the reader left it.
        style: the style sheet that it wears; None for this release's.
    """
    kind = style_of(layer)
    address = _address(assets.of(kind, notice).body if style is None else style)
    return (_form if kind == STYLES["form"] else _script)(notice, language, layer, left, address)


def style_of(layer: str) -> str:
    """Return the name of the style sheet that one of `LAYERS` wears."""
    return STYLES["form" if layer.startswith("form") else "script"]


def _script(notice: Notice, language: str, layer: str, left: Left, style: str) -> str:
    return pages.layers(
        pages.LayersPage(
            notice=notice.document,
            told=notice.told(language),
            language=language,
            direction=direction(language),
            style_url=style,
            print_url=_address(PRINTED),
            boxes=layer == "boxes",
            asked=tuple(notice.purposes if left.asked is None else left.asked),
            given=left.purposes,
            allowed=left.vendors,
            gpc=left.gpc,
        )
    )


def _form(notice: Notice, language: str, layer: str, left: Left, style: str) -> str:
    exceptions = records.exceptions(left.purposes, left.vendors, notice)
    asked = notice.optional if left.asked is None else tuple(left.asked)
    boxes = layer == "form-boxes"
    drawn = pages.form(
        pages.FormPage(
            notice=notice.document,
            language=language,
            direction=direction(language),
            display="",
            choose_url="#",
            style_url=style,
            open=() if boxes else asked,
            decision=pages.Decision(left.purposes, exceptions, left.at, "#") if boxes else None,
            gpc=left.gpc,
        ),
        lambda: NOBODY,
    )
    return drawn.replace('<input type="checkbox"', '<input inert type="checkbox"')


def _address(style: bytes) -> str:
    """Return an address that holds a style sheet: a frame in a sandbox is of no origin and fetches nothing."""
    return "data:text/css;base64," + base64.b64encode(style).decode()
