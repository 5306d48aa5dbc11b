"""The whole way of an article: texts to segments, memory, engines in turn, checks, and back to texts."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher import inline
from publisher.blocks import Text
from worker.engines.protocol import Engine, EngineError
from worker.engines.segment import Segment, decode, kept_marks, to_xliff
from worker.translation.chain import Chain
from worker.translation.ladder import climb
from worker.translation.memory import Memory, Remembered
from worker.translation.mending import mended
from worker.translation.segments import Template, put_together, segment_hash, slots, take_apart


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
    templates = {name: _template(name, text, source) for name, text in content.items()}
    policy = chain.policy(source, target)
    hashed = {
        segment_hash(slot.segment, source, target, policy): slot.segment
        for template in templates.values()
        for slot in slots(template)
    }
    work = _Work(hashed, source, target, chain, memory, progress, should_stop, wait, trace)
    entries = work.finish()
    texts = {
        name: _filled(template, content[name], lambda s: entries[segment_hash(s, source, target, policy)])
        for name, template in templates.items()
    }
    made = Counter((entry.engine, entry.engine_version) for entry in entries.values())
    uses = tuple(EngineUse(name, version, count) for (name, version), count in made.most_common())
    return TranslatedContent(texts, uses, len(hashed) - work.sent, work.sent)


class _Work:
    """One article's segments on their way; done entries by hash."""

    def __init__(
        self,
        segments: Mapping[str, Segment],
        source: str,
        target: str,
        chain: Chain,
        memory: Memory,
        progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
        wait: bool,
        trace: str,
    ) -> None:
        self._segments, self._source, self._target = segments, source, target
        self._chain, self._memory, self._progress = chain, memory, progress
        self._should_stop, self._wait = should_stop, wait
        self._trace = trace or str(uuid.uuid4())
        self._entries: dict[str, Remembered] = {}
        self.sent = 0

    def finish(self) -> dict[str, Remembered]:
        """Take from memory what is there, and the rest from the engines in turn."""
        self._entries.update(self._memory.get_many(list(self._segments)))
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
        for batch in _batches(self._missing(), engine):
            if self._should_stop():
                raise Stopped
            made = climb(list(batch.values()), lambda segments: self._ask(engine, segments))
            self._keep(engine, batch, made)
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

    def _keep(self, engine: Engine, batch: Mapping[str, Segment], made: Sequence[Segment | None]) -> None:
        new = {
            key: Remembered(to_xliff(segment), to_xliff(translation), engine.name, engine.version)
            for (key, segment), translation in zip(batch.items(), made, strict=True)
            if translation
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


def _template(name: str, text: Text, language: str) -> Template:
    kind = name.rpartition("/")[2].partition(".")[0]
    return take_apart(inline.parse(text.value) if text.markup else (text.value,), language, kind)


def _filled(template: Template, text: Text, entry: Callable[[Segment], Remembered]) -> str:
    def translations() -> Iterator[Segment]:
        for slot in slots(template):
            stored = decode(entry(slot.segment).translation, kept_marks(slot.segment))
            yield mended(slot.segment, slot.segment.with_pieces(stored))

    nodes = put_together(template, translations())
    return inline.serialise(nodes) if text.markup else inline.plain_text(nodes)
