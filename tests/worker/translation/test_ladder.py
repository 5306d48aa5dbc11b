"""The rungs of the ladder, over HTTP to a server that spoils its answers."""

import uuid
from collections.abc import Iterator, Sequence

import pytest

from tests.azure_server.server import AzureServer
from tests.worker.translation.segment_forms import segment, to_xliff
from worker.engines.azure import Azure
from worker.engines.segment import Segment
from worker.translation.ladder import Ask, Ladder

LINK = 'Read <pc id="1">this page</pc> and <pc id="2">that book</pc>.'


@pytest.fixture
def ask(azure_server: AzureServer) -> Iterator[Ask]:
    engine = Azure("test-key", endpoint=azure_server.url)

    def ask(segments: Sequence[Segment]) -> list[Segment]:
        return engine.translate(segments, "en", "es", str(uuid.uuid4()))

    yield ask
    engine.close()


def climbed(ask: Ask, *written: str) -> list[str | None]:
    made = dict(Ladder(ask, "es").climb([segment(each) for each in written]))
    return [to_xliff(made[at]) if at in made else None for at in range(len(written))]


def test_good_answers_take_one_call(azure_server: AzureServer, ask: Ask):
    assert climbed(ask, LINK, "One more.") == [
        'daeR·es <pc id="1">siht·es egap·es</pc> dna·es <pc id="2">taht·es koob·es</pc>.',
        "enO·es erom·es.",
    ]
    assert len(azure_server.state.requests) == 1


@pytest.mark.parametrize("fault", ["drop-tags", "duplicate-tags"])
def test_lost_and_doubled_marks_are_put_back_around_their_own_words(azure_server: AzureServer, ask: Ask, fault: str):
    azure_server.state.faults.append(fault)
    assert climbed(ask, LINK) == ['daeR·es <pc id="1">siht·es egap·es</pc> dna·es <pc id="2">taht·es koob·es</pc>.']
    assert azure_server.state.texts[1:] == [
        '<p id="0">Read this page and that book.</p>',
        '<p id="1">this page</p>',
        '<p id="2">that book</p>',
    ]


@pytest.mark.parametrize("fault", ["space-tags", "glue-tags"])
def test_spaces_at_marks_need_no_second_call(azure_server: AzureServer, ask: Ask, fault: str):
    azure_server.state.faults.append(fault)
    assert climbed(ask, LINK) == ['daeR·es <pc id="1">siht·es egap·es</pc> dna·es <pc id="2">taht·es koob·es</pc>.']
    assert len(azure_server.state.requests) == 1


def test_a_phrase_that_stands_in_two_places_is_translated_run_by_run(azure_server: AzureServer, ask: Ask):
    azure_server.state.faults.append("drop-tags")
    assert climbed(ask, 'The book of <pc id="1">the book</pc> is old.') == [
        'ehT·es koob·es fo·es <pc id="1">eht·es koob·es</pc> si·es dlo·es.'
    ]
    assert len(azure_server.state.requests) == 3


def test_what_no_rung_cures_is_handed_back(azure_server: AzureServer, ask: Ask):
    azure_server.state.faults.append("drop-numbers")
    assert climbed(ask, "In the year 1976.") == [None]
    azure_server.state.faults.extend(["drop-tags", "source", "source"])
    assert climbed(ask, 'Read <pc id="1">this very long page</pc> about old books.') == [None]


def test_source_text_is_never_a_translation(azure_server: AzureServer, ask: Ask):
    azure_server.state.faults.append("source")
    assert climbed(ask, "The bridge will open again in spring.") == [None]
