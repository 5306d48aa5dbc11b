"""A text of an article taken apart into sentence segments, and put together again from their translations.

What no engine should see stays in the template: spaces between sentences, elements around a whole sentence, line breaks
between lines, code, and whatever has no letters. Addresses stay with the template's marks.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from publisher.body.inline import Element, Node, plain_text
from worker.engines.segment import Piece, Segment, joined, to_xliff
from worker.translation.sentences import sentences

_KEPT_TAGS = ("code", "br")


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one segment; ``elements`` are the source's by mark, to be restored around its translation."""

    segment: Segment
    elements: Mapping[int, Element]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """An element around whole segments."""

    element: Element
    inside: "Template"


Template = tuple["str | Element | Slot | Wrapped", ...]


def take_apart(nodes: Sequence[Node], language: str, kind: str = "prose") -> Template:
    """Make a template whose slots hold the segments to translate, in reading order."""
    template: list[str | Element | Slot | Wrapped] = []
    for line in _lines(nodes):
        for sentence in _sentences(line, language):
            template += _template(sentence, language, kind)
    return tuple(template)


def slots(template: Template) -> Iterator[Slot]:
    """Walk the slots of a template in reading order."""
    for part in template:
        if isinstance(part, Slot):
            yield part
        elif isinstance(part, Wrapped):
            yield from slots(part.inside)


def put_together(template: Template, translations: Iterator[Segment]) -> tuple[Node, ...]:
    """Fill each slot with the next translation and restore the source's elements around it."""
    nodes: list[Node] = []
    for part in template:
        match part:
            case Slot(elements=elements):
                nodes += _nodes(next(translations).pieces, elements)
            case Wrapped(element=element, inside=inside):
                nodes.append(replace(element, children=put_together(inside, translations)))
            case _:
                nodes.append(part)
    return _merged(nodes)


def segment_hash(segment: Segment, source: str, target: str, policy: str) -> str:
    """Hash of all that a translation depends on: normalised text, marks, kind, the two languages, the engines allowed.

    Addresses and code are no part of it: a link may move without being translated again.
    """
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", to_xliff(segment)))
    return hashlib.sha256("\0".join((text, segment.kind, source, target, policy)).encode()).hexdigest()


def _lines(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Cut at line breaks, each a line of its own."""
    line: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "br":
            yield line
            yield [node]
            line = []
        else:
            line.append(node)
    yield line


def _sentences(nodes: Sequence[Node], language: str) -> Iterator[list[Node]]:
    """Cut between sentences, never inside an element."""
    ends = set(accumulate(len(sentence) for sentence in sentences(plain_text(tuple(nodes)), language)))
    sentence: list[Node] = []
    at = 0
    for node in nodes:
        for part in _cut(node, at, ends):
            sentence.append(part)
            at += len(plain_text((part,)))
            if at in ends:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def _cut(node: Node, at: int, ends: Collection[int]) -> list[Node]:
    """Cut a text that begins at an offset where sentences end within it; an element stays whole."""
    if not isinstance(node, str):
        return [node]
    cuts = [0, *sorted(end - at for end in ends if at < end < at + len(node)), len(node)]
    return [node[start:end] for start, end in pairwise(cuts)]


def _template(sentence: list[Node], language: str, kind: str) -> Iterator[str | Element | Slot | Wrapped]:
    before, core, after = _trimmed(sentence)
    if before:
        yield before
    if len(core) == 1 and isinstance(core[0], Element) and not _is_kept(core[0]):
        yield Wrapped(replace(core[0], children=()), take_apart(core[0].children, language, kind))
    elif _has_words(core):
        yield _slot(core, kind)
    else:
        yield from core
    if after:
        yield after


def _trimmed(nodes: list[Node]) -> tuple[str, list[Node], str]:
    """Take the white space off both ends."""
    core = list(nodes)
    before = after = ""
    if core and isinstance(core[0], str):
        stripped = core[0].lstrip()
        before = core[0][: len(core[0]) - len(stripped)]
        core[0:1] = [stripped] if stripped else []
    if core and isinstance(core[-1], str):
        stripped = core[-1].rstrip()
        after = core[-1][len(stripped) :]
        core[-1:] = [stripped] if stripped else []
    return before, core, after


def _is_kept(element: Element) -> bool:
    """Say whether an element stands in a translation as it does in the source: code, a line break, an empty one."""
    return element.tag in _KEPT_TAGS or not plain_text(element.children).strip()


def _has_words(nodes: Iterable[Node]) -> bool:
    return any(
        any(character.isalpha() for character in node)
        if isinstance(node, str)
        else not _is_kept(node) and _has_words(node.children)
        for node in nodes
    )


def _slot(nodes: Sequence[Node], kind: str) -> Slot:
    elements: dict[int, Element] = {}

    def pieces(inside: Sequence[Node], marks: tuple[int, ...]) -> Iterator[Piece]:
        for node in inside:
            if isinstance(node, str):
                yield Piece(node, marks)
                continue
            mark = len(elements) + 1
            elements[mark] = node
            if _is_kept(node):
                yield Piece(plain_text(node.children), (*marks, mark), kept=True)
            else:
                yield from pieces(node.children, (*marks, mark))

    return Slot(Segment(joined(pieces(nodes, ())), kind), elements)


def _nodes(pieces: Sequence[Piece], elements: Mapping[int, Element], depth: int = 0) -> Iterator[Node]:
    """Group pieces by their mark at this depth and restore its element around each group."""
    start = 0
    while start < len(pieces):
        if len(pieces[start].marks) == depth:
            yield pieces[start].text
            start += 1
            continue
        mark = pieces[start].marks[depth]
        end = start + 1
        while end < len(pieces) and pieces[end].marks[depth : depth + 1] == (mark,):
            end += 1
        element = elements[mark]
        yield (
            element
            if _is_kept(element)
            else replace(element, children=tuple(_nodes(pieces[start:end], elements, depth + 1)))
        )
        start = end


def _merged(nodes: Iterable[Node]) -> tuple[Node, ...]:
    merged: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and merged and isinstance(merged[-1], str):
            merged[-1] += node
        else:
            merged.append(node)
    return tuple(merged)
