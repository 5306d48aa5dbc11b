"""The body of a text copied from a web page: paragraphs, headings, lists, quotes and pictures, in order."""

import re
from collections import Counter
from html import escape
from typing import Any

from publisher.body.credit_texts import is_credit
from publisher.ingest.blocks import credit_json
from publisher.ingest.captions import Caption
from publisher.ingest.copied_lines import MOST_HEADING_WORDS, Line, is_sentence, key
from publisher.ingest.copied_page import CopiedPage

LONGEST_HEADING = 100


def write_body(page: CopiedPage) -> list[dict[str, Any]]:
    """Write the page's lines as blocks; what is not in them is noted as left out."""
    writer = _Writer(page)
    writer.write()
    return writer.blocks


class _Writer:
    def __init__(self, page: CopiedPage) -> None:
        self.blocks: list[dict[str, Any]] = []
        self._page = page

    def write(self) -> None:
        said: dict[str, int] = {}
        lines = self._page.lines
        keys = Counter(key(line.text) for n, line in enumerate(lines) if n not in self._page.captions)
        everything = " \n ".join(["", *keys.elements(), ""])
        for at, line in enumerate(lines):
            caption = self._page.captions.get(at)
            if caption is not None:
                if at == min(caption.lines):
                    self._picture(caption)
                continue
            words = key(line.text)
            if is_credit(line.text):
                self._page.leave(line.whole, "the credit of a picture that is not in the text")
            elif len(words.split()) >= 6 and words in said:
                self._page.leave(line.whole, "said before, word for word")
            elif line.bullet:
                self._item(line, at)
            elif line.text[:1] in '“"«' and len(words.split()) >= 6 and everything.count(f" {words} ") > keys[words]:
                self._page.leave(line.text, "a quote that stands in the text as well")
            elif self._is_attribution(line):
                self.blocks[-1] = {
                    "type": "quote",
                    "html": self.blocks[-1]["html"],
                    "attribution": line.text.lstrip("—–- "),
                }
            elif self._is_heading(at):
                self._add("heading", line.text, level=2)
            else:
                self._add("paragraph", line.text)
            said[words] = at

    def _picture(self, caption: Caption) -> None:
        for copy in caption.copies:
            self._page.leave(copy, "a picture's text again")
        self.blocks.append(
            {
                "type": "image",
                "hrefs": caption.hrefs,
                "caption": caption.text,
                "alt": caption.text,
                "credit": credit_json(caption.credit),
            }
        )

    def _item(self, line: Line, at: int) -> None:
        """Put an item into the list that is being written; an item that is alone is a paragraph."""
        before = at > 0 and self._page.lines[at - 1].bullet
        after = at + 1 < len(self._page.lines) and self._page.lines[at + 1].bullet
        ordered = line.bullet[:1].isdecimal()
        last = self.blocks[-1] if self.blocks else {}
        if before and last.get("type") == "list" and last["ordered"] == ordered:
            last["items"].append(escape(line.text, quote=False))
        elif before or after:
            self.blocks.append({"type": "list", "ordered": ordered, "items": [escape(line.text, quote=False)]})
        else:
            self._add("paragraph", line.whole)

    def _is_attribution(self, line: Line) -> bool:
        before = self.blocks[-1] if self.blocks else {}
        quoted = before.get("type") == "paragraph" and before["html"][:1] in '“"«' and before["html"][-1:] in '”"»'
        return bool(quoted and re.match(r"[—–]\s*\S", line.text) and len(line.text) <= 120)

    def _is_heading(self, at: int) -> bool:
        text = self._page.lines[at].text
        if (
            len(text) > LONGEST_HEADING
            or len(text.split()) > MOST_HEADING_WORDS
            or re.search(r"[.,;:…。][\"”’»)]*$", text)
        ):
            return False
        if not (text[:1].isupper() or text[:1].isdecimal() or text[:1] in "“\"«¿¡‘'" or not text[:1].islower()):
            return False
        after = self._page.lines[at + 1] if at + 1 < len(self._page.lines) else None
        if after is None:
            return False
        if text[-1:] in '”"»' and text[:1] in '“"«':
            # a few words of somebody's, as sections are often named; with an attribution below it is a quote
            return len(text.split()) <= 8 and not is_sentence(text) and after.text[:1] not in "—–-"
        follows = (
            text.isupper()
            or at + 1 in self._page.captions
            or bool(after.bullet)
            or is_sentence(after.text)
            or len(after.text) > LONGEST_HEADING
        )
        return follows

    def _add(self, kind: str, text: str, **more: Any) -> None:
        self.blocks.append({"type": kind, **more, "html": escape(text, quote=False)})
