"""Choices that a signed-in reader makes outside our banner: on the site's own page, in its app, on the telephone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import FieldError, Invalid, NotFound
from consent.catalogue import Catalogue
from consent.choice import records
from consent.choice.records import Choice, Circumstances
from consent.notices import Notice
from consent.recording.accounts import Standing
from consent.recording.appending import Appender
from consent.recording.known_records import Known, KnownRecords
from consent.regulations import region
from consent.sites import Site
from consent.store.accounts import Accounts


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is known of a choice that was not made in our banner.

    Attributes:
        notice: the notice that was shown; a withdrawal needs none.
        language: in which it was shown, None for the notice's default.
        component: what asked, e.g. `ios-app`.
        region: where the server takes the reader to be, None where it does not say.
        gpc: whether the reader's software sends Global Privacy Control.
    """

    notice: str | None
    language: str | None
    component: str
    region: str | None
    gpc: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice that is on disk."""

    record: str
    notice: Notice
    choice: Mapping[str, Any]
    given_ms: int


class AccountChoices:
    """The choices of accounts."""

    def __init__(
        self,
        catalogue: Catalogue,
        appender: Appender,
        accounts: Accounts,
        known: KnownRecords,
        now_ms: Callable[[], int],
    ) -> None:
        self._catalogue = catalogue
        self._appender = appender
        self._accounts = accounts
        self._known = known
        self._now_ms = now_ms

    def take(self, account: str, choice: Choice, made: Elsewhere) -> Taken:
        """Take a choice that a signed-in reader made on the site's own page, in its app or on the telephone.

        Raises:
            NotFound: there is no such site.
            Invalid: it breaks a rule of the notice, or the notice is not the site's.
            Conflict: the event id has been used for another choice, or the notice says nothing of accounts.
            Unavailable: it is not on disk and was not promised.
        """
        site, now_ms = self._catalogue.site(choice.site), self._now_ms()
        notice = self._shown(site, choice, made.notice)
        known, _ = self._known.newest(self._accounts.reference(site.id, account))
        held = self._known.standing(known, now_ms)
        around = Circumstances(
            received_ms=now_ms,
            shown=None,
            language=notice.closest(made.language),
            gpc=made.gpc,
            writer="server",
            held=None if held is None else held.state,
            rules=region.rules(region.decide(made.region, site.region), now_ms, notice.regulation),
        )
        body: Mapping[str, Any] = records.body(choice, notice, records.decide(choice, notice), around)
        body = {**body, "component": made.component}
        newest = self._accounts.to_stand(site.id, account, body["valid_until"] - body["received_at"])
        person = {"subject": None, "account": account}
        context = {"page": choice.page}
        record, given_ms, is_repeat = self._appender.append(site.id, choice.event_id, body, person, context, newest)
        first = self._known.find(record) if is_repeat else None
        if first is not None and first.choice is not None:
            body = first.choice  # what the choice changed was told against another one
        return Taken(record, notice, body, given_ms)

    def _shown(self, site: Site, choice: Choice, sha256: str | None) -> Notice:
        try:
            notice = self._catalogue.current(site.id) if sha256 is None else self._catalogue.notice(sha256)
        except NotFound:
            notice = None
        if notice is not None and notice.site == site.id and notice.conflict is not None and sha256 is not None:
            return notice
        if choice.action == "withdraw":
            return self._catalogue.current(site.id)  # nothing may stand in the way of a withdrawal
        expected = "the SHA-256 of a notice of this site that says that choices count in accounts"
        raise Invalid(f"notice: expected {expected}", FieldError("notice", expected))

    def state(self, site_id: str, account: str) -> tuple[Known | None, Standing | None, int]:
        """Return an account's newest record, what of it is in force, and how many devices are signed in.

        Raises:
            NotFound: there is no such site.
        """
        site = self._catalogue.site(site_id)
        known, _ = self._known.newest(self._accounts.reference(site.id, account))
        held = self._known.standing(known, self._now_ms())
        return known, held, self._accounts.devices(site.id, account)
