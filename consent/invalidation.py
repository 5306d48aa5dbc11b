"""Declaring a notice faulty: one act, after which no choice under it counts."""

from collections.abc import Mapping
from typing import Any

from chassis.errors import Conflict
from consent.acting import Acting
from consent.catalogue import Catalogue
from consent.ledger.acts import INVALIDATED
from consent.notices import Notice


def declare(acting: Acting, catalogue: Catalogue, notice: Notice, reason: str, by: Mapping[str, Any]) -> str:
    """Declare a notice faulty and return the act's id.

    Raises:
        Conflict: readers are still shown it.
        Unavailable: it is not on disk and was not promised.
    """
    catalogue.forget()
    if catalogue.current(notice.site).sha256 == notice.sha256:
        raise Conflict(f"{notice.site} still shows the notice {notice.sha256}: publish the mended one first")
    return acting.act(INVALIDATED, {"notice": notice.sha256, "reason": reason, "by": dict(by)}, site=notice.site)
