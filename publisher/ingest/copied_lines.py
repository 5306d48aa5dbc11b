"""The lines of a text copied from a web page: what is one paragraph, what the page says around an article.

Only what is surely no part of the article is told apart here; in doubt a line is the article's.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MOST_HEADING_WORDS = 14
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_BULLET = re.compile(r"^(?:[•●▪◦‣·*–-]|\d{1,2}[.)])\s+(?=\S)")
_URL = re.compile(r"https?://\S+")

_AROUND: dict[str, tuple[str, ...]] = {
    "how to share it": (
        r"share(?: (?:this|on|via|with|article|story|this (?:article|story|page)).{0,30})?",
        r"(?:tweet|post|pin|send|e-?mail)(?: this)?|facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|reddit",
        r"copy link|link copied!?|print(?: this page)?|compartir(?: en .{0,20})?|teilen|partager|condividi|comparteix",
    ),
    "about cookies": (
        r"(?:we|this (?:web)?site) uses? cookies.*|(?:accept|reject|decline|allow)(?: all)?(?: cookies)?|i agree",
        r"cookie (?:settings|preferences|policy)|manage (?:cookies|preferences|my choices)",
        r"aceptar(?: todas)?(?: las)?(?: cookies)?|alle (?:cookies )?akzeptieren",
    ),
    "an advertisement's place": (
        r"advertisement|advertising|ad|ads|sponsored(?: content)?|skip advertisement|publicidad|anzeige|publicité",
        r"story continues below(?: advertisement)?|pubblicità",
        r"article continues (?:below|after (?:this )?(?:ad(?:vertisement)?|newsletter promotion))",
    ),
    "how to move around the site": (
        r"skip to (?:main )?(?:content|navigation)|menu|search|sign in|log ?in|register|subscribe(?: now)?|home|close",
        r"back to top|next|previous|home(?: *[>›»/|] *[^.]{1,30}){1,5}",
        r"(?:image|photo|slide)? ?\d{1,2} ?(?:/|of) ?\d{1,2}",
        r"show (?:more|caption|all)|hide caption|enlarge(?: (?:this )?image)?|toggle caption|play video",
        r"listen(?: to this (?:article|story))?(?: *[·|] *\d.*)?|save(?: for later)?",
    ),
    "how to follow the site": (
        r"(?:follow|like|find) us (?:on|at) .{2,60}|sign up (?:for|to) .{0,80}newsletter.{0,60}|newsletter",
        r"(?:subscribe to|get) (?:our|the) .{0,60}newsletter.{0,40}|download (?:our|the) app.{0,30}",
    ),
    "how long it takes to read": (
        r"\d{1,2}[ -]?min(?:ute)?s?(?: (?:read|to read|de lectura))?|reading time:? .{1,20}",
    ),
    "how often it was commented on": (
        r"(?:\d+ )?comments?(?: \(\d+\))?|leave a (?:comment|reply)|join the conversation|view comments",
    ),
    "what the page says of its translation": (
        r"(?:this (?:article|text|page|story) (?:was|is|has been) )?(?:machine[- ]|automatically )translated.{0,120}",
        r"this (?:article|text|page|story) (?:was|is|has been) translated (?:automatically|by (?:a )?machine).{0,120}",
        r"translating(?:…|\.{3})|traducido autom[áa]ticamente.{0,120}|tradu[ïi]t autom[àa]ticament.{0,120}",
        r"(?:automatisch|maschinell) übersetzt.{0,120}|(?:traduit automatiquement|tradotto automaticamente).{0,99}",
    ),
    "a copyright line": (r"(?:©|\(c\)|copyright) ?.{0,60}\d{4}.{0,80}|.{0,80}all rights reserved\.?",),
}
_WHY = {why: re.compile("|".join(phrases), re.IGNORECASE) for why, phrases in _AROUND.items()}
_MORE = re.compile(
    r"(?:read (?:more|also|next)|see also|related|also read|more on this|más información|lee también|lesen sie auch|"
    r"lire aussi|leggi anche|watch|listen|video|podcast|gallery|in pictures)\s*[:|–—»>-]\s*\S.*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:related(?: (?:articles|stories|topics|content|news))?|more (?:on this story|from .{2,30}|stories|news)|"
    r"most (?:read|viewed|popular|shared)|you (?:may|might) also like|recommended(?: for you)?|trending(?: now)?|"
    r"(?:search|popular) trends|(?:popular|trending|top|most) search(?:es|ed)|latest(?: news)?|top stories|"
    r"read (?:more|next|also)|topics|tags|lee también|mehr zum thema|à lire aussi|"
    r"tendencias(?: de búsqueda)?|tendències(?: de cerca)?|lo más leído|el més llegit|meistgelesen|les plus lus|"
    r"più letti)\s*:?",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mär|mai|okt|dez|fév|févr|avr|juil|août|déc|"
    r"gen|mag|giu|lug|set|ott)[a-zà-ÿ]*\.?"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{_MONTH}(?:\s+(?:de\s+|del\s+)?\d{{4}})?|"
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?(?:\s+\d{{4}})?|"
    r"\b\d{4}-\d{2}-\d{2}|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b\d+\s+(?:minutes?|hours?|days?|weeks?)\s+ago|"
    r"\b(?:today|yesterday)\b",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"\b(?:first |last |originally )?(?:published|updated|posted|modified|created|publicado|actualizado|veröffentlicht|"
    r"aktualisiert|publié|mis à jour|pubblicato|aggiornato|publicat|actualitzat)\b|"
    r"\b\d{1,2}[:.h]\d{2}\b(?:\s*(?:am|pm|a\.m\.|p\.m\.|uhr|h))?|\b(?:[A-Z]{2,4}T|GMT|UTC|CET|EDT|EST|BST)\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|\b(?:at|on|el|am|um|le|il|a las|of|the)\b",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line, or a paragraph that was broken into lines.

    ``bullet`` is its mark where it is an item of a list; ``apart``: an empty line stands before it.
    """

    text: str
    bullet: str = ""
    apart: bool = False

    @property
    def whole(self) -> str:
        """The line with its mark."""
        return f"{self.bullet} {self.text}" if self.bullet else self.text


def lines_of(text: str) -> list[Line]:
    """Read the lines with words in them; a paragraph that was broken at a width is one line again."""
    clean = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    parts = [
        [line for given in re.split(r"[\n\u2028\u2029\x0b\f\x85]", part) if (line := " ".join(given.split()))]
        for part in re.split(r"\n[^\S\n]*\n", clean)
    ]
    wrapped = _is_wrapped(parts)
    lines: list[Line] = []
    for part in parts:
        for number, line in enumerate(part):
            found = _BULLET.match(line)
            if number and not found and _goes_on(part[number - 1], line, wrapped):
                lines[-1] = lines[-1]._replace(text=f"{lines[-1].text} {line}")
            else:
                bullet = found[0].strip() if found else ""
                lines.append(Line(line[found.end() :] if found else line, bullet, apart=not number))
    return list(_counted(lines))


def _counted(lines: list[Line]) -> Iterator[Line]:
    """Keep numbers as marks only where they count: 1, 2, 3. Any other is a date's, or a text's own."""
    expected = 0
    for at, line in enumerate(lines):
        number = int(line.bullet[:-1]) if line.bullet[:-1].isdecimal() else 0
        after = lines[at + 1].bullet if at + 1 < len(lines) else ""
        counts = number and (number == expected or (number == 1 and after[:-1] == "2"))
        expected = number + 1 if counts else 0
        yield line if counts or not line.bullet[:1].isdecimal() else Line(line.whole, "", line.apart)


def key(text: str) -> str:
    """What of a line is compared: its words."""
    return " ".join(re.findall(r"[\w']+", text.casefold()))


def why_around(text: str) -> str | None:
    """Why a line is surely the page's and not the article's; None when it is not."""
    if _MORE.fullmatch(text):
        return "a link to something else"
    return next((why for why, pattern in _WHY.items() if pattern.fullmatch(text.strip(" .·|•"))), None)


def opens_tail(text: str) -> bool:
    """Whether a line is the title of links that follow an article."""
    return _TAIL.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Whether a line says when something was published, and nothing else."""
    if len(text) > 120 or not _DATE.search(text):
        return False
    rest = _DATE_WORDS.sub("", _DATE.sub("", text))
    return not re.search(r"[^\W\d_]{2,}", rest)


def is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return re.search(r"[.!?…:;؟。！？][\"”’»)\]]*$", text) is not None


def address_of(text: str) -> str | None:
    """The picture's address that a line is."""
    found = _URL.fullmatch(text)
    return text if found and re.search(r"\.(?:jpe?g|png|webp|avif|gif)(?:[?#].*)?$", text, re.IGNORECASE) else None


def _is_wrapped(parts: list[list[str]]) -> bool:
    """Whether a whole text was broken at a width, as mail is: then a line's end means nothing inside of a part."""
    broken = [part for part in parts if len(part) > 1]
    inner = [line for part in broken for line in part[:-1]]
    if len(broken) < 3 or max(len(line) for part in parts for line in part) > 90:
        return False
    as_long = sum(len(line) >= 50 for line in inner)
    unended = sum(not is_sentence(line) for line in inner)
    return min(as_long, unended) >= 0.7 * len(inner)


def _goes_on(before: str, line: str, wrapped: bool) -> bool:
    """Whether a line goes on with the one before: that one is as long as a page of mail is wide, and ends nowhere."""
    if key(before) == key(line) or re.match(r"[a-z][a-z -]{1,16}[:=]", line):
        return False
    if wrapped:
        return len(before) >= 50
    return 45 <= len(before) <= 90 and not is_sentence(before) and line[:1].islower()
