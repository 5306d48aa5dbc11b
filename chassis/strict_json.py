"""Strict JSON for request bodies: no duplicate names, NaN, lone surrogates or deep nesting (RFC 8259, RFC 7493)."""

import json
import re
from typing import Any, NoReturn

from chassis.errors import Malformed

MAX_DEPTH = 32
# Beyond these, readers that hold numbers as doubles read another one (RFC 7493, 2.2).
LARGEST, DIGITS = 2**53 - 1, 17
UNFIT = re.compile("[\x00\ud800-\udfff]")


def loads(data: bytes) -> Any:
    """Parse `data`.

    Raises:
        Malformed: it is not UTF-8, not JSON, or JSON that two readers could take for different things.
    """
    try:
        text = data.decode("utf-8")
        if text.startswith("\ufeff"):
            raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
        value = _decode(text)
    except UnicodeDecodeError as error:
        raise Malformed(f"expected UTF-8, got other bytes at offset {error.start}") from None
    except RecursionError:
        raise Malformed(f"expected JSON nested at most {MAX_DEPTH} deep") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"expected JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    # UTF-8 holds no lone surrogate and JSON no bare NUL: they come escaped. And what is nested deep opens as often.
    if "\\u" in text or text.count("{") + text.count("[") > MAX_DEPTH:
        _check(value, 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"expected each name once, got {twice!r} twice")
    return value


def _constant(name: str) -> NoReturn:
    raise Malformed(f"expected a number, got {name}")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Malformed(f"expected a number within range, got {text[:20]}")
    return number


def _whole(text: str) -> int:
    # Python refuses to read thousands of digits with an error that is not JSON's
    number = int(text) if len(text) <= DIGITS else LARGEST + 1
    if not -LARGEST <= number <= LARGEST:
        raise Malformed(f"expected a whole number of at most 2^53 - 1, got {text[:20]}")
    return number


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number, parse_int=_whole
).decode


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed(f"expected JSON nested at most {MAX_DEPTH} deep")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    if UNFIT.search(text):
        raise Malformed("expected text without NUL and lone surrogates")
