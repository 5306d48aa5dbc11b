"""Trending searches per language, on plain Redis (cache role): counted per minute and hour, decayed, k-anonymous.

A term trends while it is searched for more than is usual at this hour, by enough distinct readers, and for long enough.
Where none does, the most searched terms of a day stand in, and are called that. Readers are told apart by a salted hash
that changes every day; no address is kept. Keys: docs/redis.md.
"""

import hashlib
import json
import math
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from redis import Redis
from redis.exceptions import RedisError

from publisher.trend_terms import clean_term, is_blocked

PREFIX = "tr:{trends}:"
MINUTES = 60
HALF_LIFE_MINUTES = 20
BASELINE_DAYS = 7
DAY_HOURS = 24
VOTE_LIFE_S = 3600
MINUTE_LIFE_S = 2 * 3600
HOUR_LIFE_S = (BASELINE_DAYS * DAY_HOURS + 2) * 3600
READERS_LIFE_S = (DAY_HOURS + 2) * 3600
LIST_LIFE_S = 24 * 3600
SHOWN = 5
LOOKED_AT = 50
MOST_TERMS = 2000
"""Terms that one count holds; more are not worth the memory."""
BEGINS_AT, ENDS_AT = 2.0, 1.0
"""Bursts at which a term begins to trend and ends to: deviations of a Poisson count above its mean, about."""

TRENDING, MOST_SEARCHED, NOTHING = "trending", "most_searched", "nothing"


class Trend(NamedTuple):
    """A term as readers see it; ``pinned``: an editor put it there."""

    term: str
    pinned: bool = False


class TrendList(NamedTuple):
    """What is shown, the strongest first, and what it is: TRENDING, MOST_SEARCHED or NOTHING but pins."""

    kind: str = NOTHING
    terms: tuple[Trend, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Which terms may show: searched for by enough readers, for some seconds already, and without a blocked word."""

    min_readers: int
    blocked: Collection[str] = field(default_factory=frozenset)
    sustain_s: int = 0


class Choices(NamedTuple):
    """What editors want: terms that show whatever is searched for, in this order, and terms that never do."""

    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


NO_CHOICES = Choices()


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
        hour = minute // 60
        try:
            digest = self._reader_hash(reader)
            # one vote a reader, a term and a window: the first one counts
            if not self._redis.set(_vote(language, term, digest), 1, nx=True, ex=VOTE_LIFE_S):
                return
            with self._redis.pipeline(transaction=False) as pipe:
                for key, life_s in ((_minute(language, minute), MINUTE_LIFE_S), (_hour(language, hour), HOUR_LIFE_S)):
                    pipe.zincrby(key, 1, term)
                    pipe.zremrangebyrank(key, 0, -MOST_TERMS - 1)
                    pipe.expire(key, life_s)
                pipe.pfadd(_readers(language, hour, term), digest)
                pipe.expire(_readers(language, hour, term), READERS_LIFE_S)
                pipe.execute()
        except RedisError:
            return

    def current(self, language: str) -> TrendList:
        """Return what to show, as last computed."""
        try:
            stored = cast("bytes | None", self._redis.get(_list(language)))
        except RedisError:
            return TrendList()
        if not stored:
            return TrendList()
        kind, terms = json.loads(stored)
        return TrendList(kind, tuple(Trend(term, pinned) for term, pinned in terms))

    def compute(
        self, language: str, choices: Choices = NO_CHOICES, findable: Callable[[str], bool] = lambda _term: True
    ) -> bool:
        """Compute the list anew and store it; True when it changed, so that pages must be purged.

        Args:
            language: whose list.
            choices: the editors'.
            findable: whether a search for a term finds something public now; what finds nothing does not show.

        Raises:
            RedisError: Redis is away; the list stays.
        """
        now_s = int(time.time())
        pinned = [term for term in choices.pinned if findable(term)][:SHOWN]

        def choose(ranked: Iterable[str], hours: int) -> list[str]:
            allowed = (term for term in ranked if not self._is_kept_out(term, choices))
            known = (term for term in allowed if self._has_readers(language, term, now_s // 3600, hours))
            return [term for term in known if findable(term)][: SHOWN - len(pinned)]

        kind, chosen = TRENDING, choose(self._trending(language, now_s), 2)
        if not chosen:
            kind, chosen = MOST_SEARCHED, choose(self._most_searched(language, now_s), DAY_HOURS)
        found = TrendList(
            kind if chosen else NOTHING, (*(Trend(term, True) for term in pinned), *(Trend(term) for term in chosen))
        )
        before = self.current(language)
        self._redis.set(_list(language), json.dumps(found, ensure_ascii=False), ex=LIST_LIFE_S)
        return found != before

    def _is_kept_out(self, term: str, choices: Choices) -> bool:
        return term in choices.pinned or term in choices.hidden or is_blocked(term, self._rules.blocked)

    def _trending(self, language: str, now_s: int) -> list[str]:
        """List the terms that have burst for long enough, the strongest first; note since when each has."""
        bursts = self._bursts(language, now_s // 60)
        key = _since(language)
        noted = cast("dict[bytes, bytes]", self._redis.hgetall(key))
        since = {term.decode(): int(at) for term, at in noted.items()}
        now_bursting = {term for term, burst in bursts.items() if burst >= (ENDS_AT if term in since else BEGINS_AT)}
        kept = {term: since.get(term, now_s) for term in now_bursting}
        with self._redis.pipeline() as pipe:
            pipe.delete(key)
            if kept:
                pipe.hset(key, mapping=cast(Any, kept))
                pipe.expire(key, MINUTE_LIFE_S)
            pipe.execute()
        shown = [term for term, at in kept.items() if now_s - at >= self._rules.sustain_s]
        return sorted(shown, key=lambda term: (-bursts[term], term))[:LOOKED_AT]

    def _bursts(self, language: str, now_minute: int) -> dict[str, float]:
        """Compare the last hour, decayed, with the same part of the hour on the seven days before."""
        weights = {now_minute - age: 0.5 ** (age / HALF_LIFE_MINUTES) for age in range(MINUTES)}
        counted = self._sum({_minute(language, minute): weight for minute, weight in weights.items()})
        by_hour: dict[int, float] = defaultdict(float)
        for minute, weight in weights.items():
            by_hour[minute // 60] += weight
        usual = self._sum(
            {
                _hour(language, hour - day * DAY_HOURS): weight / 60 / BASELINE_DAYS
                for hour, weight in by_hour.items()
                for day in range(1, BASELINE_DAYS + 1)
            }
        )
        return {
            term: (count - usual.get(term, 0)) / math.sqrt(usual.get(term, 0) + 1) for term, count in counted.items()
        }

    def _most_searched(self, language: str, now_s: int) -> list[str]:
        hour = now_s // 3600
        counted = self._sum({_hour(language, hour - age): 1.0 for age in range(DAY_HOURS)})
        return sorted(counted, key=lambda term: (-counted[term], term))[:LOOKED_AT]

    def _sum(self, weights: Mapping[str, float]) -> dict[str, float]:
        scored = cast("list[tuple[bytes, float]]", self._redis.zunion(cast(Any, weights), withscores=True))
        return {term.decode(): score for term, score in scored}

    def _has_readers(self, language: str, term: str, hour: int, hours: int) -> bool:
        """Whether enough readers searched for a term; a reader has another hash on each day, so days are not added."""
        days: dict[int, list[str]] = defaultdict(list)
        for each in range(hour - hours + 1, hour + 1):
            days[each // DAY_HOURS].append(_readers(language, each, term))
        most = max(int(cast(Any, self._redis.pfcount(*keys))) for keys in days.values())
        return most >= self._rules.min_readers

    def _reader_hash(self, reader: str) -> str:
        """Hash a reader with the day's salt, which Redis forgets after the day."""
        key = f"{PREFIX}salt:{time.strftime('%Y-%m-%d', time.gmtime(time.time()))}"
        self._redis.set(key, secrets.token_hex(16), nx=True, ex=24 * 3600)
        salt = cast(bytes, self._redis.get(key))
        return hashlib.blake2b(reader.encode(), key=salt[:32], digest_size=12).hexdigest()


def _minute(language: str, minute: int) -> str:
    return f"{PREFIX}minute:{language}:{minute}"


def _hour(language: str, hour: int) -> str:
    return f"{PREFIX}hour:{language}:{hour}"


def _readers(language: str, hour: int, term: str) -> str:
    return f"{PREFIX}readers:{language}:{hour}:{term}"


def _vote(language: str, term: str, digest: str) -> str:
    return f"{PREFIX}vote:{language}:{digest}:{hashlib.sha256(term.encode()).hexdigest()[:16]}"


def _since(language: str) -> str:
    return f"{PREFIX}since:{language}"


def _list(language: str) -> str:
    return f"{PREFIX}shown:{language}"
