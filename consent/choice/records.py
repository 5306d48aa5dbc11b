"""The rules of a record: a choice, the notice it answers and the clock become what is written down for ever.

Pure. Names follow the W3C Data Privacy Vocabulary and ISO/IEC TS 27560; the fields stand in docs/contracts/consents.md.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from chassis.errors import FieldError, Invalid
from consent.choice import events
from consent.choice.cookies import State
from consent.choice.display import Shown
from consent.iab.signals import NONE as NO_STRINGS
from consent.iab.signals import Sent
from consent.notices import DAY_MS, Notice
from consent.regulations import Pack
from consent.regulations.region import Rules

#: What a reader pressed, or sent.
ACTIONS = ("agree", "refuse", "preferences", "withdraw", "gpc", "import")
#: What the service and its officers do.
OWN_ACTIONS = ("rectify", "expire", "sync")
LAYERS = ("script", "form", "api")
WRITERS = ("browser", "form", "unverified", "server", "import")


class Choice(NamedTuple):
    """What a reader sent: `client_at` is the browser's clock in unix ms, `page` a path without query.

    With the action `import` it is what another tool's cookie says: `client_at` is when that was decided, and `stands`
    whether the site lets it count as the reader's choice, so that they are not asked again.

    `vendors` is what single vendors may against what their purposes say. `asked` are the purposes of a question about
    these alone (`consent.choice.reasking`); None: it was about all. `consent_mode` is what the page tells its tags.
    """

    site: str
    event_id: str
    action: str
    purposes: Mapping[str, bool] | None = None
    client_at: int | None = None
    page: str | None = None
    stands: bool = True
    vendors: Mapping[str, bool] | None = None
    asked: tuple[str, ...] | None = None
    strings: Sent = NO_STRINGS
    consent_mode: Mapping[str, str] | None = None


class Circumstances(NamedTuple):
    """What the server knows beside the choice.

    `shown` is None where nothing proves a display (a withdrawal may come without); `held` is the choice that the
    browser held before, in its own word; `writer` is how far the sender can be trusted; `rules` are what applied.
    """

    received_ms: int
    shown: Shown | None
    language: str
    gpc: bool
    writer: str
    held: State | None
    rules: Rules


def from_boxes(choice: Choice, notice: Notice, refused: Set[str]) -> Choice:
    """Complete what a form sent: a box that is not ticked is not sent, and other buttons send boxes too.

    Args:
        choice: its purposes are those ticked.
        notice: what the form was about.
        refused: the vendors ticked to be refused, whatever their purposes say.
    """
    if choice.action != "preferences":
        return choice._replace(purposes=None)
    purposes = {**dict.fromkeys(notice.optional, False), **(choice.purposes or {})}
    return choice._replace(purposes=purposes, vendors=dict.fromkeys(sorted(refused), False))


def decide(choice: Choice, notice: Notice, held: State | None = None) -> dict[str, bool]:
    """Return every purpose of the notice, in its order, with what the reader decided; required ones are true.

    Args:
        choice: what was sent.
        notice: what it answers.
        held: the standing choice, which an answer to a partial question repeats in all that was not asked.

    Raises:
        Invalid: the purposes sent are not exactly the optional ones, contradict the action or what is held, or came
            with an action that takes none.
    """
    given = dict.fromkeys(notice.optional, choice.action == "agree")
    if choice.asked is not None:
        given = _partly(choice.asked, _preferences(choice.purposes, notice), choice.action == "agree", held, notice)
    elif choice.action in ("preferences", "import"):
        given = _preferences(choice.purposes, notice)
    elif choice.purposes is not None:
        raise _invalid("purposes", f"none with {choice.action}: they go with preferences, import and asked only")
    return {purpose: required or given[purpose] for purpose, required in notice.purposes.items()}


def _partly(
    asked: Sequence[str], sent: dict[str, bool], agreed: bool, held: State | None, notice: Notice
) -> dict[str, bool]:
    for purpose in asked:
        if purpose not in notice.optional:
            raise _invalid("asked", f"optional purposes of the notice that was shown, got {purpose!r}")
    before = held.purposes if held else {}
    for purpose, given in sent.items():
        if purpose not in asked and given != before.get(purpose):
            raise _invalid(f"purposes.{purpose}", "what the reader's cookie says: it was not asked")
        if purpose in asked and given != agreed:
            raise _invalid(f"purposes.{purpose}", f"{str(agreed).lower()}: it was asked, and this is the answer")
    return sent


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
    shown, rules, gpc = around.shown, around.rules, around.gpc or choice.action == "gpc"
    before = around.held.purposes if around.held else {}
    name = _event(choice, notice, purposes, around.held)
    ways = modes(notice, rules.pack)
    days = validity_days(name, notice, rules.pack)
    return {
        "event": name,
        "action": choice.action,
        "purposes": dict(purposes),
        "events": events.of_purposes(choice.action, purposes, notice.optional, before),
        "modes": ways,
        # What is on before any choice: what is required, and what may run until an objection, which the signal is.
        "defaults": {purpose: way == "required" or (way == "opt-out" and not gpc) for purpose, way in ways.items()},
        "vendors": vendors(choice, purposes, notice),
        "asked": None if choice.asked is None else list(choice.asked),
        "notice": notice.sha256,
        "language": around.language,
        "regulation": rules.pack.id,
        "region": rules.region.code,
        "region_source": rules.region.source,
        "layer": shown.layer if shown else "api",
        "script": (shown.script if shown else "") or None,
        "style": (shown.style if shown else "") or None,
        "shown_at": shown and shown.at_ms,
        "gpc": gpc,
        "received_at": around.received_ms,
        "client_at": choice.client_at,
        "skew_ms": _skew_ms(choice, around.received_ms),
        "valid_until": _began_ms(choice, around.received_ms, days) + days * DAY_MS,
        "writer": around.writer,
        "supersedes": around.held and around.held.record,
        **({} if choice.consent_mode is None else {"consent_mode": dict(choice.consent_mode)}),
    }


def _event(choice: Choice, notice: Notice, purposes: Mapping[str, bool], held: State | None) -> str:
    """Name the record's event; a vendor decided on by itself counts like a purpose."""
    single = {f"vendor {vendor}": given for vendor, given in (choice.vendors or {}).items()}
    before = {f"vendor {vendor}": given for vendor, given in held.vendors.items()} | held.purposes if held else {}
    return events.of_record(choice.action, {**purposes, **single}, (*notice.optional, *single), before)


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
    return {**dict.fromkeys(notice.purposes, "required"), **pack.modes_of(notice.kinds)}


def vendors(choice: Choice, purposes: Mapping[str, bool], notice: Notice) -> dict[str, bool]:
    """Decide for each vendor: allowed where every purpose it asks for is, unless the reader decided on it by itself.

    Raises:
        Invalid: a vendor was decided on that the notice does not name, or that works for required purposes only.
    """
    decided = choice.vendors or {}
    if decided and choice.purposes is None:
        raise _invalid("vendors", f"none with {choice.action}: they go with purposes only")
    for vendor in decided:
        if not set(notice.vendors.get(vendor, ())) & set(notice.optional):
            raise _invalid(f"vendors.{vendor}", "a vendor of the notice that was shown, with an optional purpose")
    return {**implied(purposes, notice), **decided}


def implied(purposes: Mapping[str, bool], notice: Notice) -> dict[str, bool]:
    """Return what the decisions on purposes mean for each vendor."""
    return {vendor: all(purposes[purpose] for purpose in asked) for vendor, asked in notice.vendors.items()}


def exceptions(purposes: Mapping[str, bool], vendors: Mapping[str, bool], notice: Notice) -> dict[str, bool]:
    """Return what single vendors may against what the purposes mean for them."""
    expected = implied(purposes, notice)
    return {vendor: given for vendor, given in vendors.items() if given != expected[vendor]}


def _invalid(field: str, expected: str) -> Invalid:
    return Invalid(f"{field}: expected {expected}", FieldError(field, expected))
