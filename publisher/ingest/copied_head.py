"""The head of a text copied from a web page: title, standfirst, byline, source line, keywords."""

import re

from publisher.body.credit_texts import is_agency
from publisher.ingest.copied_lines import MOST_HEADING_WORDS, is_date, is_sentence, key
from publisher.ingest.copied_page import CopiedPage, source_of

LONGEST_TITLE = 200
TITLE_LINES = 8
"""Lines among which the title is."""
HEAD_LINES = 8
"""Lines after the title in which a byline and dates stand."""
_NAMES = r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,14}"
BYLINE = re.compile(
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
_SIGNED = re.compile(r"\s*(?:[(\[]([^()\[\]]{2,60})[)\]]|[—–]\s*([^—–.]{2,60}))\.?$")
_DATELINE = re.compile(r"^[A-ZÀ-Þ][\w'’ .-]{1,40}(?:,\s*[^()—–-]{2,40})?\s*\(([^()]{2,40})\)\s*[-–—]")


class Head:
    """Takes its lines out of the page; what stays is the body's."""

    def __init__(self, page: CopiedPage) -> None:
        self.title = ""
        self.standfirst: str | None = None
        self.byline: str | None = None
        self.source: str | None = None
        self.keywords: tuple[str, ...] = ()
        self._page = page
        self._find_title()
        self._find_keywords()
        self._find_source()
        page.find_captions()
        self._find_head()

    def _find_title(self) -> None:
        lines = self._page.lines
        at = next((n for n in range(min(TITLE_LINES, len(lines))) if self._may_be_title(n)), 0)
        if not lines:
            return
        for line in lines[:at]:
            self._page.leave(line.whole, "a section's or a site's name above the title")
        labelled = _TITLE.match(lines[at].text)
        self.title = labelled[1] if labelled else lines[at].whole
        rest = lines[at + 1 :]
        if len(self.title) > LONGEST_TITLE:
            # a text without a title is called by its first words, which stay where they are
            self.title, rest = first_words(self.title), lines[at:]
        while rest and _is_title_again(self.title, rest[0].text):
            # a window's title has the site's name behind it
            shorter, longer = sorted((self.title, rest[0].text), key=len)
            self._page.leave(longer, "the title again")
            self.title, rest = shorter, rest[1:]
        self._page.lines = rest

    def _may_be_title(self, at: int) -> bool:
        text = self._page.lines[at].text
        if len(text) > LONGEST_TITLE or is_date(text):
            return False
        short, named = len(text.split()) <= 3, " | " in text
        if not short and not named:
            return True
        # a section's or the site's name is followed by the title, with others of its kind at most in between
        for line in self._page.lines[at + 1 : at + TITLE_LINES]:
            words = len(line.text.split())
            if named and _is_title_again(text, line.text):
                return True
            if is_date(line.text) or is_sentence(line.text) or BYLINE.fullmatch(line.text):
                return True
            if words > 3 and len(line.text) <= LONGEST_TITLE and " | " not in line.text:
                return False
        return True

    def _find_keywords(self) -> None:
        """Take the line of keywords off the end."""
        for at in range(len(self._page.lines) - 1, max(len(self._page.lines) - 4, -1), -1):
            found = _KEYWORDS.fullmatch(self._page.lines[at].text)
            if found:
                self.keywords = tuple(word.strip() for word in found[1].split(",") if word.strip())
                self._page.drop(at)
                return

    def _find_source(self) -> None:
        """Take the source line off the end; else the agency that signs the last paragraph or opens the text."""
        for at in range(len(self._page.lines) - 1, max(len(self._page.lines) - 4, -1), -1):
            named = source_of(self._page.lines[at].text)
            if named:
                self.source = named
                self._page.drop(at)
                return
        if self._page.lines:
            last = self._page.lines[-1]
            signed = _SIGNED.search(last.text)
            name = (signed[1] or signed[2]).strip() if signed else ""
            if signed and signed.start() and is_agency(name):
                self.source = name
                self._page.lines[-1] = last._replace(text=last.text[: signed.start()])
                return
        dateline = next((found for line in self._page.lines if (found := _DATELINE.match(line.text))), None)
        if dateline and is_agency(dateline[1]):
            self.source = dateline[1]

    def _find_head(self) -> None:
        """Find standfirst, byline and dates in the lines below the title."""
        at = 0
        for _ in range(HEAD_LINES):
            while at in self._page.captions:
                at += 1
            if at >= len(self._page.lines):
                return
            text = self._page.lines[at].text
            after = self._page.line_after(at)
            if is_date(text):
                self._page.leave(text, "when it was published there")
            elif _REACH.fullmatch(text):
                self._page.leave(text, "how to reach the author")
            elif self.byline is None and (name := self._byline_of(text, after)):
                self.byline = name
            elif self.byline is not None and len(text) <= 80 and not is_sentence(text) and _ROLE.fullmatch(text):
                self.byline = f"{self.byline}, {text}"
            elif self.standfirst is None and self.byline is None and self._is_standfirst(text, after):
                self.standfirst = text
            else:
                return
            self._page.drop(at)

    def _byline_of(self, text: str, after: str) -> str | None:
        if len(text) > 160:
            return None
        plain, _, rest = text.partition(" | ")
        found = BYLINE.fullmatch(plain.strip())
        if (found and not is_sentence(plain) and not found[1][:1].islower()) or (
            found and not found[1][:1].islower() and len(plain.split()) <= 6
        ):
            if rest and not is_date(rest):
                return f"{found[1]} | {rest}"
            if rest:
                self._page.leave(rest, "when it was published there")
            return found[1]
        if _NAME_ALONE.fullmatch(text) and (is_date(after) or (_ROLE.fullmatch(after) and not is_sentence(after))):
            return text
        return None

    def _is_standfirst(self, text: str, after: str) -> bool:
        if len(text) > 400 or not after or self._page.lines[0].bullet:
            return False
        head_follows = is_date(after) or BYLINE.fullmatch(after.partition(" | ")[0]) or _NAME_ALONE.fullmatch(after)
        unended = not is_sentence(text) and len(text.split()) > MOST_HEADING_WORDS and len(after) > len(text)
        return bool(head_follows) or unended


def first_words(text: str) -> str:
    """What a text without a title is called by."""
    sentence = re.match(r".{10,160}?[.!?…](?=\s)", text)
    return sentence[0] if sentence else " ".join(text.split()[:12])[:160] + " …"


def _is_title_again(title: str, text: str) -> bool:
    if len(text) > LONGEST_TITLE + 60:
        return False
    site = re.compile(r"\s+[|–—-]\s+[^|]{2,40}$")
    return key(title) == key(text) or key(site.sub("", title)) == key(text) or key(title) == key(site.sub("", text))
