"""An act in words, for who reads down a list of them. Pure."""

from collections.abc import Mapping
from typing import Any

from consent import instants
from consent.ledger.acts import ACCESS, CONFIG, ERASED, HELD, INVALIDATED

#: What officers read, as `what` of an access tells it.
READ = {
    "search": "searched the records",
    "record": "read a record",
    "proof": "took a record's proof",
    "export": "asked for an export",
    "export-file": "fetched an export",
    "export-end": "an export ended",
    "subject": "looked at a person",
}
#: What a list tells elsewhere of a change of the configuration, or not at all.
UNTOLD = ("by", "what", "scopes", "token", "at", "one_time")

#: Of a change of the configuration, what says which thing it was about.
CONFIGURED = ("label", "notice", "languages", "origins", "region", "vkey", "key")
#: Those that ask by filters.
ASKED = ("search", "export")


def of(kind: str, told: Mapping[str, Any]) -> str:
    """Say what an act did; `told` is its opened body."""
    if kind == ACCESS:
        return _access(told)
    if kind == CONFIG:
        return _config(told)
    if kind == ERASED:
        return _erased(told)
    if kind == HELD:
        return f"held a person's records ({_records(told)}) under {told['rule']}{_reason(told)}"
    if kind == INVALIDATED:
        return f"declared the notice {told['notice'][:16]} faulty{_reason(told)}"
    return "ended a hold" if told.get("outcome") == "released" else "ended a hold that there was not"


def doer(told: Mapping[str, Any]) -> str:
    """Say who did it, and who approved."""
    named = [_name(told[part]) for part in ("by", "approved_by") if told.get(part)]
    return ", approved by ".join(named) or "the service"


def _name(by: Any) -> str:
    if not isinstance(by, Mapping):
        return str(by)
    if "clock" in by:
        return "the clock"
    if by.get("link"):
        return "whoever had the link"
    return str(by.get("label") or by.get("token") or next(iter(by.values()), "the service"))


def _access(told: Mapping[str, Any]) -> str:
    what = READ.get(told.get("what", ""), str(told.get("what")))
    asked = told.get("filter") or {}
    words = [f"{name} {_value(name, value)}" for name, value in asked.items() if told.get("what") in ASKED]
    rows = told.get("rows")
    found = "" if rows is None or told.get("what") == "record" else f": {rows:,} record{'' if rows == 1 else 's'}"
    form = f" as {told['format']}" if told.get("format") else ""
    return f"{what}{form}{' where ' if words else ''}{', '.join(words)}{found}"


def _value(name: str, value: Any) -> str:
    if name in ("subject", "account"):
        return "(not told)"
    return instants.text(value)[:16].replace("T", " ") if name in ("from", "to") and type(value) is int else str(value)


def _config(told: Mapping[str, Any]) -> str:
    rest = [
        _flat(value) for name, value in told.items() if name not in ("by", "what", "scopes", "token", "at", "one_time")
    ]
    return " ".join([str(told.get("what", "configured")).replace("-", " "), *filter(None, rest)])


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _erased(told: Mapping[str, Any]) -> str:
    if told.get("outcome") == "held":
        return f"erased nothing: a hold keeps the records ({told.get('hold')})"
    parts = " and ".join(told["parts"])
    if "before_ms" in told:
        return f"erased {parts} of {_records(told)}, whose time was over"
    return f"erased {parts} of a person ({_records(told)}) under {told['rule']}{_reason(told)}"


def _records(told: Mapping[str, Any]) -> str:
    count = len(told.get("records", ()))
    return f"{count:,} record{'' if count == 1 else 's'}"


def _reason(told: Mapping[str, Any]) -> str:
    return f": {told['reason']}" if told.get("reason") else ""
