"""A real ledger to work on: keys, stream, database, and choices as the consent service makes them."""

import json
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

from chassis.sql import connect
from consent.keys import Keys
from consent.ledger.canonical import canonical
from consent.ledger.entries import Entry, make
from consent.store.ledger import Ledger
from worker.drain import Drain

ORIGIN = "consent.example/log"
TEXTS = {
    "title": "Your choice – “yours”",
    "purposes": {
        "necessary": {"title": "Necessary", "body": "Keeps the page working."},
        "analytics": {"title": "Análisis", "body": "Counts visits.\nNothing else."},
    },
}
NOTICE = canonical(
    {
        "site": "newsroom",
        "controller": {
            "name": "The Imprimatur",
            "address": "1 Press Lane",
            "email": "privacy@example.org",
            "privacy_policy": "https://example.org/privacy",
        },
        "purposes": [{"id": "necessary", "required": True}, {"id": "analytics", "required": False}],
        "vendors": [
            {
                "id": "plausible",
                "name": "Plausible",
                "purposes": ["analytics"],
                "privacy_policy": "https://plausible.example/privacy",
            }
        ],
        "texts": {"en": TEXTS},
    }
)

MakeEntry = Callable[..., Entry]


def choice(**changes: Any) -> dict[str, Any]:
    """A complete choice part; all purposes given unless changed."""
    now = int(time.time() * 1000)
    return {
        "event": "given",
        "action": "agree",
        "purposes": {"necessary": True, "analytics": True},
        "events": {"analytics": "given"},
        "modes": {"necessary": "required", "analytics": "opt-in"},
        "defaults": {"necessary": True, "analytics": False},
        "vendors": {"plausible": True},
        "notice": sha256(NOTICE).hexdigest(),
        "language": "en",
        "regulation": "eu",
        "region": None,
        "region_source": "strictest",
        "layer": "script",
        "script": "a" * 64,
        "style": "b" * 64,
        "shown_at": now - 4000,
        "gpc": False,
        "received_at": now,
        "client_at": now - 3,
        "skew_ms": 3,
        "valid_until": now + 180 * 86_400_000,
        "writer": "browser",
        "supersedes": None,
    } | changes


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create(tmp_path / "keys", ORIGIN)


@pytest.fixture
def make_entry(keys: Keys) -> MakeEntry:
    def build(event_id: str | None = None, subject: str | None = None, page: str = "/en/a", **changes: Any) -> Entry:
        person, context = {"subject": subject or str(uuid4()), "account": None}, {"page": page}
        return make("newsroom", event_id or str(uuid4()), choice(**changes), person, context, keys.secrets())

    return build


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, socket_timeout=5) as connection:
        yield connection


@pytest.fixture
def ledger(consent_database: str) -> Iterator[Ledger]:
    engine = connect(consent_database)
    yield Ledger(engine, ORIGIN)
    engine.dispose()


@pytest.fixture
def drain(redis: Redis, ledger: Ledger, keys: Keys) -> Drain:
    started = Drain(redis, ledger, keys)
    started.start()
    return started


def leaf_of(entry: Entry) -> dict[str, Any]:
    return dict(json.loads(entry.leaf))
