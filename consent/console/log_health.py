"""How the log is: what the overview tells of it beside the counts."""

from typing import NamedTuple

from flask import current_app

from consent import drain_health
from consent.api.services import services
from consent.drain_health import Health
from consent.store import checkpoints
from consent.store.checkpoints import Signed

SLOW_S = 60.0
WELL = {
    "durability": "choices are on disk before they are answered",
    "migrations": "the database has its newest shape",
}


class Fact(NamedTuple):
    """One thing that is known of the log; `fault`: it is not as it should be."""

    name: str
    text: str
    fault: bool = False


def facts() -> list[Fact]:
    """Tell the log's size, how far it is behind, what is signed of it, and what the service depends on."""
    ledger, now_ms = services().ledger, services().now_ms()
    size, signed, health = ledger.size, checkpoints.newest(ledger), drain_health.find(services().redis)
    told = [Fact("Tree size", f"{size:,} entries"), _waiting(health), _signed(signed, size, health, now_ms)]
    for name, check in current_app.extensions["checks"].items():
        fault = check()
        told.append(Fact(name.capitalize(), fault or WELL.get(name, "ok"), fault is not None))
    return told


def _waiting(health: Health | None) -> Fact:
    if health is None:
        return Fact("Drain", "not heard of for half a minute: choices wait on disk", True)
    if not health.lag_s:
        return Fact("Drain", "nothing waits")
    entries = "entries wait" if health.lag_entries is None else f"{health.lag_entries:,} entries wait"
    return Fact("Drain", f"{entries}, the oldest for {duration(health.lag_s)}", health.lag_s > SLOW_S)


def _signed(signed: Signed | None, size: int, health: Health | None, now_ms: int) -> Fact:
    if health is not None and health.refusal is not None:
        return Fact("Checkpoint", f"none is signed: {health.refusal}", True)
    if signed is None:
        return Fact("Checkpoint", "none was signed yet", size > 0)
    age = duration(max(0, now_ms - signed.created_ms) / 1000)
    if signed.size == size:
        return Fact("Checkpoint", f"covers every entry; signed {age} ago")
    return Fact("Checkpoint", f"covers {signed.size:,} entries; signed {age} ago", size < signed.size)


def duration(seconds: float) -> str:
    """Write a duration in the largest unit that it fills.

    >>> [duration(each) for each in (0.2, 59, 61, 7200, 86400, 200000)]
    ['less than a second', '59 s', '1 min', '2 h', '1 day', '2 days']
    """
    for unit, length_s in ((" days", 2 * 86_400), (" day", 86_400), (" h", 3600), (" min", 60), (" s", 1)):
        if seconds >= length_s:
            return f"{int(seconds // (86_400 if 'day' in unit else length_s))}{unit}"
    return "less than a second"
