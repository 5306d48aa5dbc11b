"""Erasing a person: who asks, under which rule, who approves; the drain does it (`consent.store.deeds`).

What is erased are the parts that name somebody and where a choice came from, with their salts. Choices and proofs stay:
from then on they are nobody's.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chassis.errors import Conflict, Forbidden, NotFound
from chassis.identities import id_of
from consent.acting import Acting
from consent.ledger.acts import ERASED
from consent.store.erasures import Asked, Requests
from consent.store.holds import Holds

PARTS = ("person", "context")
APPROVED = "approved_by"


class Held(Conflict):
    """A legal hold keeps the person's records."""

    kind = "held"


@dataclass(frozen=True)
class Demand:
    """What is to be erased and why.

    Attributes:
        references: the subject references, one for each site that the subject may be of; account references too.
        site: the one site that it is about, None for all.
        rule: the rule it is asked under, as `GDPR Art. 17(1)(b)`.
        reason: in words that name nobody, None where the rule says it all.
        by: who asks.
    """

    references: Sequence[str]
    site: str | None
    rule: str
    reason: str | None
    by: Mapping[str, Any]


class Erasures:
    """Erasures of this deployment; `approval` says whether a second token must agree."""

    def __init__(
        self, acting: Acting, requests: Requests, holds: Holds, approval: bool, now_ms: Callable[[], int]
    ) -> None:
        self._acting = acting
        self._requests = requests
        self._holds = holds
        self._approval = approval
        self._now_ms = now_ms

    def ask(self, demand: Demand, own: bool = False) -> tuple[str, bool]:
        """Take a demand and return its id, and whether it waits for a second approver.

        Args:
            demand: what is asked.
            own: the person asks for their own erasure, which needs nobody's approval.

        Raises:
            Held: a legal hold keeps the records.
            Unavailable: it is not on disk and was not promised.
        """
        self._refuse_held(demand.references)
        body = {"parts": list(PARTS), "rule": demand.rule, "reason": demand.reason, "by": dict(demand.by)}
        event_id = str(uuid4())
        if own or not self._approval:
            return self._acting.act(ERASED, body, demand.references, demand.site, event_id), False
        own_id = self._acting.id_of(ERASED, event_id)
        refs = tuple(demand.references)
        asked_by = id_of(demand.by)
        self._requests.add(Asked(own_id, event_id, demand.site, refs, json.dumps(body), asked_by, self._now_ms()))
        return own_id, True

    def approve(self, own_id: str, by: Mapping[str, Any], site: str | None) -> None:
        """Let a demand that waits be carried out.

        Raises:
            NotFound: none of that id waits.
            Forbidden: who approves asked for it.
            Held: a hold was laid upon the records meanwhile.
        """
        asked = self.waiting(own_id, site)
        if asked.asked_by == id_of(by):
            raise Forbidden("an erasure is approved with another token, or by somebody else, than asked for it")
        self._refuse_held(asked.references)
        if APPROVED not in json.loads(asked.body):
            # In the row before it is in the stream: whoever denies it from here on comes too late, and is told so.
            self._requests.change(asked, json.dumps(json.loads(asked.body) | {APPROVED: dict(by)}))
            asked = self.waiting(own_id, site)  # of two that approve at once the first is named
        # The event's id is that of the request: a second approval, after a crash between the two, is the same act.
        self._acting.act(ERASED, json.loads(asked.body), asked.references, asked.site, asked.event_id)
        self._requests.remove(asked)

    def deny(self, own_id: str, site: str | None) -> None:
        """Forget a demand that waits.

        Raises:
            NotFound: none of that id waits.
            Conflict: it is approved already.
        """
        asked = self.waiting(own_id, site)
        if APPROVED in json.loads(asked.body) or not self._requests.remove(asked):
            raise Conflict("the erasure is approved, or was denied, just now")

    def waiting(self, own_id: str, site: str | None) -> Asked:
        """Return a demand that waits for approval; `site` is the one site that the caller may see.

        Raises:
            NotFound: none of that id waits.
        """
        asked = self._requests.one(own_id)
        if asked is None or site not in (None, asked.site):
            raise NotFound(f"no erasure {own_id} waits for approval")
        return asked

    def all_waiting(self, site: str | None) -> list[Asked]:
        """List the demands that wait, oldest first."""
        return [each for each in self._requests.all() if site in (None, each.site)]

    def _refuse_held(self, references: Sequence[str]) -> None:
        rule = self._holds.rule(references)
        if rule is not None:
            raise Held(f"a legal hold keeps the records: {rule}")
