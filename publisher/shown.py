"""What readers of a variant get to see: its translation if there is one that fits, else the original as such."""

from dataclasses import replace

from publisher.articles import Article, is_translation, translated
from publisher.variants import FAILED, MACHINE, Variant, as_of

MISFIT = "the translation is not of this revision"


def as_shown(source: Article, variant: Variant, now_ms: int) -> Variant:
    """Return the variant as readers see it now: overdue, or without a text for each of the source's, it has failed."""
    if variant.state == MACHINE and not is_translation(source, variant.texts or {}):
        return replace(variant, state=FAILED, reason=MISFIT)
    return as_of(variant, now_ms)


def shown_text(source: Article, variant: Variant) -> tuple[Article, str]:
    """Return the article as a reader of this variant (``as_shown``) gets it, and the language of that text.

    Only a finished translation is shown in the variant's language; otherwise the original under its own language.
    """
    if variant.state == MACHINE and variant.texts is not None:
        return translated(source, variant.texts), variant.language
    return source, source.language


def engine_name(variant: Variant) -> str:
    """Name and version of the engine, as readers are told."""
    return ", ".join(part for part in (variant.engine, variant.engine_version) if part)


def disclaimer(variant: Variant) -> str:
    """Name the words that say who translated: a machine alone, a person after it, or a person alone."""
    if variant.review and not variant.engine:
        return "disclaimer_person"
    return f"disclaimer_{variant.review}" if variant.review else "disclaimer"
