"""A variant is an article in one language: the original, or a translation in one of its states.

``queued → translating → machine``, or ``failed``; states and what readers see: docs/contracts/articles.md, "Variants".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.post_edits import REVIEWED
from publisher.site import sites

ORIGINAL = "original"
QUEUED = "queued"
TRANSLATING = "translating"
MACHINE = "machine"
FAILED = "failed"
PENDING = (QUEUED, TRANSLATING)
OVERDUE = "the translation did not come in time"


@dataclass(frozen=True, slots=True)
class Variant:
    """The state of one article in one language; times are unix ms.

    ``texts`` translate the texts of ``revision`` by name; both are those of the last translation that was finished,
    and None and 0 when there has been none. ``review``: how far it is a person's work, one of ``post_edits``' words.
    """

    article_id: str
    language: str
    state: str
    revision: int
    texts: Mapping[str, str] | None
    engine: str | None
    engine_version: str | None
    done: int
    total: int
    reason: str | None
    requested_ms: int
    deadline_ms: int | None
    updated_ms: int
    review: str | None = None

    @property
    def pending(self) -> bool:
        """Whether a translation is still to be expected."""
        return self.state in PENDING


def as_of(variant: Variant, now_ms: int) -> Variant:
    """Return the variant as it counts now: past its deadline a pending one has failed, whatever the worker does."""
    if variant.pending and variant.deadline_ms is not None and now_ms >= variant.deadline_ms:
        return replace(variant, state=FAILED, reason=OVERDUE)
    return variant


def original(article_id: str, language: str, revision: int, now_ms: int) -> Variant:
    """Return the variant that an article has in its own language."""
    return Variant(article_id, language, ORIGINAL, revision, None, None, None, 0, 0, None, now_ms, None, now_ms)


def is_listed(variant: Variant, indexing: str) -> bool:
    """Whether search engines may list the page of a variant, under one of ``sites.INDEXING``."""
    if is_pseudo(variant.language):
        return False
    read = indexing == sites.ALWAYS or (indexing == sites.REVIEWED and variant.review == REVIEWED)
    return variant.state == ORIGINAL or (variant.state == MACHINE and read)


def is_pseudo(language: str) -> bool:
    """Whether a language is a pseudo-locale: a test rendering of the source, never a translation."""
    return language.endswith("-XA")
