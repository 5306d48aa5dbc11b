"""The rules of a record: a choice, the notice it answers and the clock become what is written down for ever.

Pure. Names follow the W3C Data Privacy Vocabulary and ISO/IEC TS 27560; the fields stand in docs/contracts/consents.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.errors import FieldError, Invalid
from consent import events
from consent.display import Shown
from consent.notices import DAY_MS, Notice
from consent.regulations import Pack, kind
from consent.regulations.region import Rules

#: What a reader pressed, or sent.
ACTIONS = ("agree", "refuse", "preferences", "withdraw", "gpc", "import")
#: What the service and its officers do.
OWN_ACTIONS = ("rectify", "expire")
LAYERS = ("script", "form", "api")
WRITERS = ("browser", "form", "unverified", "server", "import")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader sent: `client_at` is the browser's clock in unix ms, `page` a path without query.

    With the action `import` it is what another tool's cookie says: `client_at` is when that was decided, and `stands`
    whether the site lets it count as the reader's choice, so that they are not asked again.
    """

    site: str
    event_id: str
    action: str
    purposes: Mapping[str, bool] | None = None
    client_at: int | None = None
    page: str | None = None
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the server knows beside the choice.

    `shown` is None where nothing proves a display (a withdrawal may come without); `supersedes` is the record that the
    browser held before, in its own word, and `before` what that one decided; `writer` is how far the sender can be
    trusted; `rules` are what applied.
    """

    received_ms: int
    shown: Shown | None
    language: str
    gpc: bool
    writer: str
    supersedes: str | None
    rules: Rules
    before: Mapping[str, bool] = field(default_factory=dict)


def from_boxes(choice: Choice, notice: Notice) -> Choice:
    """Complete the purposes of a form: a box that is not ticked is not sent, and other buttons send boxes too."""
    if choice.action != "preferences":
        return replace(choice, purposes=None)
    return replace(choice, purposes={**dict.fromkeys(notice.optional, False), **(choice.purposes or {})})


def decide(choice: Choice, notice: Notice) -> dict[str, bool]:
    """Return every purpose of the notice, in its order, with what the reader decided; required ones are true.

    Raises:
        Invalid: the purposes sent are not exactly the optional ones, or came with an action that takes none.
    """
    given = dict.fromkeys(notice.optional, choice.action == "agree")
    if choice.action in ("preferences", "import"):
        given = _preferences(choice.purposes, notice)
    elif choice.purposes is not None:
        raise _invalid("purposes", f"none with {choice.action}: they go with preferences and import only")
    return {purpose: required or given[purpose] for purpose, required in notice.purposes.items()}


def _preferences(sent: Mapping[str, bool] | None, notice: Notice) -> dict[str, bool]:
    sent = sent or {}
    for purpose in sent:
        if purpose not in notice.purposes:
            raise _invalid(f"purposes.{purpose}", "a purpose of the notice that was shown")
        if notice.purposes[purpose]:
            raise _invalid(f"purposes.{purpose}", "optional purposes only: this one is not up for choice")
    for purpose in notice.optional:
        if purpose not in sent:
            raise _invalid(f"purposes.{purpose}", "a decision for every optional purpose")
    return dict(sent)


def body(choice: Choice, notice: Notice, purposes: Mapping[str, bool], around: Circumstances) -> dict[str, Any]:
    """Write the record's `choice` part: all that is proved of the decision, and nothing that names the reader."""
    shown, rules = around.shown, around.rules
    asked = (choice.action, purposes, notice.optional, around.before)
    name = events.of_record(*asked)
    days = validity_days(name, notice, rules.pack)
    return {
        "event": name,
        "action": choice.action,
        "purposes": dict(purposes),
        "events": events.of_purposes(*asked),
        "modes": modes(notice, rules.pack),
        "defaults": dict(notice.purposes),  # what is on before any choice: what is required, and nothing else
        "vendors": vendors(purposes, notice),
        "notice": notice.sha256,
        "language": around.language,
        "regulation": rules.pack.id,
        "region": rules.region.code,
        "region_source": rules.region.source,
        "layer": shown.layer if shown else "api",
        "script": (shown.script if shown else "") or None,
        "style": (shown.style if shown else "") or None,
        "gpc": around.gpc or choice.action == "gpc",
        "received_at": around.received_ms,
        "client_at": choice.client_at,
        "skew_ms": _skew_ms(choice, around.received_ms),
        "valid_until": _began_ms(choice, around.received_ms, days) + days * DAY_MS,
        "writer": around.writer,
        "supersedes": around.supersedes,
    }


def _skew_ms(choice: Choice, received_ms: int) -> int | None:
    if choice.client_at is None or choice.action == "import":
        return None  # an import's time is that of its decision, not the browser's
    return choice.client_at - received_ms


def _began_ms(choice: Choice, received_ms: int, days: int) -> int:
    """Return from when a choice's days count: what is imported has been running since it was decided."""
    if choice.action != "import":
        return received_ms
    if choice.client_at is None or choice.client_at <= received_ms - days * DAY_MS:
        raise _invalid("at", f"when the reader decided, less than {days} days ago")
    return min(choice.client_at, received_ms)


def validity_days(event: str, notice: Notice, pack: Pack) -> int:
    """Return for how many days a choice holds: an agreement within the pack's limit, a refusal as long as it asks."""
    agreed = min(notice.validity_days, pack.validity_days)
    return agreed if event in events.CONSENTING else max(agreed, pack.reask_days)


def modes(notice: Notice, pack: Pack) -> dict[str, str]:
    """Tell on what ground each purpose stands: `required`, or consent as the law asks for it, opt-in or opt-out."""
    return {
        each["id"]: "required" if each["required"] else pack.mode_of(kind(each["id"], each.get("kind")))
        for each in notice.document["purposes"]
    }


def vendors(purposes: Mapping[str, bool], notice: Notice) -> dict[str, bool]:
    """Decide for each vendor: allowed only where every purpose it asks for is."""
    return {vendor: all(purposes[purpose] for purpose in asked) for vendor, asked in notice.vendors.items()}


def _invalid(field: str, expected: str) -> Invalid:
    return Invalid(f"{field}: expected {expected}", FieldError(field, expected))
