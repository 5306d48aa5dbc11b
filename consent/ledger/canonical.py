"""Canonical JSON (RFC 8785): used once, when bytes are made; whoever checks them takes the bytes as they are."""

import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_EXACT = 1 << 53


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a JSON object.

    Raises:
        ValueError: it holds what canonical JSON cannot (NaN, integers past 2^53, lone surrogates).
    """
    if _plain(value):  # then the standard library's C encoder writes the same bytes, ten times as fast
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return rfc8785.dumps(dict(value))


def _plain(value: Any) -> bool:
    """Tell whether a value is free of what RFC 8785 orders or writes in its own way: floats, keys beyond ASCII."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _plain(each) for key, each in value.items())
    if kind is list:
        return all(map(_plain, value))
    return kind is str or kind is bool or value is None or (kind is int and -_EXACT < value < _EXACT)
