"""Arrivals as readers of five sites would make them, without the way through Redis: what a long ledger is filled with.

The same as what `take` returns for the same choices (`tests/bench/test_arrivals.py`), at a tenth of its cost.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from consent.choice.event_ids import fresh, led
from consent.ledger.canonical import plain
from consent.ledger.commitments import Opening, commit
from consent.ledger.entries import Entry, Secrets, fingerprint, make, record_tag, subject_ref
from consent.ledger.intake import Accepted, Person
from consent.statistics import answers

PEPPER = b"pepper of the bench".ljust(32, b"\0")
START_MS = 1_700_000_000_000
SITES = {"newsroom": 70, "gazette": 20, "herald": 6, "courier": 3, "weekly": 1}
FOREIGN = {"en": 70, "es": 10, "ca": 5, "fr": 6, "de": 4, "ar": 3, "pt": 2}
OWN = {"ES": "es", "FR": "fr", "DE": "de", "PT": "pt", "AT": "de", "BR": "pt", "CH": "de"}
REGIONS: dict[tuple[str | None, str], int] = {
    ("ES", "eu"): 40, ("FR", "fr"): 15, ("DE", "eu"): 12, ("GB", "uk"): 10, ("US-CA", "us-ca"): 6,
    ("IT", "eu"): 4, ("US-TX", "us-tx"): 3, ("PT", "eu"): 3, ("AT", "eu"): 2, ("IE", "eu"): 2, ("CH", "ch"): 1,
    ("BR", "br"): 1, (None, "eu"): 1,
}  # fmt: skip
ACTIONS = {"agree": 620, "refuse": 250, "preferences": 80, "withdraw": 30, "gpc": 20}
LAYERS = {("script", "browser"): 93, ("form", "form"): 5, ("script", "unverified"): 2}
PURPOSES = ("analytics", "marketing", "media", "personalisation")
VENDORS = {f"vendor_{at}": PURPOSES[at % 4] for at in range(8)}
NOTICE_LIFE = 3_000_000  # records after which a site publishes another notice
READERS = 400_000
SAME_TIME = (
    40_000  # records whose ids begin alike: what comes at the drain's full rate in the four seconds of a beginning
)


def arrivals(count: int, first: int = 0, seed: int = 7) -> Iterator[Accepted]:
    """Yield `count` arrivals, the first of which is the `first` of the log; the same seed makes the same."""
    chance = random.Random(seed * 1_000_003 + first)
    draws = {name: _many(chance, each, count) for name, each in _WEIGHTS.items()}
    for at in range(count):
        drawn = {name: each[at] for name, each in draws.items()}
        yield _arrival(chance, first + at, drawn)


_WEIGHTS: dict[str, Mapping[Any, int]] = {
    "site": SITES,
    "action": ACTIONS,
    "region": REGIONS,
    "layer": LAYERS,
    "language": FOREIGN,
    "foreign": {False: 9, True: 1},
}


def _many(chance: random.Random, weights: Mapping[Any, int], count: int) -> list[Any]:
    return chance.choices(list(weights), list(weights.values()), k=count)


def _arrival(chance: random.Random, at: int, drawn: Mapping[str, Any]) -> Accepted:
    site, action, (region, regulation), (layer, writer), language, foreign = drawn.values()
    received_ms = START_MS + at * 3000
    purposes = {"necessary": True, **_decide(chance, action)}
    given = any(purposes[each] for each in PURPOSES)
    choice = {
        "event": "withdrawn" if action == "withdraw" else "given" if given else "refused",
        "action": action,
        "purposes": purposes,
        "vendors": {vendor: purposes[purpose] for vendor, purpose in VENDORS.items()},
        "notice": notice(site, at),
        "language": language if foreign else OWN.get(region or "", "en"),
        "regulation": regulation,
        "region": region,
        "region_source": "header" if region else "strictest",
        "layer": layer,
        "script": "a" * 64,
        "style": "b" * 64,
        "shown_at": received_ms - 4000,
        "gpc": action == "gpc",
        "received_at": received_ms,
        "client_at": received_ms - 3,
        "skew_ms": -3,
        "valid_until": received_ms + 180 * 86_400_000,
        "writer": writer,
        "supersedes": None,
    }
    subject = reader(chance.randrange(READERS))
    own_id = str(led(uuid.UUID(int=(START_MS >> 12) + at // SAME_TIME << 92), chance.getrandbits(128)))
    return accepted(site, own_id, choice, subject, f"/en/article-{at % 5000}", chance)


def entries(secrets: Secrets, count: int, first: int = 0) -> Iterator[Entry]:
    """Yield entries as a service makes them of the same choices, for the stream."""
    for it in arrivals(count, first):
        subject = reader(int(it.record_id[-6:], 16) % READERS)
        person, context = {"account": None, "subject": subject}, {"page": "/en/article"}
        yield make(it.site, str(fresh()), json.loads(it.choice.body), person, context, secrets)


def accepted(
    site: str, own_id: str, choice: Mapping[str, Any], subject: str, page: str, chance: random.Random
) -> Accepted:
    """Make what the drain would take from the entry of this choice."""
    bodies = {
        "choice": choice,
        "person": {"account": None, "subject": subject},
        "context": {"page": page},
    }
    parts = {name: Opening(chance.randbytes(32), plain(body)) for name, body in bodies.items()}
    leaf = {
        "v": 1,
        "k": choice["event"],
        "id": record_tag(own_id),
        "site": site,
        "t": choice["received_at"],
        "notice": choice["notice"],
        **{name: commit(name, *part) for name, part in parts.items()},
    }
    words = ("event", "action", "notice", "language", "layer", "writer", "regulation", "region", "gpc")
    decided = {name: dict(sorted(choice[name].items())) for name in ("purposes", "vendors")}
    return Accepted(
        record_id=own_id,
        fingerprint=fingerprint(site, own_id, choice),
        site=site,
        received_ms=choice["received_at"],
        leaf=plain(leaf),
        choice=parts["choice"],
        terms={**{name: choice[name] for name in words}, **decided},
        until_ms=choice["valid_until"],
        supersedes=choice["supersedes"],
        person=Person(parts["person"], subject_ref(PEPPER, site, subject)),
        context=parts["context"],
        answers=answers(choice),
    )


def notice(site: str, at: int) -> str:
    """Return the notice that a site showed when the record of that index came."""
    return hashlib.sha256(f"{site} {at // NOTICE_LIFE}".encode()).hexdigest()


def reader(number: int) -> str:
    """Return the subject id of a reader."""
    return str(uuid.UUID(int=number << 64 | 0x8000 << 48, version=4))


def _decide(chance: random.Random, action: str) -> dict[str, bool]:
    if action == "preferences":
        return {purpose: chance.random() < 0.4 for purpose in PURPOSES}
    return dict.fromkeys(PURPOSES, action == "agree")
