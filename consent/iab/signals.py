"""The strings of a choice: what a page sent, held against what was decided, or what the service says itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import FieldError, Invalid, Unavailable
from consent.iab import gpp, tc_string, tcf
from consent.iab.tcf import Cmp, Decisions
from consent.iab.vendor_list import VendorList

RETRY_S = 30


@dataclass(frozen=True)
class Sent:
    """The strings that came with a choice; None where there was none."""

    tc_string: str | None = None
    gpp_string: str | None = None


NONE = Sent()


@dataclass(frozen=True)
class Framework:
    """What the strings are made and checked with.

    Attributes:
        cmp: the operator; None: the frameworks are off.
        lists: the vendor lists that a page may have, the current one first; none where none is to be had.
        lacking: what pages lack to speak TCF and GPP, for a person; None where they lack nothing.
    """

    cmp: Cmp | None = None
    lists: Sequence[VendorList] = ()
    lacking: str | None = None


def check(sent: Sent, decided: Decisions, framework: Framework, gpc: bool) -> None:
    """Hold the strings against the decisions that they came with.

    Args:
        sent: the strings.
        decided: the decisions.
        framework: what they are checked with.
        gpc: whether the request itself carries Global Privacy Control.

    Raises:
        Invalid: a string contradicts them, or came for a notice that is not of its framework.
        Unavailable: no vendor list is to be had to read a TC string with.
    """
    faults = tuple(_faults(sent, decided, framework, gpc))
    if faults:
        raise Invalid("; ".join(f"{fault.field}: expected {fault.expected}" for fault in faults), *faults)


def complete(sent: Sent, decided: Decisions, framework: Framework, body: Mapping[str, Any]) -> Sent:
    """Write the strings that a choice came without: the page has no script, its engine was late, or the banner chose.

    Args:
        sent: what came, checked.
        decided: the decisions.
        framework: what strings are made with.
        body: the choice's part of the record.
    """
    if framework.cmp is None:
        return sent
    tc, gpp_text, speaks = sent.tc_string, sent.gpp_string, decided.notice.document
    if tc is None and "tcf" in speaks and framework.lists and body["regulation"] in tcf.REGULATIONS:
        tc = tc_string.encode(tcf.statement(decided, framework.cmp, framework.lists[0], body["received_at"]))
    if gpp_text is None and "gpp" in speaks:
        gpp_text = gpp.write(decided.notice, decided.purposes, body["region"], body["gpc"])
    return Sent(tc, gpp_text)


def _faults(sent: Sent, decided: Decisions, framework: Framework, gpc: bool) -> Iterator[FieldError]:
    notice = decided.notice
    for field, text, member in (("tc_string", sent.tc_string, "tcf"), ("gpp_string", sent.gpp_string, "gpp")):
        if text is not None and (framework.cmp is None or member not in notice.document):
            yield FieldError(field, f"none: the notice has no {member}, or the operator no CMP id")
        elif text is not None:
            told = _tcf if member == "tcf" else _gpp
            yield from (FieldError(field, expected) for expected in told(text, decided, framework, gpc))


def _tcf(text: str, decided: Decisions, framework: Framework, _gpc: bool) -> Iterator[str]:
    if framework.cmp is None or not framework.lists:
        raise Unavailable("the vendor list cannot be read: no TC string can be checked", retry_after_s=RETRY_S)
    return tcf.faults(text, decided, framework.cmp, framework.lists)


def _gpp(text: str, decided: Decisions, _framework: Framework, gpc: bool) -> Iterator[str]:
    return gpp.faults(text, decided.notice, decided.purposes, gpc)
