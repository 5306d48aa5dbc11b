"""Taking texts apart and putting them together again."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from publisher.body import inline
from publisher.body.inline import Element, Node
from worker.engines.segment import Segment, to_xliff
from worker.translation.segments import put_together, segment_hash, slots, take_apart


def segments(html: str, language: str = "en") -> list[str]:
    return [to_xliff(slot.segment) for slot in slots(take_apart(inline.parse(html), language))]


def back(html: str) -> str:
    template = take_apart(inline.parse(html), "en")
    return inline.serialise(put_together(template, (slot.segment for slot in slots(template))))


def test_each_sentence_is_a_segment_and_marks_are_numbers():
    assert segments('The <a href="https://a.example">bridge</a> reopened. It <em>is <strong>old</strong></em>.') == [
        'The <pc id="1">bridge</pc> reopened.',
        'It <pc id="1">is <pc id="2">old</pc></pc>.',
    ]


def test_an_element_around_a_whole_sentence_is_not_sent():
    assert segments("<em>One sentence here. <strong>And another.</strong></em>") == [
        "One sentence here.",
        "And another.",
    ]


def test_no_sentence_is_cut_inside_an_element():
    assert segments('He <a href="/x">said so. Twice.</a> Then left.') == [
        'He <pc id="1">said so. Twice.</pc>',
        "Then left.",
    ]


def test_code_and_line_breaks_inside_a_sentence_travel_by_number_only():
    assert segments("Run <code>make</code> <em>or<br>not</em> now.") == [
        'Run <ph id="1"/> <pc id="2">or<ph id="3"/>not</pc> now.'
    ]


def test_what_has_no_words_is_not_sent():
    assert segments("2024<br><code>make test</code><br>— 42%") == []


def test_titles_end_no_sentence():
    assert segments("El Sr. Pérez vino. Luego se fue.", "es") == ["El Sr. Pérez vino.", "Luego se fue."]


def test_space_between_sentences_is_kept_as_it_was():
    html = "  One is here.\u00a0 Two is\tthere.<br> Three.  "
    assert back(html) == html


def test_the_hash_forgets_addresses_and_code_but_not_marks_languages_or_kind():
    def hashed(html: str, kind: str = "html", target: str = "es", policy: str = "Apertium") -> str:
        (slot,) = slots(take_apart(inline.parse(html), "en", kind))
        return segment_hash(slot.segment, "en", target, policy)

    first = hashed('Read <a href="/a">this</a>, run <code>x</code>.')
    assert hashed('Read  <a href="/b">this</a>, run <code>y</code>.') == first
    others = [
        hashed("Read this, run <code>x</code>."),
        hashed('Read <a href="/a">this</a>, run <code>x</code>.', kind="caption"),
        hashed('Read <a href="/a">this</a>, run <code>x</code>.', target="ca"),
        hashed('Read <a href="/a">this</a>, run <code>x</code>.', policy="Microsoft Translator>Apertium"),
    ]
    assert len({first, *others}) == 5


TEXT = st.text(st.sampled_from("ab É. ?!\u00a0\n1&<“"), min_size=1, max_size=12)


def nodes(depth: int = 2) -> st.SearchStrategy[tuple[Node, ...]]:
    leaf = st.one_of(TEXT, st.just(Element("br")), TEXT.map(lambda text: Element("code", (text,))))
    if not depth:
        return st.lists(leaf, max_size=3).map(tuple)
    element = st.builds(Element, st.sampled_from(["em", "strong"]), nodes(depth - 1))
    return st.lists(st.one_of(leaf, element), max_size=5).map(tuple)


@given(nodes())
def test_any_text_comes_back_as_it_was(tree: tuple[Node, ...]):
    html = inline.serialise(tree)
    assert back(html) == inline.serialise(inline.parse(html))


@given(nodes())
def test_every_segment_has_words_and_no_loose_space(tree: tuple[Node, ...]):
    def all_segments() -> Iterator[Segment]:
        return (slot.segment for slot in slots(take_apart(inline.parse(inline.serialise(tree)), "en")))

    assert all(any(letter.isalpha() for letter in segment.text) for segment in all_segments())
    assert all(segment.pieces[0].marks or not segment.text[0].isspace() for segment in all_segments())
