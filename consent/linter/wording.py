"""What the words say: consent taken from silence, labels that mislead, access against consent.

The words stand in `wording/*.yaml`, one file per language. Sentences are looked for in every language in every text,
labels in their own.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from consent.linter.findings import WARN, Finding, languages, members, quoted

SILENCE = "GDPR Art. 4(11); EDPB 05/2020 § 86; CNIL 2020-091: inaction is refusal"
LABELS = "GDPR Art. 4(11), 7(2); EDPB cookie banner taskforce 2023"
WALL = "EDPB 05/2020 §§ 38-41; CNIL 2020-091, case by case"
FILES = Path(__file__).parent / "wording"
GAP = r"[^.!?]{0,160}?"
WITHIN = 25


@dataclass(frozen=True)
class Words:
    """One language's patterns, for texts as `plain` makes them."""

    forwards: re.Pattern[str]
    backwards: re.Pattern[str]
    always: re.Pattern[str]
    contrary: re.Pattern[str]
    wall: re.Pattern[str]
    agrees: re.Pattern[str]
    refuses: re.Pattern[str]

    def implies(self, text: str, own: "Words") -> bool:
        """Tell whether a plain text takes conduct for consent; `own`: the words of the language that it is in."""
        return any(not self.contrary.search(each) and not own.contrary.search(each) for each in self.clauses(text))

    def clauses(self, text: str) -> Iterator[str]:
        """Find what takes conduct for consent in a plain text: the clauses that would have to hold a negation."""
        for found in self.forwards.finditer(text):
            yield found["gap"].rpartition(",")[2] + found["assent"]
        for found in self.backwards.finditer(text):
            before = re.split(r"[.!?,;:]", text[max(0, found.start() - WITHIN) : found.start()])[-1]
            yield before + found["assent"]
        yield from (found[0] for found in self.always.finditer(text))


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Words]:
    """Return the words of each language that has a file."""
    return {path.stem: _compiled(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in FILES.glob("*.yaml")}


def plain(text: str) -> str:
    """Fold a text to small letters without accents, typographic signs and invisible characters."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("ł", "l").replace("’", "'")
    kept = (letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    return " ".join("".join(kept).split())


def implying(text: str, language: str) -> list[str]:
    """List the languages in which a plain text takes conduct for consent.

    One language's words are sometimes another's: what the text's own language says to the contrary counts in all.
    """
    own = _own(language)
    return [each for each, words in catalogue().items() if words.implies(text, own or words)]


def _own(language: str) -> Words | None:
    return catalogue().get(language.partition("-")[0].lower())


def implied(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a text that takes browsing on, scrolling, closing or silence for consent."""
    for language, field, text in _texts(notice):
        if implying(plain(text), language):
            yield Finding(field, "consent by an act that says so alone", quoted(text), "implied-consent", SILENCE)


def wall(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Warn of a text that gives access against consent: whether it may depends on the case."""
    for _, field, text in _texts(notice):
        if any(words.wall.search(plain(text)) for words in catalogue().values()):
            expected = "access that does not hang on consent"
            yield Finding(field, expected, quoted(text), "cookie-wall", WALL, WARN)


def labels(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse buttons that do not say what they do."""
    for language, texts in languages(notice):
        agree, refuse = (plain(str(texts.get(name) or "")) for name in ("agree", "refuse"))
        words = _own(language)
        if not agree or not refuse:
            continue  # another rule's
        at = f"texts.{language}"
        if refuse in {plain(str(texts.get(name) or "")) for name in ("agree", "preferences", "settings", "close")}:
            yield _misleading(f"{at}.refuse", "a label of its own", refuse)
        elif words is not None:
            if not words.refuses.search(refuse):
                yield _misleading(f"{at}.refuse", "a label that says refusal, as 'Refuse all'", refuse)
            if not words.agrees.search(agree) or words.refuses.search(agree):
                yield _misleading(f"{at}.agree", "a label that says agreement, as 'Agree to all'", agree)


def _misleading(field: str, expected: str, label: str) -> Finding:
    return Finding(field, expected, quoted(label), "labels", LABELS)


def _texts(notice: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for language, texts in languages(notice):
        yield from (
            (language, f"texts.{language}.{name}", text) for name, text in texts.items() if isinstance(text, str)
        )
        for purpose, told in members(texts.get("purposes")).items():
            for name, text in members(told).items():
                if isinstance(text, str):
                    yield language, f"texts.{language}.purposes.{purpose}.{name}", text


def _compiled(data: dict[str, Any]) -> Words:
    conduct, assent = rf"\b(?:{'|'.join(data['conduct'])})", rf"\b(?P<assent>{data['assent']})"
    return Words(
        forwards=re.compile(f"{conduct}(?P<gap>{GAP}){assent}"),
        backwards=re.compile(f"{assent}{GAP}{conduct}"),
        always=re.compile("|".join(data["always"])),
        contrary=re.compile(data["not"]),
        wall=re.compile("|".join(data["wall"])),
        agrees=re.compile(data["agrees"]),
        refuses=re.compile(data["refuses"]),
    )
