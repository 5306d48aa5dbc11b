"""Noting who reads records: each read, export and look at a person is an act of the log, on disk before the answer.

So no record leaves without a trace; where the trace cannot be written, the answer is 503. It costs one append, about
what a choice does. An export leaves two: one before its first line, and one that tells how many lines went.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chassis.errors import Problem
from consent.api.callers import caller
from consent.api.services import services
from consent.audit import Row
from consent.ledger.acts import ACCESS
from consent.ledger.entries import subject_ref

#: Filters that name a person: that one was asked for is told in the act, who it was only beside it, erasably.
PERSONAL = ("subject", "account")

_log = logging.getLogger(__name__)


def note(
    what: str,
    rows: int | None,
    query: Mapping[str, Any] | None = None,
    references: Sequence[str] = (),
    site: str | None = None,
    **more: Any,
) -> str:
    """Note an access and return the act's id.

    Args:
        what: `search`, `record`, `proof`, `export`, `subject`.
        rows: how many records; None where that is not known yet.
        query: the filters that were asked for.
        references: the persons that were asked for.
        site: the one site that it was about, None for several.
        more: what else is to be told.

    Raises:
        Unavailable: it is not on disk, and nothing may be told.
    """
    asked = {name: True if name in PERSONAL else value for name, value in (query or {}).items() if value is not None}
    body = {"by": caller(), "what": what, "filter": asked, "rows": rows, **more}
    return services().acting.act(ACCESS, body, references, site)


def note_row(what: str, row: Row, person: str | None) -> None:
    """Note an access to one record; `person`: the subject that it tells of, None where it tells of none."""
    references = () if person is None else (subject_ref(services().pepper, row.site, person),)
    note(what, 1, {"record": row.record}, references, row.site)


@contextmanager
def counting(tell: Callable[[int], None]) -> Iterator[Callable[[int], None]]:
    """Give what counts the records that go, and tell their number at the end, also where nobody read on."""
    gone = 0

    def count(more: int) -> None:
        nonlocal gone
        gone += more

    try:
        yield count
    finally:
        try:
            tell(gone)
        except Problem as problem:  # its beginning is on disk
            _log.error("the end of an export could not be noted", extra={"rows": gone, "reason": problem.detail})


def ending(export: str) -> Callable[[int], None]:
    """Return what notes the end of an export, of which `export` was the beginning."""
    acting, by = services().acting, caller()

    def tell(count: int) -> None:
        acting.act(ACCESS, {"by": by, "what": "export-end", "export": export, "rows": count})

    return tell
