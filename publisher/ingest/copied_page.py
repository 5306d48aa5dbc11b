"""A text copied from a web page without what is the page's own: its lines, its pictures, what was left out."""

import re
from collections.abc import Sequence

from publisher.body.credit_texts import is_agency, read_credit
from publisher.ingest.captions import Caption, by_line, find_captions, labels_joined
from publisher.ingest.copied_lines import Line, is_sentence, opens_tail, why_around
from publisher.ingest.received import LeftOut

_SOURCE = re.compile(
    r"(?:sources?|المصدر|fuentes?|quellen?|fonts?|fontes?|fontoj?|source de l['’]article)\s*:\s*(\S.{0,200}?)\.?",
    re.IGNORECASE,
)


class CopiedPage:
    """What is still to be read: ``lines``, and the captions among them by their number."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.left_out: list[LeftOut] = []
        self.lines = self._without_page(lines)
        self.captions: dict[int, Caption] = {}

    def leave(self, text: str, why: str) -> None:
        """Note what is not in the article."""
        self.left_out.append(LeftOut(text, why))

    def drop(self, at: int) -> None:
        """Take a line away; captions name lines by their number."""
        del self.lines[at]
        told = {id(caption): caption for caption in self.captions.values()}.values()
        for caption in told:
            caption.lines = [n - (n > at) for n in caption.lines if n != at]
            caption.first -= caption.first > at
        self.captions = by_line(list(told))

    def find_captions(self) -> None:
        """Find the pictures among the lines that are left."""
        self.lines = labels_joined(self.lines)
        self.captions = by_line(find_captions(self.lines))

    def line_after(self, at: int) -> str:
        """Return the text below a line, pictures aside."""
        return next((line.text for n, line in enumerate(self.lines) if n > at and n not in self.captions), "")

    def _without_page(self, lines: Sequence[Line]) -> list[Line]:
        """Leave out what is the page's, and the links that follow the article."""
        tail = len(lines)
        for at in range(len(lines) // 2, len(lines)):
            if not opens_tail(lines[at].text):
                continue
            rest = [line.text for line in lines[at + 1 :] if len(line.text) > 80 and not why_around(line.text)]
            if not any(map(is_sentence, rest)):
                tail = at
                break
        kept = []
        for at, line in enumerate(lines):
            source = at >= tail and source_of(line.text)
            why = "links to something else" if at >= tail and not source else why_around(line.text)
            if why is None or source:
                kept.append(line)
            else:
                self.leave(line.whole, why)
        return kept


def source_of(text: str) -> str | None:
    """The source that a line of its own names."""
    found = _SOURCE.fullmatch(text)
    if found:
        return found[1].strip()
    line = text.strip("()[]—–- .")
    credit = read_credit(line) if len(line) <= 60 else None
    names = re.split(r"\s*[/,&]\s*|\s+(?:and|y|und|et)\s+", line)
    return line if credit and all(is_agency(name) for name in names) and len(line.split()) <= 6 else None
