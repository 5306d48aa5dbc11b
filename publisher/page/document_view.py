"""Gathers the page of a policy document."""

from collections.abc import Sequence
from dataclasses import replace

from publisher.documents import Version, in_force, path_of
from publisher.page.assembly import Assembly, contents_of
from publisher.views import DocumentPage, VersionLink


def document_view(
    assembly: Assembly, language: str, versions: Sequence[Version], shown: Version, stable: bool
) -> DocumentPage:
    """Gather a document's page: ``shown`` of its ``versions``; ``stable``: under the address without a number."""
    text_language = shown.language_for(language)
    text, written = assembly.words(text_language), shown.texts[text_language]
    number = None if stable else shown.number
    frame = assembly.frame(language, lambda each: path_of(each, shown.name, number))
    offered = [each for each in assembly.languages if each in shown.texts]
    first = next(iter(shown.texts))
    named = [(each, each) for each in offered] + [("x-default", first)]
    alternates = tuple((name, assembly.site.url + path_of(each, shown.name)) for name, each in named)
    indexable = stable and language in shown.texts
    current = in_force(versions, assembly.now_ms)
    return DocumentPage(
        frame=replace(frame, indexable=indexable, alternates=alternates if indexable else ()),
        text=text,
        title=written.title,
        blocks=written.blocks,
        number=shown.number,
        effective_ms=shown.effective_ms,
        sha256=shown.sha256,
        versions=tuple(
            VersionLink(each.number, each.effective_ms, path_of(language, each.name, each.number)) for each in versions
        ),
        current=path_of(language, shown.name),
        outdated=current is not None and current.number != shown.number,
        contents=contents_of(written.blocks),
    )
