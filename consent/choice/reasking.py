"""Asking again only what has changed: what a standing choice, made under an earlier notice, leaves open.

A new purpose is open, and so is an agreed one that has gained a vendor or another kind. Words may be mended, vendors
may go, and a refusal stands: it covers whatever its purpose has come to mean.
"""

from typing import Literal

from consent.choice.cookies import NOTICE_DIGITS, State
from consent.notices import Notice

Ask = Literal["all", "none"] | list[str]


def ask(state: State | None, earlier: Notice | None, current: Notice) -> Ask:
    """Return what a reader is to be asked: everything, nothing, or these purposes in the notice's order.

    Args:
        state: the reader's standing choice; None before the first.
        earlier: the notice that it answered; None where that is not known.
        current: the notice that is shown now.
    """
    if state is None:
        return "all"
    if state.notice == current.sha256[:NOTICE_DIGITS]:
        return "none"
    if earlier is None:
        return "all"
    return [purpose for purpose in current.optional if _open(purpose, state, earlier, current)] or "none"


def _open(purpose: str, state: State, earlier: Notice, current: Notice) -> bool:
    if purpose not in earlier.optional or purpose not in state.purposes:
        return True
    if not state.purposes[purpose]:
        return False
    widened = _vendors(purpose, current) - _vendors(purpose, earlier)
    return bool(widened) or earlier.kinds[purpose] != current.kinds[purpose]


def _vendors(purpose: str, notice: Notice) -> set[str]:
    return {vendor for vendor, asked in notice.vendors.items() if purpose in asked}
