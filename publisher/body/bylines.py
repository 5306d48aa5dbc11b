"""Bylines: the names in one, each an author of its own to machines (schema.org, RSS, Atom, JSON Feed)."""

import re

_BETWEEN = re.compile(r"\s*,\s*(?:(?:and|und|et)\s+)?|\s+(?:and|&|und|et)\s+")
_PARTICLE = re.compile(r"al|ap|ben|bin|da|de|del|della|den|der|di|do|dos|du|e|i|ibn|la|le|van|von|y")


def authors(byline: str | None) -> list[str]:
    """Return the names, without what is said of them (``Ana Ruiz, science reporter``); the whole line where none is."""
    line = (byline or "").strip()
    names = [part for part in _BETWEEN.split(line) if _is_name(part)]
    return names or ([line] if line else [])


def _is_name(text: str) -> bool:
    words = text.split()  # a single word is rather where it was written: Ana Ruiz, Madrid
    return 1 < len(words) <= 6 and all(not word[0].islower() or _PARTICLE.fullmatch(word) for word in words)
