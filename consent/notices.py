"""Notices: what a reader is shown before choosing, immutable and addressed by what it says.

A notice's name is the SHA-256 of its canonical JSON (RFC 8785), so a record that names it names every word, button and
vendor. The shape is checked at the edge (`consent.api.notice_schema`); the rules between its parts are here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import langcodes
import rfc8785
from babel import Locale, UnknownLocaleError

from chassis.errors import FieldError, Invalid
from consent.regulations import kind

BUTTONS = frozenset({"refuse", "preferences", "agree"})
#: Where a device and its reader's account differ: the newest decision stands, or what either side refused is refused.
CONFLICTS = ("newest", "refusal")
DAY_MS = 86_400_000

# CLDR's distance; 25 keeps to languages that a reader of the wanted one is known to read.
FARTHEST = 25


@dataclass(frozen=True)
class Notice:
    """A published notice: its stored bytes, their SHA-256 and the document they hold."""

    sha256: str
    canonical: bytes
    document: Mapping[str, Any]

    @property
    def site(self) -> str:
        """Return the site that it is for."""
        return str(self.document["site"])

    @cached_property
    def purposes(self) -> dict[str, bool]:
        """Map each purpose's id, in the notice's order, to whether it is required."""
        return {purpose["id"]: purpose["required"] for purpose in self.document["purposes"]}

    @cached_property
    def optional(self) -> tuple[str, ...]:
        """List the purposes that a reader can refuse."""
        return tuple(purpose for purpose, required in self.purposes.items() if not required)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Map each purpose that a reader can refuse to its kind, which regulations tell apart."""
        stated = {purpose["id"]: purpose.get("kind") for purpose in self.document["purposes"]}
        return {purpose: kind(purpose, stated[purpose]) for purpose in self.optional}

    @cached_property
    def vendors(self) -> dict[str, tuple[str, ...]]:
        """Map each vendor's id to the purposes it asks for."""
        return {vendor["id"]: tuple(vendor["purposes"]) for vendor in self.document["vendors"]}

    @property
    def validity_days(self) -> int:
        """Return for how many days an agreement holds, where no regulation sets less."""
        return int(self.document["validity_days"])

    @property
    def regulation(self) -> str:
        """Return the regulation it was written for: no reader gets less."""
        return str(self.document["regulation"])

    @property
    def conflict(self) -> str | None:
        """Return what decides where a device and its reader's account differ; None where choices stay on the device."""
        accounts = self.document.get("accounts")
        return None if accounts is None else str(accounts["conflict"])

    @property
    def default_language(self) -> str:
        """Return the language shown to readers of none that the notice has."""
        return str(self.document["default_language"])

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """List the languages it is written in, the default first."""
        return (self.default_language, *sorted(set(self.document["texts"]) - {self.default_language}))

    def closest(self, wanted: str | None) -> str:
        """Return the notice's language that a reader of `wanted` reads best; the default where none is near.

        Raises:
            Invalid: `wanted` is no language tag.
        """
        if wanted is None or wanted in self.document["texts"]:
            return wanted or self.default_language
        return _closest(wanted, self.languages)

    def texts(self, language: str) -> Mapping[str, Any]:
        """Return the texts of one of its languages."""
        texts: Mapping[str, Any] = self.document["texts"][language]
        return texts

    def told(self, language: str) -> Mapping[str, Any]:
        """Return the same for the banner: what is said of accounts stands at the end of the body, on both layers."""
        texts = self.texts(language)
        return {**texts, "body": f"{texts['body']}\n{texts['accounts']}"} if "accounts" in texts else texts


def of(document: Mapping[str, Any]) -> Notice:
    """Make the notice that `document` (of the schema's shape) describes.

    Raises:
        Invalid: its parts contradict each other; every contradiction is named.
    """
    faults = tuple(_faults(document))
    if faults:
        raise Invalid("; ".join(f"{fault.field}: expected {fault.expected}" for fault in faults), *faults)
    canonical = rfc8785.dumps(dict(document))
    return Notice(hashlib.sha256(canonical).hexdigest(), canonical, document)


def _faults(document: Mapping[str, Any]) -> Iterator[FieldError]:
    purposes = [purpose["id"] for purpose in document["purposes"]]
    yield from _once("purposes", purposes)
    if all(purpose["required"] for purpose in document["purposes"]):
        yield FieldError("purposes", "at least one purpose that is not required: there is nothing to choose")
    yield from _once("vendors", [vendor["id"] for vendor in document["vendors"]])
    for at, vendor in enumerate(document["vendors"]):
        for unknown in sorted(set(vendor["purposes"]) - set(purposes)):
            yield FieldError(f"vendors.{at}.purposes", f"purposes of this notice, got {unknown!r}")
    yield from _framework_faults(document)
    buttons = document["layout"]["buttons"]
    if len(buttons) != len(BUTTONS) or set(buttons) != BUTTONS:
        yield FieldError("layout.buttons", "refuse, preferences and agree, each once")
    if document["default_language"] not in document["texts"]:
        yield FieldError("default_language", "one of the languages under texts")
    for language, texts in document["texts"].items():
        if "{date}" not in texts["chosen_on"]:
            yield FieldError(f"texts.{language}.chosen_on", "{date} where the date goes")
        yield from _language_faults(language, texts["purposes"], purposes)


def _framework_faults(document: Mapping[str, Any]) -> Iterator[FieldError]:
    """Find what would say two things in a TC string, or nothing at all."""
    for part, name in (("purposes", "tcf"), ("purposes", "tcf_feature"), ("vendors", "tcf")):
        numbers = [each[name] for each in document[part] if name in each]
        for twice in sorted({number for number in numbers if numbers.count(number) > 1}):
            yield FieldError(part, f"each number of {name} once, got {twice} twice")
        if numbers and "tcf" not in document:
            yield FieldError("tcf", f"the publisher's country, since {part} name numbers of {name}")
    for at, purpose in enumerate(document["purposes"]):
        named = purpose.keys() & {"tcf", "tcf_feature"}
        if len(named) > 1:
            yield FieldError(f"purposes.{at}.tcf_feature", "none beside tcf: a purpose or a special feature")
        if named and purpose["required"]:
            yield FieldError(f"purposes.{at}.required", "false: what vendors ask consent for is the reader's to give")


def _language_faults(language: str, told: Mapping[str, Any], purposes: list[str]) -> Iterator[FieldError]:
    if not langcodes.tag_is_valid(language) or langcodes.standardize_tag(language) != language:
        yield FieldError(f"texts.{language}", "a BCP 47 language tag in its usual form, as es or pt-BR")
    for missing in [purpose for purpose in purposes if purpose not in told]:
        yield FieldError(f"texts.{language}.purposes.{missing}", "a title and a body for every purpose")
    for unknown in sorted(set(told) - set(purposes)):
        yield FieldError(f"texts.{language}.purposes.{unknown}", "texts for this notice's purposes only")


def _once(field: str, ids: list[str]) -> Iterator[FieldError]:
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield FieldError(field, f"each id once, got {twice!r} twice")


# Pages ask in few languages; the distance takes milliseconds to work out.
@lru_cache(maxsize=1024)
def _closest(wanted: str, languages: tuple[str, ...]) -> str:
    if not langcodes.tag_is_valid(wanted):
        fault = FieldError("lang", "a BCP 47 language tag", f"got {wanted[:40]!r}")
        raise Invalid(f"lang: expected a BCP 47 language tag, got {wanted[:40]!r}", fault)
    found, _ = langcodes.closest_match(wanted, list(languages), max_distance=FARTHEST)
    return languages[0] if found == "und" else found


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return `ltr` or `rtl`, as CLDR has it; `ltr` for a language that it does not know."""
    try:
        return Locale.parse(language.replace("-", "_"), resolve_likely_subtags=True).text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
