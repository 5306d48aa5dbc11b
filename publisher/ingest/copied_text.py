"""A text copied from a web page as a received item: title, standfirst, byline, headings, pictures, lists, source line.

No word is lost: each is in the item, or in its ``left_out`` with why.
"""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from publisher.credit_texts import is_agency, is_credit, read_credit
from publisher.faults import Fault, refusal
from publisher.ingest.blocks import credit_json
from publisher.ingest.captions import Caption, by_line, find_captions, labels_joined
from publisher.ingest.copied_lines import Line, is_date, is_sentence, key, lines_of, opens_tail, why_around
from publisher.ingest.received import LeftOut, Received
from publisher.markdown import slug_of

MOST_LINES = 4000
LONGEST_TITLE = 200
TITLE_LINES = 8
"""Lines among which the title is."""
LONGEST_HEADING, MOST_HEADING_WORDS = 100, 14
HEAD_LINES = 8
"""Lines after the title in which a byline and dates stand."""
_NAMES = r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,14}"
_BYLINE = re.compile(
    rf"(?:by|por|per|von|par|di|بقلم|text(?:o|e)?\s*:|words by|story by|reporting by)\s+"
    rf"({_NAMES}(?:,\s*[^.]{{2,80}})?)",
    re.IGNORECASE,
)
_NAME_ALONE = re.compile(r"(?:[A-ZÀ-Þ][\w.'’-]+\s+){1,3}[A-ZÀ-Þ][\w.'’-]+")
_ROLE = re.compile(
    r".*\b(?:correspondent|reporter|editor|writer|staff|bureau|desk|corresponsal|redactora?|redaktion|"
    r"korrespondentin?)\b.*",
    re.IGNORECASE,
)
_REACH = re.compile(r"\S+@\S+\.\w+|@\w+")
_KEYWORDS = re.compile(
    r"(?:tags|topics|keywords|etiquetas|temas|etiquetes|schlagw[öo]rter|mots-clés)\s*:\s*(\S.*)", re.IGNORECASE
)
_TITLE = re.compile(r"(?:title|headline)\s*:\s*(\S.*)", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:sources?|المصدر|fuentes?|quellen?|fonts?|fontes?|fontoj?|source de l['’]article)\s*:\s*(\S.{0,200}?)\.?",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"\s*(?:[(\[]([^()\[\]]{2,60})[)\]]|[—–]\s*([^—–.]{2,60}))\.?$")
_DATELINE = re.compile(r"^[A-ZÀ-Þ][\w'’ .-]{1,40}(?:,\s*[^()—–-]{2,40})?\s*\(([^()]{2,40})\)\s*[-–—]")


def read_copied(text: str, uri: str | None = None, language: str | None = None, section: str | None = None) -> Received:
    """Read a text; raise Invalid when it has no title and text.

    Args:
        text: as it was copied.
        uri: the name under which it comes again; None: made of its title.
        language: as the sender tells.
        section: as the sender tells.
    """
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        raise refusal([Fault("text", f"at most {MOST_LINES} lines", len(lines))])
    reader = _Reader(lines)
    reader.read()
    if not reader.title:
        raise refusal([Fault("text", "a title and paragraphs", "no words")])
    return Received(
        uri=uri or f"text:{slug_of(reader.title) or key(reader.title)}",
        language=language,
        section=section,
        headline=reader.title,
        byline=reader.byline,
        description=reader.standfirst,
        source=reader.source,
        keywords=reader.keywords,
        blocks=tuple(reader.blocks),
        left_out=tuple(reader.left_out),
        times={},
    )


class _Reader:
    """Goes through the lines once; ``_todo`` are those that nothing has been made of so far."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.title = ""
        self.standfirst: str | None = None
        self.byline: str | None = None
        self.source: str | None = None
        self.keywords: tuple[str, ...] = ()
        self.blocks: list[dict[str, Any]] = []
        self.left_out: list[LeftOut] = []
        self._lines = self._without_page(lines)
        self._captions: dict[int, Caption] = {}

    def read(self) -> None:
        self._find_title()
        self._find_keywords()
        self._find_source()
        self._lines = labels_joined(self._lines)
        self._captions = by_line(find_captions(self._lines))
        self._find_head()
        self._write_body()

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
            why = "links to something else" if at >= tail and not _is_source(line.text) else why_around(line.text)
            # the first line of all may be a title, however it sounds
            if why is None or (at >= tail and _is_source(line.text)):
                kept.append(line)
            else:
                self._leave(line.whole, why)
        return kept

    def _find_title(self) -> None:
        lines = self._lines
        at = next((n for n in range(min(TITLE_LINES, len(lines))) if self._may_be_title(n)), 0)
        if not lines:
            return
        for line in lines[:at]:
            self._leave(line.whole, "a section's or a site's name above the title")
        labelled = _TITLE.match(lines[at].text)
        self.title = labelled[1] if labelled else lines[at].whole
        rest = lines[at + 1 :]
        if len(self.title) > LONGEST_TITLE:
            # a text without a title is called by its first words, which stay where they are
            self.title, rest = _first_words(self.title), lines[at:]
        while rest and _is_title_again(self.title, rest[0].text):
            # a window's title has the site's name behind it
            shorter, longer = sorted((self.title, rest[0].text), key=len)
            self._leave(longer, "the title again")
            self.title, rest = shorter, rest[1:]
        self._lines = rest

    def _may_be_title(self, at: int) -> bool:
        text = self._lines[at].text
        if len(text) > LONGEST_TITLE or is_date(text):
            return False
        short, named = len(text.split()) <= 3, " | " in text
        if not short and not named:
            return True
        # a section's or the site's name is followed by the title, with others of its kind at most in between
        for line in self._lines[at + 1 : at + TITLE_LINES]:
            words = len(line.text.split())
            if named and _is_title_again(text, line.text):
                return True
            if is_date(line.text) or is_sentence(line.text) or _BYLINE.fullmatch(line.text):
                return True
            if words > 3 and len(line.text) <= LONGEST_TITLE and " | " not in line.text:
                return False
        return True

    def _find_keywords(self) -> None:
        """Take the line of keywords off the end."""
        for at in range(len(self._lines) - 1, max(len(self._lines) - 4, -1), -1):
            found = _KEYWORDS.fullmatch(self._lines[at].text)
            if found:
                self.keywords = tuple(word.strip() for word in found[1].split(",") if word.strip())
                self._drop(at)
                return

    def _find_source(self) -> None:
        """Take the source line off the end; else the agency that signs the last paragraph or opens the text."""
        for at in range(len(self._lines) - 1, max(len(self._lines) - 4, -1), -1):
            named = _source_of(self._lines[at].text)
            if named:
                self.source = named
                self._drop(at)
                return
        if self._lines:
            last = self._lines[-1]
            signed = _SIGNED.search(last.text)
            name = (signed[1] or signed[2]).strip() if signed else ""
            if signed and signed.start() and is_agency(name):
                self.source = name
                self._lines[-1] = last._replace(text=last.text[: signed.start()])
                return
        dateline = next((found for line in self._lines if (found := _DATELINE.match(line.text))), None)
        if dateline and is_agency(dateline[1]):
            self.source = dateline[1]

    def _drop(self, at: int) -> None:
        """Take a line away; captions name lines by their number."""
        del self._lines[at]
        told = {id(caption): caption for caption in self._captions.values()}.values()
        for caption in told:
            caption.lines = [n - (n > at) for n in caption.lines if n != at]
            caption.first -= caption.first > at
        self._captions = by_line(list(told))

    def _find_head(self) -> None:
        """Find standfirst, byline and dates in the lines below the title."""
        at = 0
        for _ in range(HEAD_LINES):
            while at in self._captions:
                at += 1
            if at >= len(self._lines):
                return
            text = self._lines[at].text
            after = self._line_after(at)
            if is_date(text):
                self._leave(text, "when it was published there")
            elif _REACH.fullmatch(text):
                self._leave(text, "how to reach the author")
            elif self.byline is None and (name := self._byline_of(text, after)):
                self.byline = name
            elif self.byline is not None and len(text) <= 80 and not is_sentence(text) and _ROLE.fullmatch(text):
                self.byline = f"{self.byline}, {text}"
            elif self.standfirst is None and self.byline is None and self._is_standfirst(text, after):
                self.standfirst = text
            else:
                return
            self._drop(at)

    def _line_after(self, at: int) -> str:
        return next((line.text for n, line in enumerate(self._lines) if n > at and n not in self._captions), "")

    def _byline_of(self, text: str, after: str) -> str | None:
        if len(text) > 160:
            return None
        plain, _, rest = text.partition(" | ")
        found = _BYLINE.fullmatch(plain.strip())
        if (found and not is_sentence(plain) and not found[1][:1].islower()) or (
            found and not found[1][:1].islower() and len(plain.split()) <= 6
        ):
            if rest and not is_date(rest):
                return f"{found[1]} | {rest}"
            if rest:
                self._leave(rest, "when it was published there")
            return found[1]
        if _NAME_ALONE.fullmatch(text) and (is_date(after) or (_ROLE.fullmatch(after) and not is_sentence(after))):
            return text
        return None

    def _is_standfirst(self, text: str, after: str) -> bool:
        if len(text) > 400 or not after or self._lines[0].bullet:
            return False
        head_follows = is_date(after) or _BYLINE.fullmatch(after.partition(" | ")[0]) or _NAME_ALONE.fullmatch(after)
        unended = not is_sentence(text) and len(text.split()) > MOST_HEADING_WORDS and len(after) > len(text)
        return bool(head_follows) or unended

    def _write_body(self) -> None:
        said: dict[str, int] = {}
        lines = self._lines
        keys = Counter(key(line.text) for n, line in enumerate(lines) if n not in self._captions)
        everything = " \n ".join(["", *keys.elements(), ""])
        for at, line in enumerate(lines):
            caption = self._captions.get(at)
            if caption is not None:
                if at == min(caption.lines):
                    self._picture(caption)
                continue
            words = key(line.text)
            if is_credit(line.text):
                self._leave(line.whole, "the credit of a picture that is not in the text")
            elif len(words.split()) >= 6 and words in said:
                self._leave(line.whole, "said before, word for word")
            elif line.bullet:
                self._item(line, at)
            elif line.text[:1] in '“"«' and len(words.split()) >= 6 and everything.count(f" {words} ") > keys[words]:
                self._leave(line.text, "a quote that stands in the text as well")
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
            self._leave(copy, "a picture's text again")
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
        before = at > 0 and self._lines[at - 1].bullet
        after = at + 1 < len(self._lines) and self._lines[at + 1].bullet
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
        text = self._lines[at].text
        if (
            len(text) > LONGEST_HEADING
            or len(text.split()) > MOST_HEADING_WORDS
            or re.search(r"[.,;:…。][\"”’»)]*$", text)
        ):
            return False
        if not (text[:1].isupper() or text[:1].isdecimal() or text[:1] in "“\"«¿¡‘'" or not text[:1].islower()):
            return False
        after = self._lines[at + 1] if at + 1 < len(self._lines) else None
        if after is None:
            return False
        if text[-1:] in '”"»' and text[:1] in '“"«':
            # a few words of somebody's, as sections are often named; with an attribution below it is a quote
            return len(text.split()) <= 8 and not is_sentence(text) and after.text[:1] not in "—–-"
        follows = (
            text.isupper()
            or at + 1 in self._captions
            or bool(after.bullet)
            or is_sentence(after.text)
            or len(after.text) > LONGEST_HEADING
        )
        return follows

    def _add(self, kind: str, text: str, **more: Any) -> None:
        self.blocks.append({"type": kind, **more, "html": escape(text, quote=False)})

    def _leave(self, text: str, why: str) -> None:
        self.left_out.append(LeftOut(text, why))


def _first_words(text: str) -> str:
    sentence = re.match(r".{10,160}?[.!?…](?=\s)", text)
    return sentence[0] if sentence else " ".join(text.split()[:12])[:160] + " …"


def _is_title_again(title: str, text: str) -> bool:
    if len(text) > LONGEST_TITLE + 60:
        return False
    site = re.compile(r"\s+[|–—-]\s+[^|]{2,40}$")
    return key(title) == key(text) or key(site.sub("", title)) == key(text) or key(title) == key(site.sub("", text))


def _is_source(text: str) -> bool:
    return _source_of(text) is not None


def _source_of(text: str) -> str | None:
    """The source that a line of its own names."""
    found = _SOURCE.fullmatch(text)
    if found:
        return found[1].strip()
    line = text.strip("()[]—–- .")
    credit = read_credit(line) if len(line) <= 60 else None
    names = re.split(r"\s*[/,&]\s*|\s+(?:and|y|und|et)\s+", line)
    return line if credit and all(is_agency(name) for name in names) and len(line.split()) <= 6 else None
