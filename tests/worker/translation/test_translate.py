"""The whole way of an article, by real engines: Azure's contract over HTTP, the pseudo-locale, Apertium where it is."""

from collections.abc import Callable, Collection, Iterator, Mapping

import pytest

from publisher.body.block_texts import Text
from tests.azure_server.pretence import original
from tests.azure_server.server import AzureServer
from worker.engines.azure import Azure
from worker.engines.protocol import EngineError
from worker.engines.pseudo import PseudoLocale, unaccented
from worker.translation.chain import Chain
from worker.translation.memory import Remembered
from worker.translation.translate import EngineUse, NotTranslated, Stopped, TranslatedContent, translate_article

ARTICLE = {
    "headline": Text("Harbour bridge reopens", markup=False),
    "b1/html": Text(
        'The <a href="https://a.example/x?a=1&amp;b=2">old bridge</a> is <em>open</em>. It cost 12.5m.', True
    ),
    "b2/html": Text("<em>A note. It has two sentences.</em><br>Run <code>make run</code> now.", True),
    "b3/items.0": Text("42", True),
    "b4/caption": Text("The bridge at night & dawn", markup=False),
    "b4/alt": Text("Harbour bridge reopens", markup=False),
}


class Shelf(dict[str, Remembered]):
    """A memory that lives as long as a test."""

    def get_many(self, hashes: Collection[str]) -> Mapping[str, Remembered]:
        return {each: self[each] for each in hashes if each in self}

    def put_many(self, entries: Mapping[str, Remembered]) -> None:
        self.update(entries)


Make = Callable[..., Azure]


@pytest.fixture
def make(azure_server: AzureServer) -> Iterator[Make]:
    made: list[Azure] = []

    def make(**settings: int) -> Azure:
        made.append(Azure("test-key", endpoint=azure_server.url, **settings))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


def translated(content: Mapping[str, Text], chain: Chain, shelf: Shelf, target: str = "es") -> TranslatedContent:
    return translate_article(content, "en", target, chain, shelf)


def test_every_text_comes_back_in_its_place_with_its_own_links(make: Make):
    done = translated(ARTICLE, Chain([make()]), Shelf())
    assert done.texts["b1/html"] == (
        'ehT·es <a href="https://a.example/x?a=1&amp;b=2">dlo·es egdirb·es</a> si·es <em>nepo·es</em>. '
        "tI·es tsoc·es 12.5m·es."
    )
    assert done.texts["b2/html"] == (
        "<em>A·es eton·es. tI·es sah·es owt·es secnetnes·es.</em><br>nuR·es <code>make run</code> won·es."
    )
    assert done.texts["b3/items.0"] == "42"
    assert original(done.texts["b4/caption"], "es") == ARTICLE["b4/caption"].value
    assert list(done.texts) == list(ARTICLE)
    assert (done.engines, done.remembered, done.sent) == ((EngineUse("Microsoft Translator", "3.0", 8),), 0, 8)


def test_one_changed_sentence_sends_one_sentence(azure_server: AzureServer, make: Make):
    chain, shelf = Chain([make()]), Shelf()
    translated(ARTICLE, chain, shelf)
    before = azure_server.state.units
    changed = ARTICLE | {"b1/html": Text(ARTICLE["b1/html"].value.replace("12.5m", "13m"), True)}
    done = translated(changed, chain, shelf)
    assert azure_server.state.texts[-1] == "It cost 13m."
    assert azure_server.state.units - before == len("It cost 13m.")
    assert (done.remembered, done.sent) == (7, 1)


def test_nothing_changed_sends_nothing(azure_server: AzureServer, make: Make):
    chain, shelf = Chain([make()]), Shelf()
    first = translated(ARTICLE, chain, shelf)
    moved = ARTICLE | {"b1/html": Text(ARTICLE["b1/html"].value.replace("a.example/x", "b.example/y"), True)}
    again = translated(moved, chain, shelf)
    assert len(azure_server.state.requests) == 1
    assert again.texts["b1/html"] == first.texts["b1/html"].replace("a.example/x", "b.example/y")
    assert (again.remembered, again.sent, again.engines) == (8, 0, first.engines)


def test_a_damaged_memory_is_not_believed(azure_server: AzureServer, make: Make):
    chain, shelf = Chain([make()]), Shelf()
    first = translated(ARTICLE, chain, shelf)
    for key, entry in shelf.items():
        shelf[key] = entry._replace(translation=entry.translation.replace('<pc id="1">', '<pc id="7">'))
    again = translated(ARTICLE, chain, shelf)
    assert (again.texts, again.sent) == (first.texts, 1)


def test_another_language_is_another_translation(make: Make):
    chain, shelf = Chain([make()]), Shelf()
    translated(ARTICLE, chain, shelf)
    assert "nepo·ca" in translated(ARTICLE, chain, shelf, "ca").texts["b1/html"]


def test_what_came_before_a_failure_is_not_paid_again(azure_server: AzureServer, make: Make):
    chain, shelf = Chain([make(max_units=60)]), Shelf()
    azure_server.state.faults.extend(["", "500000"])
    with pytest.raises(EngineError, match="500000") as caught:
        translated(ARTICLE, chain, shelf)
    assert caught.value.action == "retry"
    kept = len(shelf)
    assert 0 < kept < 8
    done = translated(ARTICLE, chain, shelf)
    assert (done.remembered, done.sent) == (kept, 8 - kept)


def test_good_answers_are_kept_when_mending_another_fails(azure_server: AzureServer, make: Make):
    shelf = Shelf()
    azure_server.state.faults.extend(["drop-tags", "500000"])
    with pytest.raises(EngineError, match="500000"):
        translated(ARTICLE, Chain([make()]), shelf)
    assert len(shelf) == 7


def test_a_batch_too_large_is_halved_until_it_fits(azure_server: AzureServer, make: Make):
    azure_server.state.faults.extend(["400077", "400077"])
    done = translated(ARTICLE, Chain([make()]), Shelf())
    assert [len(one["texts"]) for one in azure_server.state.requests] == [8, 4, 2, 2, 4]
    assert done.sent == 8


def test_progress_is_told_before_the_first_batch_and_after_each(make: Make):
    told: list[tuple[int, int]] = []
    translate_article(ARTICLE, "en", "es", Chain([make(max_units=70)]), Shelf(), lambda *counts: told.append(counts))
    assert told[0] == (0, 8) and told[-1] == (8, 8)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_it_stops_between_batches_and_keeps_what_is_done(make: Make):
    shelf = Shelf()
    with pytest.raises(Stopped):
        translate_article(ARTICLE, "en", "es", Chain([make(max_units=60)]), shelf, should_stop=lambda: bool(shelf))
    assert 0 < len(shelf) < 8


class AzureInMiniature(Azure):
    """A second engine of another name."""

    name = "Second"


def test_a_closed_engine_hands_over_and_the_mix_is_told(azure_server: AzureServer, make: Make):
    second = AzureInMiniature("test-key", endpoint=azure_server.url)
    shelf = Shelf()
    azure_server.state.faults.extend(["", "403001"])
    done = translated(ARTICLE, Chain([make(max_units=60), second]), shelf)
    assert {use.name for use in done.engines} == {"Microsoft Translator", "Second"}
    assert sum(use.segments for use in done.engines) == 8
    assert translated(ARTICLE, Chain([make(max_units=60), second]), shelf).engines == done.engines
    second.close()


def test_only_what_one_engine_spoilt_goes_to_the_next(azure_server: AzureServer, make: Make):
    second = AzureInMiniature("test-key", endpoint=azure_server.url)
    azure_server.state.faults.append("drop-numbers")
    done = translated(ARTICLE | {"b5/html": Text("It was in 1932.", True)}, Chain([make(), second]), Shelf())
    assert azure_server.state.texts[-2:] == ['<p id="0">It cost 12.5m.</p>', '<p id="1">It was in 1932.</p>']
    assert EngineUse("Second", "3.0", 2) in done.engines
    second.close()


def test_an_engine_that_asks_to_wait_is_waited_for_or_passed_over(azure_server: AzureServer, make: Make):
    second = AzureInMiniature("test-key", endpoint=azure_server.url)
    chain = Chain([make(), second])
    azure_server.state.faults.append("429001:30")
    with pytest.raises(EngineError) as caught:
        translated(ARTICLE, chain, Shelf())
    assert caught.value.retry_after_s == 30
    azure_server.state.faults.append("429001:30")
    done = translate_article(ARTICLE, "en", "es", chain, Shelf(), wait=False)
    assert [use.name for use in done.engines] == ["Second"]
    second.close()


def test_no_engine_means_no_translation(make: Make):
    with pytest.raises(NotTranslated, match="8 segments: no engine"):
        translated(ARTICLE, Chain([PseudoLocale()]), Shelf())


def test_source_text_is_never_passed_off_as_a_translation(azure_server: AzureServer, make: Make):
    azure_server.state.faults.append("source")
    content = {"b1/html": Text("The bridge will open again in spring.", True)}
    with pytest.raises(NotTranslated, match="Microsoft Translator"):
        translated(content, Chain([make()]), Shelf())


def test_the_pseudo_locale_does_a_whole_article():
    done = translated(ARTICLE, Chain([PseudoLocale()]), Shelf(), "en-XA")
    assert unaccented(done.texts["headline"]) == "Harbour bridge reopens"
    assert '<a href="https://a.example/x?a=1&amp;b=2">öļð bŕîðĝé</a>' in done.texts["b1/html"]
    assert "<code>make run</code>" in done.texts["b2/html"]


def test_an_article_without_words_needs_no_engine():
    assert translated({"b1/html": Text("<code>1 + 1</code>", True)}, Chain([]), Shelf()).texts == {
        "b1/html": "<code>1 + 1</code>"
    }
