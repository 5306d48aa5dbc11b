"""The whole way of an article: texts to segments, memory, engines in turn, checks, and back to texts."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.body.block_texts import Text
from worker.engines.protocol import Engine, EngineError
from worker.engines.segment import Segment, decode, kept_marks, to_xliff
from worker.translation.chain import Chain
from worker.translation.checks import faults
from worker.translation.ladder import Ladder
from worker.translation.manuscript import Manuscript
from worker.translation.memory import Memory, Remembered
from worker.translation.mending import with_kept
from worker.translation.segments import segment_hash


class Stopped(Exception):
    """The caller asked to stop; what was finished is in the memory."""


class NotTranslated(Exception):
    """Segments that no engine could translate so that they may be shown."""

    def __init__(self, segments: int, reason: str) -> None:
        super().__init__(f"{segments} segments: {reason}")
        self.segments, self.reason = segments, reason


@dataclass(frozen=True, slots=True)
class EngineUse:
    """How many segments of a text an engine made, now or when they were remembered."""

    name: str
    version: str
    segments: int


@dataclass(frozen=True, slots=True)
class TranslatedContent:
    """The texts by name, as they came; ``engines`` has the one that did most first."""

    texts: dict[str, str]
    engines: tuple[EngineUse, ...]
    remembered: int
    sent: int

    def with_more(self, other: "TranslatedContent") -> "TranslatedContent":
        """Join the translations of two parts of an article."""
        made: Counter[tuple[str, str]] = Counter()
        for use in (*self.engines, *other.engines):
            made[use.name, use.version] += use.segments
        uses = tuple(EngineUse(*by, count) for by, count in made.most_common())
        return TranslatedContent(
            self.texts | other.texts, uses, self.remembered + other.remembered, self.sent + other.sent
        )


def translate_article(
    content: Mapping[str, Text],
    source: str,
    target: str,
    chain: Chain,
    memory: Memory,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    wait: bool = True,
    trace: str = "",
) -> TranslatedContent:
    """Translate every text of an article (``publisher.articles.article_texts``).

    ``progress`` is told the segments done and in all, before any engine is asked and then after each batch, between
    which ``should_stop`` is asked. With ``wait`` an engine that wants to be tried later is waited for (EngineError);
    without it is passed over. ``trace`` is a UUID that engines note for support cases; empty: one is made.

    Raises:
        EngineError: with action ``retry``, when ``wait``; what was finished is in the memory.
        NotTranslated: no engine made every segment fit to be shown.
        Stopped: ``should_stop`` said so.
    """
    manuscript = Manuscript(content, source)
    policy = chain.policy(source, target)

    def key(segment: Segment) -> str:
        return segment_hash(segment, source, target, policy)

    segments = {key(segment): segment for segment in manuscript.segments()}
    work = _Work(segments, source, target, chain, memory, progress, should_stop, wait, trace or str(uuid.uuid4()))
    entries = work.finish()
    texts = manuscript.filled(lambda segment: _recalled(segment, entries[key(segment)]))
    made = Counter((entry.engine, entry.engine_version) for entry in entries.values())
    uses = tuple(EngineUse(name, version, count) for (name, version), count in made.most_common())
    return TranslatedContent(texts, uses, len(segments) - work.sent, work.sent)


@dataclass
class _Work:
    """One article's segments on their way; done entries by hash."""

    _segments: Mapping[str, Segment]
    _source: str
    _target: str
    _chain: Chain
    _memory: Memory
    _progress: Callable[[int, int], None]
    _should_stop: Callable[[], bool]
    _wait: bool
    _trace: str
    _entries: dict[str, Remembered] = field(default_factory=dict)
    sent: int = 0

    def finish(self) -> dict[str, Remembered]:
        """Take from memory what is there, and the rest from the engines in turn."""
        remembered = self._memory.get_many(list(self._segments))
        # what was put there by other hands must bear the checks as well
        fit = {
            key: entry
            for key, entry in remembered.items()
            if not faults(segment := self._segments[key], _recalled(segment, entry))
        }
        self._entries.update(fit)
        self.sent = len(self._missing())
        self._tell()
        reason = "no engine is open"
        for engine in self._chain.open_engines(self._source, self._target):
            if not self._missing():
                break
            try:
                self._run(engine)
                reason = f"{engine.name} gave nothing that may be shown"
            except EngineError as error:
                self._chain.failed(engine, error)
                if error.action == "retry" and self._wait:
                    raise
                reason = f"{engine.name}: {error}"
        if self._missing():
            raise NotTranslated(len(self._missing()), reason)
        return self._entries

    def _run(self, engine: Engine) -> None:
        ladder = Ladder(lambda segments: self._ask(engine, segments), self._target)
        for batch in _batches(self._missing(), engine):
            if self._should_stop():
                raise Stopped
            keys, segments = list(batch), list(batch.values())
            made: dict[str, Segment] = {}
            try:
                made.update((keys[at], translation) for at, translation in ladder.climb(segments))
            finally:
                self._keep(engine, made)
            self._tell()
        self._chain.succeeded(engine)

    def _ask(self, engine: Engine, segments: Sequence[Segment]) -> list[Segment]:
        """Ask an engine; halve a batch that it finds too large."""
        try:
            return engine.translate(segments, self._source, self._target, self._trace)
        except EngineError as error:
            if error.action != "split" or len(segments) < 2:
                raise
        middle = len(segments) // 2
        return [*self._ask(engine, segments[:middle]), *self._ask(engine, segments[middle:])]

    def _keep(self, engine: Engine, made: Mapping[str, Segment]) -> None:
        new = {
            key: Remembered(to_xliff(self._segments[key]), to_xliff(translation), engine.name, engine.version)
            for key, translation in made.items()
        }
        self._memory.put_many(new)
        self._entries.update(new)

    def _missing(self) -> dict[str, Segment]:
        return {key: segment for key, segment in self._segments.items() if key not in self._entries}

    def _tell(self) -> None:
        self._progress(len(self._entries), len(self._segments))


def _batches(segments: Mapping[str, Segment], engine: Engine) -> Iterator[dict[str, Segment]]:
    """Cut into batches within the engine's limits; a segment larger than them all goes alone."""
    batch: dict[str, Segment] = {}
    units = 0
    for key, segment in segments.items():
        size = len(to_xliff(segment).encode("utf-16-le")) // 2
        if batch and (len(batch) == engine.limits.max_items or units + size > engine.limits.max_units):
            yield batch
            batch, units = {}, 0
        batch[key] = segment
        units += size
    if batch:
        yield batch


def _recalled(segment: Segment, entry: Remembered) -> Segment:
    """Read a translation in its stored form; what it keeps comes from the segment."""
    return with_kept(segment, segment.with_pieces(decode(entry.translation, kept_marks(segment))))
