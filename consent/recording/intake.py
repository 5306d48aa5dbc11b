"""Taking a choice in: rules, entry, and one durable append. Nothing is written before everything has been checked."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple
from uuid import UUID

from chassis.errors import Invalid, Unavailable
from consent.catalogue import Catalogue
from consent.choice import records
from consent.choice.cookies import State
from consent.choice.display import Displays, NotShown, Shown, ShownTooLongAgo
from consent.choice.records import Choice, Circumstances
from consent.iab import signals
from consent.iab.signals import NONE, Framework
from consent.iab.tcf import Decisions
from consent.keys import Keys
from consent.ledger.stream import Newest
from consent.notices import Notice
from consent.recording.appending import Admit, Appender
from consent.regulations import region
from consent.regulations.region import Region, Rules
from consent.sites import Site
from consent.store.accounts import Accounts


class Sender(NamedTuple):
    """What is known of who sends a choice.

    Attributes:
        layer: `script` for JSON, `form` for a form.
        own_page: whether the browser named an origin of the site, or our own for the form.
        gpc: whether the browser sends Global Privacy Control.
        subject: the subject id in the browser's cookie, None for a first choice.
        held: the choice that the browser held, None for a first one.
        traces: what the site keeps of where the request came from (`consent.choice.traces`).
        region: where the sender is taken to be; what a display token says goes before it.
        language: the language that the form was in; None where only the display token knows.
        refused: the vendors that a form refuses whatever it says of purposes.
    """

    layer: str
    own_page: bool
    gpc: bool
    subject: str | None
    held: State | None
    region: Region
    language: str | None = None
    refused: frozenset[str] = frozenset()
    traces: Mapping[str, str | None] = {}  # a named tuple's default, never changed


class Taken(NamedTuple):
    """A choice that is on disk; `vendors` as decided against what the purposes imply."""

    site: Site
    notice: Notice
    record: str
    subject: str
    event: str
    purposes: dict[str, bool]
    vendors: dict[str, bool]
    gpc: bool
    language: str
    given_ms: int
    validity_ms: int
    stands: bool

    @property
    def valid_until_ms(self) -> int:
        """Return when the reader is to be asked again."""
        return self.given_ms + self.validity_ms


class Checked(NamedTuple):
    """A choice that breaks no rule, ready to be appended; `body`, `person` and `context` are the record's parts."""

    site: Site
    notice: Notice
    choice: Choice
    language: str
    body: dict[str, Any]
    person: dict[str, Any]
    context: dict[str, Any]
    newest: Newest | None


class Intake:
    """The way of a choice from the request into the stream."""

    def __init__(
        self,
        catalogue: Catalogue,
        displays: Displays,
        keys: Keys,
        appender: Appender,
        accounts: Accounts,
        now_ms: Callable[[], int],
        framework: Callable[[], Framework] = Framework,
    ) -> None:
        self._catalogue = catalogue
        self._displays = displays
        self._keys = keys
        self._appender = appender
        self._accounts = accounts
        self._now_ms = now_ms
        self._framework = framework

    def take(self, choice: Choice, display: str | None, sender: Sender) -> Taken:
        """Check a choice and append it, and raise what either does."""
        return self.append(self.check(choice, display, sender))

    def check(self, choice: Choice, display: str | None, sender: Sender) -> Checked:
        """Hold a choice against its notice, and write down what its record is to say. Nothing is kept yet.

        Raises:
            NotFound: there is no such site.
            Invalid: it breaks a rule of its notice.
            NotShown, ShownTooLongAgo: the display token does not vouch for it.
            Unavailable: Redis, or a list that the choice is checked with, is away.
        """
        site = self._catalogue.site(choice.site)
        now_ms = self._now_ms()
        shown = self._shown(choice, display, sender.layer, now_ms)
        notice = self._catalogue.notice(shown.notice) if shown else self._catalogue.current(site.id)
        if sender.layer == "form":
            choice = records.from_boxes(choice, notice, sender.refused)
        purposes = records.decide(choice, notice, sender.held)
        around = Circumstances(
            received_ms=now_ms,
            shown=shown,
            language=shown.language if shown else notice.closest(sender.language),
            gpc=sender.gpc,
            writer="import" if choice.action == "import" else _writer(shown, sender),
            held=sender.held,
            rules=_rules(shown, sender, notice, now_ms),
        )
        body = records.body(choice, notice, purposes, around)
        body |= self._strings(choice, Decisions(notice, purposes, body["vendors"], around.language), body)
        subject = sender.subject or self._first_subject(choice)
        account = self._account(choice, notice, sender.subject)
        validity_ms = body["valid_until"] - body["received_at"]
        newest = None if account is None else self._accounts.to_stand(site.id, account, validity_ms)
        person, context = {"subject": subject, "account": account}, {"page": choice.page, **sender.traces}
        return Checked(site, notice, choice, around.language, body, person, context, newest)

    def append(self, checked: Checked, admit: Admit | None = None) -> Taken:
        """Append a choice; the same event again gives the same answer and appends nothing.

        Args:
            checked: the choice.
            admit: what else has to let it in; raises where it does not.

        Raises:
            Conflict: the event id has been used for another choice.
            Unavailable: it is not on disk and was not promised.
        """
        site, notice, choice, language, body, person, context, newest = checked
        record, given_ms, _ = self._appender.append(site.id, choice.event_id, body, person, context, newest, admit)
        return Taken(
            site=site,
            notice=notice,
            record=record,
            subject=person["subject"],
            event=body["event"],
            purposes=body["purposes"],
            vendors=records.exceptions(body["purposes"], body["vendors"], notice),
            gpc=body["gpc"],
            language=language,
            given_ms=given_ms,
            validity_ms=body["valid_until"] - body["received_at"],
            stands=choice.stands,
        )

    def _shown(self, choice: Choice, display: str | None, layer: str, now_ms: int) -> Shown | None:
        if choice.action == "import":
            return None  # another tool's question was answered: no notice of ours was shown
        try:
            if display is None:
                raise NotShown("display: expected the token that came with the notice")
            shown = self._displays.read(display, now_ms)
            if (shown.site, shown.layer) != (choice.site, layer):
                raise NotShown(
                    f"display: expected a token for {choice.site} and {layer}, got {shown.site} and {shown.layer}"
                )
            if self._catalogue.is_invalid(shown.notice):
                raise ShownTooLongAgo("display: the notice was found faulty; fetch the one that is shown now")
            return shown
        except (NotShown, ShownTooLongAgo):
            # Nothing may stand in the way of a withdrawal.
            if choice.action == "withdraw":
                return None
            raise

    def _strings(self, choice: Choice, decided: Decisions, body: Mapping[str, Any]) -> dict[str, str]:
        """Return the strings of the IAB's frameworks that belong in the record, checked."""
        if not decided.notice.document.keys() & {"tcf", "gpp"} and choice.strings == NONE:
            return {}
        framework, sent = self._framework(), choice.strings
        try:
            signals.check(sent, decided, framework, body["gpc"])
        except (Invalid, Unavailable):
            # Nothing may stand in the way of a withdrawal.
            if choice.action != "withdraw":
                raise
            sent = NONE
        if choice.action != "import":
            sent = signals.complete(sent, decided, framework, body)
        return {name: text for name, text in asdict(sent).items() if text is not None}

    def _account(self, choice: Choice, notice: Notice, subject: str | None) -> str | None:
        """Return the account that the choice is made in, where the notice said so; a withdrawal is in any case."""
        if subject is None or not choice.stands or (notice.conflict is None and choice.action != "withdraw"):
            return None
        link = self._accounts.linked(choice.site, subject)
        return None if link is None else link.account

    def _first_subject(self, choice: Choice) -> str:
        """Make the subject id of a first choice; a retry whose first answer was lost must get the same one."""
        message = f"subject\0{choice.site}\0{choice.event_id}".encode()
        digest = hmac.digest(self._keys.secret("record"), message, "sha256")
        return str(UUID(bytes=digest[:16], version=4))


def _rules(shown: Shown | None, sender: Sender, notice: Notice, now_ms: int) -> Rules:
    """Return the rules under which the notice was shown; without a display, those of where the sender is now."""
    if shown is None:
        return region.rules(sender.region, now_ms, notice.regulation)
    return region.as_shown(shown.regulation, shown.region, shown.region_source)


def _writer(shown: Shown | None, sender: Sender) -> str:
    """Say how far the sender is to be trusted: a notice was shown, and the page that shows it sent the choice."""
    if shown is None or not sender.own_page:
        return "unverified"
    return "browser" if sender.layer == "script" else "form"
