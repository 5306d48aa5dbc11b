"""Rectifying a record: never by changing it, but by one that supersedes it and says why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import FieldError, Invalid, NotFound
from consent.audit import Row
from consent.catalogue import Catalogue
from consent.choice import records
from consent.choice.cookies import NOTICE_DIGITS, State
from consent.choice.records import Choice, Circumstances
from consent.notices import Notice
from consent.recording.appending import Appended, Appender
from consent.regulations import region
from consent.store.accounts import Accounts
from consent.store.audit import Audit


@dataclass(frozen=True)
class Correction:
    """What is right, instead of what a record says.

    Attributes:
        subject: whose record it is.
        supersedes: the record that is wrong.
        event_id: the client's UUID, made once; sent again with each retry.
        purposes: every optional purpose of the record's notice.
        reason: why, in words that name nobody.
    """

    subject: str
    supersedes: str
    event_id: str
    purposes: Mapping[str, bool]
    reason: str


class Rectification:
    """The way of a correction into the log."""

    def __init__(self, audit: Audit, catalogue: Catalogue, appender: Appender, accounts: Accounts) -> None:
        self._audit = audit
        self._catalogue = catalogue
        self._appender = appender
        self._accounts = accounts

    def rectify(self, correction: Correction, site: str | None, now_ms: int) -> Appended:
        """Supersede a record; the same correction again appends nothing.

        Args:
            correction: what is right.
            site: the one site that the caller may write of, None for all.
            now_ms: the time, unix ms.

        Raises:
            NotFound: there is no such record of that subject, or it was erased.
            Invalid: the purposes are not those of the record's notice.
            Conflict: the event id has been used for another record.
            Unavailable: it is not on disk and was not promised.
        """
        row = self._audit.one(correction.supersedes, sees_held=True)
        person = json.loads(row.person) if row is not None and row.person is not None else {}
        own = person.get("subject") == correction.subject
        if row is None or row.choice is None or not own or site not in (None, row.site):
            raise NotFound(f"no record {correction.supersedes} of that subject")
        stood, notice = json.loads(row.choice), self._catalogue.notice(row.notice)
        body = _body(correction, row, stood, notice, now_ms)
        account = person.get("account")
        life_ms = max(1, body["valid_until"] - now_ms)
        newest = None if account is None else self._accounts.to_stand(row.site, account, life_ms)
        return self._appender.append(row.site, correction.event_id, body, person, {"page": None}, newest)


def _body(correction: Correction, row: Row, stood: Mapping[str, Any], notice: Notice, now_ms: int) -> dict[str, Any]:
    if stood["event"] == "expired":
        raise Invalid("supersedes: expected a choice, got the end of one", FieldError("supersedes", "a choice"))
    choice = Choice(row.site, correction.event_id, "preferences", correction.purposes)
    held = State(row.notice[:NOTICE_DIGITS], stood["received_at"] // 1000, stood["purposes"], row.record)
    around = Circumstances(
        received_ms=now_ms,
        shown=None,
        language=row.language,
        gpc=stood["gpc"],
        writer="server",
        held=held,
        rules=region.as_shown(stood["regulation"], stood.get("region"), stood.get("region_source", "strictest")),
    )
    body = records.body(choice, notice, records.decide(choice, notice, held), around)
    # It was decided when it was decided: what is mended does not hold for longer.
    return {**body, "action": "rectify", "valid_until": stood["valid_until"], "reason": correction.reason}
