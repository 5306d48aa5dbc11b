"""The pages that work without a script: the choice as a form, for an iframe, and the receipt to read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.banner import texts
from consent.choice import event_ids

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Decision:
    """The reader's standing choice, as their cookie has it; `vendors` as decided against what the purposes imply."""

    purposes: Mapping[str, bool]
    vendors: Mapping[str, bool]
    at: datetime
    receipt_url: str


@dataclass(frozen=True)
class FormPage:
    """What the form shows.

    Attributes:
        decision: the reader's standing choice; None before the first.
        open: the purposes that they are to be asked about.
        assumed: the optional purposes that run until the reader objects.
        embedded: it stands in a page of another site.
        saved, again: the choice was just made, or was made too late.
        gpc: the browser sends Global Privacy Control.
    """

    notice: Mapping[str, Any]
    language: str
    direction: str
    display: str
    choose_url: str
    style_url: str
    open: tuple[str, ...]
    decision: Decision | None = None
    assumed: frozenset[str] = frozenset()
    embedded: bool = False
    saved: bool = False
    again: bool = False
    gpc: bool = False


@dataclass(frozen=True)
class BusyPage:
    """What is shown instead of the form for a while. `withdraws`: the reader has something to withdraw."""

    notice: Mapping[str, Any]
    language: str
    direction: str
    choose_url: str
    form_url: str
    style_url: str
    withdraws: bool
    embedded: bool


@dataclass(frozen=True)
class ReceiptPage:
    """What the receipt shows. `index` is None until the record is in the log."""

    record: str
    event: str
    purposes: Mapping[str, bool]
    chosen_at: datetime
    valid_until: datetime
    notice: Mapping[str, Any]
    notice_sha256: str
    language: str
    direction: str
    index: int | None
    notice_url: str
    own_url: str
    download_url: str
    style_url: str

    @property
    def headline(self) -> str | None:
        """Name the text that says it all; None where some purposes were allowed and others not, or no press did it."""
        event = "given" if self.event == "renewed" else self.event
        plain = event != "given" or all(self.purposes.values())
        return f"event_{event}" if plain and event in ("given", "refused", "withdrawn") else None


@dataclass(frozen=True)
class Kept:
    """Something that is kept beside a choice, under the name that it has in the record."""

    name: str
    text: str


@dataclass(frozen=True)
class OwnChoice:
    """One choice as its reader sees it; `decisions`: title in the notice's words, whether allowed, whether required."""

    record: str
    at: datetime
    language: str
    direction: str
    decisions: tuple[tuple[str, bool, bool], ...]
    kept: tuple[Kept, ...]
    receipt_url: str


@dataclass(frozen=True)
class OwnPage:
    """Everything kept about a reader. `known`: their browser says who they are; `word` must come back with the form."""

    notice: Mapping[str, Any]
    language: str
    direction: str
    choices: tuple[OwnChoice, ...]
    known: bool
    erased: bool
    word: str
    download_url: str
    erase_url: str
    style_url: str


@dataclass(frozen=True)
class LayersPage:
    """One of the script's two layers, drawn without it.

    Attributes:
        told: the notice's texts in that language, as the script gets them.
        boxes: the choice for each purpose; else the question.
        asked: the purposes that the question names.
        given: the decisions on purposes.
        allowed: those on vendors.
        gpc: the layer says that Global Privacy Control is honoured.
    """

    notice: Mapping[str, Any]
    told: Mapping[str, Any]
    language: str
    direction: str
    style_url: str
    print_url: str
    boxes: bool
    asked: tuple[str, ...]
    given: Mapping[str, bool]
    allowed: Mapping[str, bool]
    gpc: bool


def form(page: FormPage, event_id: Callable[[], UUID] = event_ids.fresh) -> str:
    """Render the choice as plain forms, each with an event id of its own: each press is a new event."""
    before = page.decision.purposes if page.decision else {}
    optional = [each["id"] for each in page.notice["purposes"] if not each["required"]]
    chosen = {each: each in page.assumed if each in page.open else before.get(each, False) for each in optional}
    vendors = page.decision.vendors if page.decision else {}
    return _render("banner.html", page, chosen=chosen, vendors=vendors, event_id=event_id)


def layers(page: LayersPage) -> str:
    """Render one of the script's layers."""
    return _render("layers.html", page)


def busy(page: BusyPage) -> str:
    """Render what is shown where too many come at once."""
    return _render("busy.html", page, event_id=event_ids.fresh())


def receipt(page: ReceiptPage) -> str:
    """Render a receipt."""
    return _render("receipt.html", page)


def own(page: OwnPage) -> str:
    """Render everything that is kept about a reader."""
    return _render("own.html", page)


def moment(at: datetime, language: str) -> str:
    """Write a moment for a reader of `language`, in UTC, which is what the record holds."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    at = at.astimezone(UTC)
    return f"{format_date(at, 'long', locale=locale)}, {at:%H:%M} UTC"


def _render(template: str, page: FormPage | LayersPage | BusyPage | ReceiptPage | OwnPage, **more: Any) -> str:
    spoken, words = texts.pages(page.language)
    told = page.notice["texts"][page.language]
    whole = _environment().get_template(template)
    return whole.render(page=page, notice=page.notice, texts=told, words=words, spoken=spoken, **more)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["moment"] = moment
    return environment
