"""Trending searches per language, on plain Redis (cache role): counted per minute, decayed, k-anonymous.

A term shows once TRENDS_MIN_READERS distinct readers have searched for it within the hour. Readers are told apart by a
salted hash that changes every day; no address is kept. Keys: docs/redis.md.
"""

import hashlib
import json
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError

from publisher.search_text import normalised

PREFIX = "tr:{trends}:"
MINUTES = 60
HALF_LIFE_MINUTES = 20
COUNTS_LIFE_S = 2 * 3600
LIST_LIFE_S = 24 * 3600
SHOWN = 5
LONGEST_TERM = 60
_PERSONAL = re.compile(r"@|\d[\d\s().-]{5,}\d|\b[a-z]{2}\d{2}[a-z0-9]{10,}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """Which terms may show: seen from at least ``min_readers`` readers and without a blocked word (normalised)."""

    min_readers: int
    blocked: Collection[str] = field(default_factory=frozenset)


class Trends:
    """Counts searches and lists the ones that stand out; Redis away means no trends, never an error."""

    def __init__(self, redis: Redis, rules: Rules) -> None:
        self._redis = redis
        self._rules = rules

    def count(self, language: str, query: str, reader: str) -> None:
        """Count one search that had results.

        Args:
            language: of the page.
            query: as typed.
            reader: what tells readers apart, e.g. the network address; only its salted hash of the day is kept.
        """
        term = clean_term(query, self._rules.blocked)
        if term is None:
            return
        minute = int(time.time() // 60)
        try:
            digest = self._reader_hash(reader)
            # one vote a reader, a term and a window: the first one counts
            if not self._redis.set(_vote(language, term, digest), 1, nx=True, ex=MINUTES * 60):
                return
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.zincrby(_counts(language, minute), 1, term)
                pipe.expire(_counts(language, minute), COUNTS_LIFE_S)
                pipe.pfadd(_readers(language, term), digest)
                pipe.expire(_readers(language, term), MINUTES * 60)
                pipe.execute()
        except RedisError:
            return

    def current(self, language: str) -> tuple[str, ...]:
        """Return the terms to show, the strongest first, as last computed."""
        try:
            stored = cast("bytes | None", self._redis.get(_list(language)))
        except RedisError:
            return ()
        return tuple(json.loads(stored)) if stored else ()

    def compute(self, language: str) -> bool:
        """Compute the list anew and store it; True when it changed, so that pages must be purged.

        Raises:
            RedisError: Redis is away; the list stays.
        """
        found = [term for term in self._strongest(language) if self._known_to_enough(language, term)][:SHOWN]
        before = self.current(language)
        self._redis.set(_list(language), json.dumps(found, ensure_ascii=False), ex=LIST_LIFE_S)
        return tuple(found) != before

    def _strongest(self, language: str) -> list[str]:
        now = int(time.time() // 60)
        weights = {_counts(language, now - age): 0.5 ** (age / HALF_LIFE_MINUTES) for age in range(MINUTES)}
        scored = cast("list[tuple[bytes, float]]", self._redis.zunion(cast(Any, weights), withscores=True))
        ranked = sorted(scored, key=lambda pair: (-pair[1], pair[0]))
        return [term.decode() for term, _ in ranked[: SHOWN * 10]]

    def _known_to_enough(self, language: str, term: str) -> bool:
        return int(cast(Any, self._redis.pfcount(_readers(language, term)))) >= self._rules.min_readers

    def _reader_hash(self, reader: str) -> str:
        """Hash a reader with the day's salt, which Redis forgets after the day."""
        key = f"{PREFIX}salt:{time.strftime('%Y-%m-%d', time.gmtime())}"
        self._redis.set(key, secrets.token_hex(16), nx=True, ex=24 * 3600)
        salt = cast(bytes, self._redis.get(key))
        return hashlib.blake2b(reader.encode(), key=salt[:32], digest_size=12).hexdigest()


def clean_term(query: str, blocked: Collection[str]) -> str | None:
    """Form in which a search counts; None for personal data, blocked words, and what is too long or too short."""
    if len(query) > LONGEST_TERM or _PERSONAL.search(query):
        return None
    term = " ".join(query.casefold().split())
    words = normalised(query).split()
    if len("".join(words)) < 3 or any(word in words for word in map(normalised, blocked)):
        return None
    return term


def _counts(language: str, minute: int) -> str:
    return f"{PREFIX}count:{language}:{minute}"


def _readers(language: str, term: str) -> str:
    return f"{PREFIX}readers:{language}:{term}"


def _vote(language: str, term: str, digest: str) -> str:
    return f"{PREFIX}vote:{language}:{digest}:{hashlib.sha256(term.encode()).hexdigest()[:16]}"


def _list(language: str) -> str:
    return f"{PREFIX}list:{language}"
