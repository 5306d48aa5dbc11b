"""Policy documents: privacy, terms, principles. A version stands for good, in every language that it was written in.

It is named by its number and by the SHA-256 of its texts, and is never translated by a machine. Notices refer to it by
its address.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import Conflict
from publisher.articles import SLUG
from publisher.body.block_reading import read_blocks
from publisher.body.blocks import Block, block_json
from publisher.body.markdown import Manuscript
from publisher.faults import Fault, checked_text, refusal

KINDS = ("paragraph", "heading", "list", "quote", "table", "divider", "link", "code")
"""Blocks that a document may have; pictures and embeds are none of a contract's."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document in one language."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document; ``texts`` are by language, the first one is the original.

    ``effective_ms``: when it comes into force, unix ms.
    """

    name: str
    number: int
    effective_ms: int
    added_ms: int
    texts: Mapping[str, Text]

    @property
    def sha256(self) -> str:
        """Hash of the texts."""
        return content_hash(self.texts)

    def language_for(self, wanted: str) -> str:
        """Return the language to show to a reader of another one: theirs, else the original."""
        return wanted if wanted in self.texts else next(iter(self.texts))


def path_of(language: str, name: str, number: int | None = None) -> str:
    """Address of a document as it is in force, or of one version."""
    return f"/{language}/policies/{name}" + (f"/versions/{number}" if number is not None else "")


def content_hash(texts: Mapping[str, Text]) -> str:
    """SHA-256 of texts, whatever their order: JSON with sorted keys, no spaces, UTF-8."""
    data = {language: text_json(text) for language, text in texts.items()}
    written = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def text_json(text: Text) -> dict[str, Any]:
    """Write a text as it is stored and hashed."""
    return {"title": text.title, "blocks": [block_json(block) for block in text.blocks]}


def read_texts(manuscripts: Sequence[Manuscript], languages: Collection[str]) -> dict[str, Text]:
    """Make a version's texts of its files, each with its ``language``; raise Invalid naming what is wrong.

    They are in the languages' order, so that the first language that there is becomes the original.
    """
    texts: dict[str, Text] = {}
    for manuscript in manuscripts:
        language = manuscript.fields["language"]
        if language not in languages:
            raise refusal([Fault("language", f"one of {', '.join(languages)} in each file", repr(language))])
        if language in texts:
            raise refusal([Fault("language", "one file for each language", f"two in {language!r}")])
        texts[language] = _text(manuscript, language)
    return {language: texts[language] for language in languages if language in texts}


def _text(manuscript: Manuscript, language: str) -> Text:
    for line, block in zip(manuscript.lines, manuscript.blocks, strict=True):
        if block["type"] not in KINDS:
            raise refusal([Fault(f"{language}, line {line}", f"one of {', '.join(KINDS)}", block["type"])])
    blocks, faults = read_blocks(manuscript.blocks)
    if faults or not blocks:
        raise refusal(faults or [Fault(language, "a text", "none")])
    return Text(checked_text("title", manuscript.fields["headline"], most=300), blocks)


def next_version(
    name: str, texts: Mapping[str, Text], effective_ms: int, newest: Version | None, now_ms: int
) -> Version:
    """Return the version that these texts make: the newest one where they are its own.

    Raises:
        Invalid: the name is none.
        Conflict: it would come into force before the version that it follows.
    """
    if not SLUG.fullmatch(name) or len(name) > 64:
        raise refusal([Fault("name", "small letters, digits and hyphens, at most 64", repr(name))])
    if newest and newest.sha256 == content_hash(texts):
        return newest
    if newest and effective_ms < newest.effective_ms:
        raise Conflict(f"effective: expected a time not before that of version {newest.number}, which it follows")
    return Version(name, newest.number + 1 if newest else 1, effective_ms, now_ms, texts)


def in_force(versions: Sequence[Version], now_ms: int) -> Version | None:
    """Return which of a document's versions is in force now; None: not yet any."""
    begun = [each for each in versions if each.effective_ms <= now_ms]
    return max(begun, key=lambda each: each.number, default=None)
