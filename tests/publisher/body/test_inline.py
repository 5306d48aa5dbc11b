import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.body.inline import Element, InlineError, parse, plain_text, serialise

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
HREFS = st.sampled_from(["https://example.org/?a=1&b=2", "http://e.org", "mailto:a@b.example", "/en/a-path"])


def _trees(inside_link: bool = False) -> st.SearchStrategy[Element | str]:
    leaves = TEXT | st.just(Element("br"))

    def branch(children: st.SearchStrategy[Element | str]) -> st.SearchStrategy[Element | str]:
        some = st.lists(children, max_size=3).map(_joined)
        return st.builds(Element, st.sampled_from(["em", "strong", "code"]), some)

    return st.recursive(leaves, branch, max_leaves=6)


def _joined(nodes: list[Element | str]) -> tuple[Element | str, ...]:
    """Neighbouring texts are one, as a parser sees them."""
    out: list[Element | str] = []
    for node in nodes:
        if isinstance(node, str) and out and isinstance(out[-1], str):
            out[-1] += node
        else:
            out.append(node)
    return tuple(out)


@given(st.lists(_trees() | st.builds(lambda text, href: Element("a", (text,), href), TEXT, HREFS)).map(_joined))
def test_what_is_written_reads_back_as_the_same_tree(tree: tuple[Element | str, ...]) -> None:
    assert parse(serialise(tree)) == tree


@given(st.text())
def test_any_text_is_refused_or_becomes_a_fixed_point(text: str) -> None:
    try:
        written = serialise(parse(text))
    except InlineError:
        return
    assert serialise(parse(written)) == written


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<script>alert(1)</script>", "got <script>"),
        ("<SCRIPT src=x>", "got <script>"),
        ("<em onclick=x>a</em>", "onclick on <em>"),
        ('<a href="/x" target="_blank">a</a>', "target on <a>"),
        ('<a href="javascript:alert(1)">a</a>', "javascript:alert"),
        ('<a href="java&#10;script:alert(1)">a</a>', "without spaces or control characters"),
        ('<a href="//evil.example">a</a>', "//evil.example"),
        ('<a href="/\\evil.example">a</a>', "control characters"),
        ('<a href="data:text/html,x">a</a>', "data:"),
        ("<a>a</a>", "expected one href"),
        ('<a href="/a"><em><a href="/b">x</a></em></a>', "no link inside a link"),
        ("<em>a", "expected </em>"),
        ("a</em>", "got </em>"),
        ("<em><strong>a</em></strong>", "expected </strong>, got </em>"),
        ("<em/>", "got <em/>"),
        ("<!-- a -->", "<!-- -->"),
        ("<!doctype html>", "<!doctype html>"),
        ("<?php x ?>", "<?php"),
        ("<![CDATA[x]]>", "CDATA"),
        ("text <a hre", "a finished tag"),
        ("<p>a</p>", "got <p>"),
        ("<img src=x onerror=alert(1)>", "got <img>"),
        ("<svg/onload=alert(1)>", "got <svg>"),
    ],
)
def test_what_is_not_on_the_list_is_refused_by_name(html: str, told: str) -> None:
    with pytest.raises(InlineError) as refused:
        parse(html)
    assert told in str(refused.value)


def test_entities_and_lone_angles_become_one_canonical_form() -> None:
    assert serialise(parse("a &lt; b &amp; c < d &eacute;<br/>")) == "a &lt; b &amp; c &lt; d é<br>"


def test_plain_text_is_without_markup() -> None:
    assert plain_text(parse("a <em>b<br>c</em> &lt;d&gt;")) == "a b c <d>"
