"""Field types that take what the contract says and nothing that resembles it (marshmallow takes "yes" for true)."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError, fields

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _got(value: object) -> str:
    return repr(value)[:60]


class Flag(fields.Boolean):
    """JSON true or false, nothing like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"expected true or false, got {_got(value)}")
        return value


class WholeNumber(fields.Integer):
    """A JSON number without fraction."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(f"expected a whole number, got {_got(value)}")
        return value


class Text(fields.String):
    """Text for people: some, not more than `longest` characters, no control characters but line feeds."""

    def __init__(self, longest: int, metadata: Mapping[str, Any] = NOTHING, **kwargs: Any) -> None:
        super().__init__(metadata={"minLength": 1, "maxLength": longest, **metadata}, **kwargs)
        self._longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValidationError(f"expected some text, got {_got(value)}")
        if len(value) > self._longest:
            raise ValidationError(f"expected at most {self._longest} characters, got {len(value)}")
        for character in value:
            # Cs, a lone surrogate, has no UTF-8; Cc draws nothing and hides things
            if character != "\n" and unicodedata.category(character) in ("Cc", "Cs"):
                raise ValidationError(f"expected no control characters, got {character!r}")
        return value


class Matching(fields.String):
    """A short string that matches a pattern whole; the API's document tells the pattern (JSON Schema's, ECMA-262)."""

    def __init__(
        self,
        pattern: "str | re.Pattern[str]",
        expected: str,
        metadata: Mapping[str, Any] = NOTHING,
        **kwargs: Any,
    ) -> None:
        self._pattern = re.compile(pattern)
        self._expected = expected
        super().__init__(metadata={"pattern": f"^(?:{self._pattern.pattern})$", **metadata}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self._pattern.fullmatch(value):
            raise ValidationError(f"expected {self._expected}, got {_got(value)}")
        return value


class Uuid(Matching):
    """A UUID of any version in its 36-character form; lower-cased."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(UUID, "a UUID", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class Instant(fields.String):
    """An RFC 3339 time with its offset; becomes unix milliseconds."""

    def __init__(self, metadata: Mapping[str, Any] = NOTHING, **kwargs: Any) -> None:
        super().__init__(metadata={"format": "date-time", **metadata}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # type: ignore[override]
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            # whole milliseconds without float's rounding, for years that `timestamp()` may refuse on some platforms
            return int(moment.timestamp() * 1000)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError(f"expected a time as 2026-11-23T18:00:00.000Z, got {_got(value)}") from None


def site_id(**kwargs: Any) -> Matching:
    """Declare a site's id."""
    return Matching(r"[a-z][a-z0-9-]{0,62}", "a site id of small letters, digits and hyphens", **kwargs)


ACCOUNT = re.compile(r"[A-Za-z0-9._~:@|+=-]{1,128}")
ACCOUNT_EXPECTED = "1 to 128 letters, digits or . _ ~ : @ | + = -"


def account_id(**kwargs: Any) -> Matching:
    """Declare an account's id, as the site's own server knows it."""
    return Matching(ACCOUNT, ACCOUNT_EXPECTED, **kwargs)


def small_id(**kwargs: Any) -> Matching:
    """Declare a purpose's or a vendor's id."""
    return Matching(r"[a-z][a-z0-9_]{0,31}", "an id of small letters, digits and underscores", **kwargs)
