"""Inline HTML as people type it, and back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.body import inline, inline_markdown
from publisher.body.inline import Element, InlineError, Node

WORDS = st.text(st.sampled_from("ab *_`[]()<>&\\!#;.~\"'\n é\u0639"), min_size=1, max_size=8)
HREFS = st.sampled_from(["/a", "https://example.org/a_b*(c)", "/é", "mailto:a@b.example", "/a)b"])


def _elements(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    marked = st.builds(Element, st.sampled_from(["em", "strong", "code"]), children)
    return marked | st.builds(Element, st.just("a"), children, HREFS) | st.just(Element("br"))


TREES = st.lists(st.recursive(WORDS, _elements, max_leaves=6), min_size=1, max_size=4).map(tuple)


@given(TREES)
@example((Element("em", (" a ",)), "b"))
@example(("a", Element("br"), " b"))
@example((Element("code", ("`",)),))
@example((Element("a", (Element("em", ("x",)),), "/a)b"),))
def test_what_is_written_is_read_back_as_it_was(tree: tuple[Node, ...]) -> None:
    try:
        html = inline.serialise(inline.parse(inline.serialise(tree)))
    except InlineError:
        return  # a link within a link
    text = inline_markdown.write(html)
    assert inline.serialise(inline.parse(inline_markdown.read(text))) == html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("The <em>last</em> bolt.", "The *last* bolt."),
        ("<strong>Not</strong> 2 * 3", "**Not** 2 \\* 3"),
        ('See <a href="/x">this <em>one</em></a>', "See [this *one*](/x)"),
        ("One<br>two", "One\\\ntwo"),
        ("<code>a_b</code> &amp; c", "`a_b` & c"),
        ("a &lt; b", "a \\< b"),
    ],
)
def test_people_get_plain_marks_to_type(html: str, text: str) -> None:
    assert inline_markdown.write(html) == text


def test_a_picture_within_a_text_is_refused() -> None:
    with pytest.raises(InlineError, match="alone in its paragraph"):
        inline_markdown.read("See ![this](a.jpg)")
