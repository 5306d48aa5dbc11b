"""A reader's choices within an account: one decision on every device where they are signed in.

Pure. CNIL 2025-131: refusal and withdrawal reach as far as agreement, and where device and account differ, the rule
that the notice states decides. What a device decides while nobody is signed in stays its own (`store.accounts.Link`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent.choice import cookies, events, records
from consent.choice.cookies import State
from consent.notices import Notice
from consent.regulations import Pack

#: What a settlement takes over from the decision that it stems from.
_AS_DECIDED = ("modes", "defaults", "notice", "language", "regulation", "region", "region_source", "gpc")

IN_FORCE = (*events.CONSENTING, "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision that is in force: its record, the record's `choice` part, and the notice that it answers."""

    record: str
    choice: Mapping[str, Any]
    notice: Notice

    @property
    def purposes(self) -> dict[str, bool]:
        """Return what was decided of every purpose, in the notice's order, which a record does not keep."""
        return {purpose: self.choice["purposes"][purpose] for purpose in self.notice.purposes}

    @property
    def is_consent(self) -> bool:
        """Tell whether it agrees to anything."""
        return self.choice["event"] in events.CONSENTING

    @property
    def valid_until_ms(self) -> int:
        """Return when it ends."""
        return int(self.choice["valid_until"])

    @property
    def decided_ms(self) -> int:
        """Return when the reader decided: a record that a sync or an import wrote is younger than its decision."""
        if "sync" in self.choice:
            return int(self.choice["sync"]["decided_at"])
        received_ms = int(self.choice["received_at"])
        if self.choice["action"] == "import" and self.choice["client_at"] is not None:
            return min(int(self.choice["client_at"]), received_ms)
        return received_ms

    @property
    def state(self) -> State:
        """Return what the state cookie of a device says of it."""
        vendors = records.exceptions(self.choice["purposes"], self.choice["vendors"], self.notice)
        gpc = bool(self.choice["gpc"])
        return cookies.state(self.notice, self.decided_ms, self.purposes, vendors, gpc, self.record)

    def says_the_same(self, other: "Standing") -> bool:
        """Tell whether both say the same of every purpose and vendor."""
        return all(self.choice[part] == other.choice[part] for part in ("purposes", "vendors"))


def in_force(choice: Mapping[str, Any] | None, now_ms: int) -> bool:
    """Tell whether a record's decision still stands: it is neither over nor erased (None)."""
    return choice is not None and choice["event"] in IN_FORCE and choice["valid_until"] > now_ms


def weighs(device: Standing) -> bool:
    """Tell whether a device's own decision may count in an account.

    An agreement may not where its notice said nothing of accounts: it was given for one device.
    """
    return not device.is_consent or device.notice.conflict is not None


def newer(account: Standing | None, device: Standing) -> Standing:
    """Return the decision that was made last."""
    return device if account is None or device.decided_ms > account.decided_ms else account


def settle(conflict: str, account: Standing | None, device: Standing, now_ms: int) -> dict[str, Any]:
    """Settle a device's own decision with its account's; return the `choice` part of the record that says so.

    Args:
        conflict: one of `notices.CONFLICTS`.
        account: what stands in the account; None for nothing.
        device: what stands on the device.
        now_ms: the server's time.
    """
    base = newer(account, device)
    other = account if base is device else device
    notice, purposes, vendors = base.notice, base.purposes, dict(base.choice["vendors"])
    if conflict == "refusal" and other is not None:
        purposes |= {each: purposes[each] and other.purposes.get(each, True) for each in notice.optional}
        implied = records.implied(purposes, notice)
        said = other.choice["vendors"]
        vendors = {vendor: given and said.get(vendor, implied[vendor]) for vendor, given in vendors.items()}
    before = {} if account is None else account.purposes
    return {
        **{name: base.choice[name] for name in _AS_DECIDED if name in base.choice},
        "event": _event(base, purposes),
        "action": "sync",
        "purposes": purposes,
        "events": events.of_purposes("sync", purposes, notice.optional, before),
        "vendors": vendors,
        "asked": None,
        "layer": "api",
        "script": None,
        "style": None,
        "shown_at": None,
        "received_at": now_ms,
        "client_at": None,
        "skew_ms": None,
        "valid_until": base.valid_until_ms,
        "writer": "server",
        "supersedes": None if account is None else account.record,
        "sync": {
            "conflict": conflict,
            "account": None if account is None else account.record,
            "device": device.record,
            "decided_at": base.decided_ms,
        },
    }


def _event(base: Standing, purposes: Mapping[str, bool]) -> str:
    if base.choice["event"] == "withdrawn":
        return "withdrawn"
    return "given" if any(purposes[each] for each in base.notice.optional) else "refused"


def whose(settled: Standing, account: Standing | None, device: Standing) -> str:
    """Say whose decision a settlement is: `account`, `device`, or `both` where it has refusals of either."""
    if account is not None and settled.says_the_same(account):
        return "account"
    return "device" if settled.says_the_same(device) else "both"


def objects(held: Standing, pack: Pack) -> bool:
    """Tell whether a device's Global Privacy Control objects to what stands (11 CCR 7025(c)(1)).

    It does where the law lets it and the reader has not decided with the signal on.
    """
    if "gpc" not in pack.signals or held.choice["gpc"]:
        return False
    kinds = held.notice.kinds
    return any(held.purposes[each] and pack.mode_of(kinds[each]) == "opt-out" for each in held.notice.optional)
