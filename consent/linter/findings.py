"""What the linter finds, and how its rules read a notice that may have any shape."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

REFUSE, WARN = "refuse", "warn"


class Finding(NamedTuple):
    """A breach of a rule: the field it is in, what was expected there, and where the rule stands."""

    field: str
    expected: str
    detail: str
    rule: str
    source: str
    level: str = REFUSE

    def line(self) -> str:
        """Write it on one line; names in the notice may be anything, and none may steer the terminal."""
        detail = f" ({self.detail})" if self.detail else ""
        text = f"{self.level}: {self.rule}: {self.field}: expected {self.expected}{detail} [{self.source}]"
        return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def members(value: Any) -> Mapping[str, Any]:
    """Return an object's members, none where it is no object."""
    return {str(name): member for name, member in value.items()} if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Any]:
    """Return a list's items, none where it is no list."""
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else []


def said(value: Any) -> bool:
    """Tell whether it is a text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def languages(notice: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Iterate over the languages of a notice with the texts of each."""
    for language, texts in members(notice.get("texts")).items():
        yield language, members(texts)


def purposes(notice: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the purposes."""
    return [members(each) for each in listed(notice.get("purposes"))]


def quoted(text: str) -> str:
    """Quote the beginning of a text."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
