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

    def implies(self, text: str) -> bool:
        """Tell whether a plain text takes conduct for consent, and does not say the contrary."""
        for found in self.forwards.finditer(text):
            clause = found["gap"].rpartition(",")[2] + found["assent"]
            if not self.contrary.search(clause):
                return True
        for found in self.backwards.finditer(text):
            before = re.split(r"[.!?,;:]", text[max(0, found.start() - WITHIN) : found.start()])[-1]
            if not self.contrary.search(before + found["assent"]):
                return True
        return any(not self.contrary.search(found[0]) for found in self.always.finditer(text))


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Words]:
    """Return the words of each language that has a file."""
    data = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FILES.glob("*.yaml"))}
    # One language's conduct and assent are sometimes another's words; its negations must be understood as well.
    contrary = re.compile("|".join(each["not"] for each in data.values()))
    return {language: _compiled(each, contrary) for language, each in data.items()}


def plain(text: str) -> str:
    """Fold a text to small letters without accents, typographic signs and invisible characters."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("ł", "l").replace("’", "'")
    kept = (letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    return " ".join("".join(kept).split())


def implied(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse a text that takes browsing on, scrolling, closing or silence for consent."""
    for field, text in _texts(notice):
        if any(words.implies(plain(text)) for words in catalogue().values()):
            yield Finding(field, "consent by an act that says so alone", quoted(text), "implied-consent", SILENCE)


def wall(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Warn of a text that gives access against consent: whether it may depends on the case."""
    for field, text in _texts(notice):
        if any(words.wall.search(plain(text)) for words in catalogue().values()):
            expected = "access that does not hang on consent"
            yield Finding(field, expected, quoted(text), "cookie-wall", WALL, WARN)


def labels(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse buttons that do not say what they do."""
    for language, texts in languages(notice):
        agree, refuse = (plain(str(texts.get(name) or "")) for name in ("agree", "refuse"))
        words = catalogue().get(language.partition("-")[0].lower())
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


def _texts(notice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for language, texts in languages(notice):
        yield from ((f"texts.{language}.{name}", text) for name, text in texts.items() if isinstance(text, str))
        for purpose, told in members(texts.get("purposes")).items():
            for name, text in members(told).items():
                if isinstance(text, str):
                    yield f"texts.{language}.purposes.{purpose}.{name}", text


def _compiled(data: dict[str, Any], contrary: re.Pattern[str]) -> Words:
    conduct, assent = rf"\b(?:{'|'.join(data['conduct'])})", rf"\b(?P<assent>{data['assent']})"
    return Words(
        forwards=re.compile(f"{conduct}(?P<gap>{GAP}){assent}"),
        backwards=re.compile(f"{assent}{GAP}{conduct}"),
        always=re.compile("|".join(data["always"])),
        contrary=contrary,
        wall=re.compile("|".join(data["wall"])),
        agrees=re.compile(data["agrees"]),
        refuses=re.compile(data["refuses"]),
    )
