"""Account sync: the site's own server tells which device signs in or out, and sets the cookies that follow.

What stands in an account is read here and written in one step with the stream (`append.lua`), so that of two devices
that differ neither undoes the other unseen.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.errors import Conflict, Unavailable
from consent import sites
from consent.catalogue import Catalogue
from consent.choice import cookies, records
from consent.choice.records import Choice, Circumstances
from consent.keys import Keys
from consent.ledger.entries import record_id
from consent.ledger.stream import EventConflict, Moved
from consent.notices import Notice
from consent.recording import accounts
from consent.recording.accounts import Standing
from consent.recording.appending import Appender
from consent.recording.known_records import KnownRecords
from consent.regulations import region
from consent.regulations.region import Rules
from consent.sites import Site
from consent.store.accounts import Accounts, Link, Pointer

TRIES = 5


@dataclass(frozen=True, slots=True)
class Device:
    """A reader's browser as the site's server sees it.

    Attributes:
        subject: the subject cookie, None where there is none of ours.
        state: the state cookie as it came, None where there is none.
        gpc: whether it sends Global Privacy Control.
        region: where the server takes it to be, None where it does not say.
        event_id: of this sync, the same for a retry.
    """

    subject: str | None
    state: str | None
    gpc: bool
    region: str | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What stands on a device now.

    Attributes:
        site: the site.
        notice: its current notice.
        subject: the subject id that the device has from now on.
        standing: what stands, None where the reader has to be asked.
        outcome: whose decision that is: `account`, `device`, `both`, `signal` or `none`.
        is_new: whether the reader is to be told that choices count in the account.
        written: the records that this made.
    """

    site: Site
    notice: Notice
    subject: str
    standing: Standing | None
    outcome: str
    is_new: bool
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a device goes back to: its own subject and choice, None where it had none that still stands."""

    site: Site
    subject: str | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class _Seat:
    """A device within an account: its link, whether it is signed in by it, and what it brings of its own."""

    subject: str
    link: Link
    is_here: bool
    elsewhere: str | None = None
    own: Standing | None = None


class AccountSync:
    """Devices of accounts; `host` is where the service itself is reached."""

    def __init__(
        self,
        catalogue: Catalogue,
        keys: Keys,
        appender: Appender,
        accounts: Accounts,
        known: KnownRecords,
        host: str,
        now_ms: Callable[[], int],
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._appender = appender
        self._accounts = accounts
        self._known = known
        self._host = host
        self._now_ms = now_ms

    def sync(self, site_id: str, account: str, device: Device) -> Synced:
        """Sign a device in, or look again what stands on it: its own choice is settled with the account's, once.

        Raises:
            NotFound: there is no such site.
            Conflict: its notice says nothing of accounts, or its server cannot set its cookies.
            Unavailable: nothing was promised; the same sync may be sent again.
        """
        site, notice = self._catalogue.site(site_id), self._catalogue.current(site_id)
        if notice.conflict is None:
            raise Conflict(f"the notice of {site_id!r} does not say that choices count in accounts")
        if not sites.share_cookies(site, self._host):
            raise Conflict(f"cookies of {site_id!r} do not reach both its pages and this service: set a cookie domain")
        for _ in range(TRIES):
            try:
                return self._sync(site, notice, account, device)
            except (Moved, EventConflict):
                continue  # the account's choice was another one by the time of the append: look again
        raise Unavailable("the account's choice changes as it is read", retry_after_s=1)

    def _sync(self, site: Site, notice: Notice, account: str, device: Device) -> Synced:
        now_ms = self._now_ms()
        seat = self._seat(site, account, device, now_ms)
        held, pointer = self._held(site, account, now_ms)
        outcome, written = "account" if held else "none", []
        if seat.own is not None and self._is_unweighed(site, account, seat.own):
            settled = self._settle(site, str(notice.conflict), held, pointer, seat, now_ms)
            outcome = accounts.whose(settled, held, seat.own)
            held = settled
            written.append(held.record)
        if device.gpc and held is not None:
            objected = self._heed(site, held, device, seat, now_ms)
            if objected is not None:
                outcome, held = "signal", objected
                written.append(held.record)
        self._sit(site, seat)
        is_new = not seat.is_here or seat.link.event_id == device.event_id
        return Synced(site, notice, seat.subject, held, outcome, is_new, tuple(written))

    def _seat(self, site: Site, account: str, device: Device, now_ms: int) -> _Seat:
        link = self._accounts.linked(site.id, device.subject) if device.subject else None
        if device.subject and link and link.account == account:
            return _Seat(device.subject, link, is_here=True)
        if link is not None:
            subject, record = link.own_subject, link.own_record
        else:
            state = cookies.read_state(device.state)
            subject, record = device.subject, state and state.record
        own = self._own(subject, record, now_ms)
        if own is None:
            subject = record = None
        reference = self._accounts.reference(site.id, account)
        message = f"subject\0{site.id}\0{reference}\0{subject or device.event_id}"
        signed_in = Link(account, subject, record, device.event_id)
        return _Seat(self._uuid(message), signed_in, False, device.subject if link else None, own)

    def _own(self, subject: str | None, record: str | None, now_ms: int) -> Standing | None:
        """Return a device's own choice, where its record proves it: a cookie alone is anybody's word."""
        known = self._known.find(record) if subject and record else None
        if known is None or subject is None or not known.is_own(subject):
            return None
        return self._known.standing(known, now_ms)

    def _held(self, site: Site, account: str, now_ms: int) -> tuple[Standing | None, Pointer | None]:
        known, pointer = self._known.newest(self._accounts.reference(site.id, account))
        return self._known.standing(known, now_ms), pointer

    def _is_unweighed(self, site: Site, account: str, own: Standing) -> bool:
        """Tell whether a device's own choice is still to be settled: it is once for each account, and if it may."""
        if not accounts.weighs(own):
            return False
        event_id = self._event_of(site, account, own)
        return self._known.find(record_id(self._keys.secret("record"), site.id, event_id)) is None

    def _settle(
        self, site: Site, conflict: str, held: Standing | None, pointer: Pointer | None, seat: _Seat, now_ms: int
    ) -> Standing:
        own, account = seat.own, seat.link.account
        if own is None:
            raise ValueError("a device without a choice of its own has nothing to settle")
        body, answered = accounts.settle(conflict, held, own, now_ms), accounts.newer(held, own).notice
        return self._append(site, self._event_of(site, account, own), body, answered, seat, pointer)

    def _heed(self, site: Site, held: Standing, device: Device, seat: _Seat, now_ms: int) -> Standing | None:
        """Record what a device's signal objects to, None where it objects to nothing that stands."""
        rules = _rules(held, device.region, now_ms)
        if not accounts.objects(held, rules.pack):
            return None
        newest, pointer = self._held(site, seat.link.account, now_ms)
        if newest is None or newest.record != held.record:
            raise Moved("the account has another choice by now")
        choice = Choice(site.id, device.event_id, "gpc")
        around = Circumstances(now_ms, None, str(held.choice["language"]), True, "server", held.state, rules)
        body = records.body(choice, held.notice, records.decide(choice, held.notice), around)
        event_id = self._uuid(f"gpc\0{site.id}\0{device.event_id}\0{held.record}")
        return self._append(site, event_id, body, held.notice, seat, pointer)

    def _append(
        self, site: Site, event_id: str, body: dict[str, Any], notice: Notice, seat: _Seat, pointer: Pointer | None
    ) -> Standing:
        account = seat.link.account
        life_ms = body["valid_until"] - body["received_at"]
        newest = self._accounts.to_stand(site.id, account, life_ms, "" if pointer is None else pointer.text)
        person = {"subject": seat.subject, "account": account}
        appended = self._appender.append(site.id, event_id, body, person, {"page": None}, newest)
        return Standing(appended.record, body, notice)

    def _sit(self, site: Site, seat: _Seat) -> None:
        if seat.is_here:
            self._accounts.renew(site.id, seat.subject)
            return
        self._accounts.link(site.id, seat.subject, seat.link)
        if seat.elsewhere is not None:
            self._accounts.unlink(site.id, seat.elsewhere)

    def sign_out(self, site_id: str, account: str, subject: str) -> SignedOut | None:
        """Sign a device out; return what it goes back to, None where another account is signed in there.

        Raises:
            NotFound: there is no such site.
        """
        site = self._catalogue.site(site_id)
        link = self._accounts.linked(site.id, subject)
        if link is None:
            return SignedOut(site, None, None)
        if link.account != account:
            return None
        own = self._own(link.own_subject, link.own_record, self._now_ms())
        self._accounts.unlink(site.id, subject)
        return SignedOut(site, None if own is None else link.own_subject, own)

    def sign_out_all(self, site_id: str, account: str) -> int:
        """Sign all devices of an account out; return how many.

        Raises:
            NotFound: there is no such site.
        """
        return self._accounts.sign_out_all(self._catalogue.site(site_id).id, account)

    def _event_of(self, site: Site, account: str, own: Standing) -> str:
        """Name the event that a device's own choice is settled in an account: it happens once."""
        return self._uuid(f"sync\0{site.id}\0{self._accounts.reference(site.id, account)}\0{own.record}")

    def _uuid(self, message: str) -> str:
        return str(UUID(bytes=hmac.digest(self._keys.secret("record"), message.encode(), "sha256")[:16], version=4))


def _rules(held: Standing, code: str | None, now_ms: int) -> Rules:
    """Return the rules for a device: those of where its server takes it to be, else those of the choice."""
    if code is not None:
        return region.rules(region.decide(code, None), now_ms, held.notice.regulation)
    return region.as_shown(*(held.choice[part] for part in ("regulation", "region", "region_source")))
