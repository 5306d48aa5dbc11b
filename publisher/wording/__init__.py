"""The pages' own words, written by people, one file per language; articles are translated, these are not.

A language without a file cannot be offered.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date

from chassis.settings import SettingError
from publisher.articles import section_slug

ISOLATE, ISOLATE_END = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode bidirectional algorithm)."""


@dataclass(frozen=True)
class Wording:
    """Words of one language; ``name`` is its name in itself, ``dir`` is ltr or rtl."""

    language: str
    name: str
    dir: str
    texts: Mapping[str, str]
    section_names: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its places filled in; in a right-to-left text each value keeps its own direction."""
        if self.dir == "rtl":
            values = {name: f"{ISOLATE}{value}{ISOLATE_END}" for name, value in values.items()}
        return self.texts[key].format(**values)

    def language_name(self, language: str) -> str:
        """Name of another language in this one, e.g. ``inglés``; its own name where this one has none."""
        return self.locale.languages.get(language) or load(language).name

    def section_title(self, section: str) -> str:
        """Name of a section: translated when it is a usual one, else as the newsroom wrote it."""
        return self.section_names.get(section_slug(section)) or section[:1].upper() + section[1:]

    def naming(self, sections: Mapping[str, str]) -> "Wording":
        """Return these words with a newsroom's own names of sections, by slug."""
        return replace(self, section_names={**self.section_names, **sections}) if sections else self

    def date(self, ms: int) -> str:
        """Write a moment for readers, in UTC: ``23 November 2026, 18:30 UTC``."""
        moment = datetime.fromtimestamp(ms / 1000, UTC)
        day, clock = self.day(ms), f"{moment:%H:%M} UTC"
        comma = "،" if self.language == "ar" else ","
        return f"{day}{comma} {ISOLATE}{clock}{ISOLATE_END}" if self.dir == "rtl" else f"{day}, {clock}"

    def day(self, ms: int) -> str:
        """Write a day for readers, in UTC: ``23 November 2026``."""
        return format_date(datetime.fromtimestamp(ms / 1000, UTC), "long", self.locale)

    @property
    def locale(self) -> Locale:
        """Babel's locale of this language; the pseudo-locale has its base language's, plain English is British."""
        language = self.language.removesuffix("-XA")
        return Locale.parse("en-GB" if language == "en" else language, sep="-")


@cache
def load(language: str) -> Wording:
    """Load a language's words; raise SettingError when nobody has written them."""
    file = files(__package__).joinpath(f"{language}.json")
    if not language.replace("-", "").isalnum() or not file.is_file():
        raise SettingError(
            f"PUBLISHER_LANGUAGES: expected languages with a file in publisher/wording, got {language!r}"
        )
    texts = json.loads(file.read_text(encoding="utf-8"))
    name, direction, section_names = texts.pop("name"), texts.pop("dir"), texts.pop("section_names")
    return Wording(language, name, direction, texts, section_names)


def check(languages: Iterable[str]) -> None:
    """Refuse to start with a language that has no words, or with none at all."""
    offered = list(languages)
    for language in offered:
        load(language)
    if not [language for language in offered if not language.endswith("-XA")]:
        raise SettingError("PUBLISHER_LANGUAGES: expected at least one language besides the pseudo-locale")
