"""Canonical JSON (RFC 8785): used once, when bytes are made; whoever checks them takes the bytes as they are."""

from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a JSON object.

    Raises:
        ValueError: it holds what canonical JSON cannot (NaN, integers past 2^53, lone surrogates).
    """
    return rfc8785.dumps(dict(value))
