"""What a filter asks of the terms (`consent.store.terms`), as conditions in SQL."""

from sqlalchemy import ColumnElement, select

from consent.audit import UNKNOWN, Filter
from consent.choice.events import CONSENTING
from consent.store.ledger_tables import decision, terms

_WORDS = ("site", "event", "action", "notice", "language", "layer", "writer", "regulation", "gpc")


def asked_of_terms(log_id: int, wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions that terms of a log have to meet; none where the filter asks nothing of them."""
    asked = [terms.c[name] == getattr(wanted, name) for name in _WORDS if getattr(wanted, name) is not None]
    if wanted.region is not None:
        asked.append(terms.c.region == (None if wanted.region == UNKNOWN else wanted.region))
    for about in ("purpose", "vendor"):
        if getattr(wanted, about) is not None:
            asked.append(_decided(log_id, about, wanted.given, decision.c.name == getattr(wanted, about)))
    if wanted.purpose is None and wanted.vendor is None and wanted.given is not None:
        # Required purposes are always given; that an optional one is, is what the event says.
        given = terms.c.event.in_(CONSENTING)
        asked.append(given if wanted.given else _decided(log_id, "purpose", False))
    return asked


def _decided(log_id: int, about: str, given: bool | None, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(decision.c.terms_id).where(decision.c.log_id == log_id, decision.c.about == about, *where)
    return terms.c.terms_id.in_(found if given is None else found.where(decision.c.given.is_(given)))
