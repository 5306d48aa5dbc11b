"""Which of two versions of an item is the newer one, as far as its source tells."""

import hashlib
import json
from dataclasses import asdict

from publisher.ingest.received import Received
from publisher.store.ingested import Ingested

NEWER, SAME, OLDER = "newer", "same", "older"


def compare(item: Received, known: Ingested) -> str:
    """Compare what came with what is known: by the version its source counts, else by its time, else by content."""
    if item.version is not None and known.version is not None:
        if item.version == known.version:
            return SAME
        if item.version.isdecimal() and known.version.isdecimal():
            return _order(int(item.version), int(known.version))
    if digest(item) == known.digest:
        return SAME
    if item.created_ms is not None and known.created_ms is not None and item.created_ms < known.created_ms:
        return OLDER
    return NEWER


def digest(item: Received) -> str:
    """Hash of all that an item says."""
    said = {name: value for name, value in asdict(item).items() if name not in ("notes", "left_out", "version")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=_bytes).encode()).hexdigest()


def _order(came: int, known: int) -> str:
    return NEWER if came > known else OLDER if came < known else SAME


def _bytes(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else dict(value).__repr__()  # type: ignore[call-overload]
