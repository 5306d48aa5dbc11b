"""What a person made of a machine's translation: texts written or approved by hand, each held to what it translates.

Such a text stands as long as its source stays the same to the letter, whatever an engine would say; when its source has
changed, it is kept to be looked at and no longer shown.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.body import inline
from publisher.body.block_texts import Text
from publisher.faults import Fault, checked_text

EDITED = "edited"
REVIEWED = "reviewed"
MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class PostEdit:
    """A text of a translation as a person left it.

    ``name`` is that of ``articles.article_texts`` when it was last touched, ``source`` what it translates, and
    ``edited`` False where the machine's words were approved as they were. ``at_ms`` is unix ms.
    """

    name: str
    source: str
    target: str
    edited: bool
    who: str
    at_ms: int


def source_key(text: Text) -> str:
    """Hash of a text to translate, under which what a person made of it is kept."""
    return hashlib.sha256(f"{'markup' if text.markup else 'plain'}\0{text.value}".encode()).hexdigest()


def by_hand(source: Mapping[str, Text], kept: Mapping[str, PostEdit]) -> dict[str, str]:
    """Translations by name of those texts that a person wrote or approved; ``kept`` is by ``source_key``."""
    return {name: kept[key].target for name, text in source.items() if (key := source_key(text)) in kept}


def standing(source: Mapping[str, Text], kept: Mapping[str, PostEdit]) -> str | None:
    """Tell how far a translation is a person's: REVIEWED when all of it is, EDITED when something of it was written."""
    there = [kept.get(source_key(text)) for text in source.values()]
    if there and all(there):
        return REVIEWED
    return EDITED if any(each and each.edited for each in there) else None


def read_text(name: str, text: Text, given: str) -> str:
    """Check a translation as it was sent and write it in its canonical form; raise Fault."""
    if not text.markup:
        return checked_text(name, " ".join(given.split()), most=MOST_CHARACTERS)
    checked_text(name, given, most=MOST_CHARACTERS)
    try:
        tree = inline.parse(given.strip())
    except inline.InlineError as error:
        raise Fault(name, error.expected, error.got) from None
    checked_text(name, inline.plain_text(tree), most=MOST_CHARACTERS)
    return inline.serialise(tree)
