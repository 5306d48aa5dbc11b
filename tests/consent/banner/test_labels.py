"""No label breaks inside a word, and the answers stay of one size: on every screen, in every language we have."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consent.banner import texts
from tests.consent.banner.living import Living

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]

WIDTHS = (320, 390, 412, 600, 1280)

# The words that are drawn in several pieces or leave their button. After a hyphen of its own a word may break, and Thai
# has no spaces to tell its words by.
BROKEN = """
root => [...root.querySelectorAll(".buttons :is(button, summary):not(.purposes *)")].flatMap((button) => {
  const text = document.createTreeWalker(button, NodeFilter.SHOW_TEXT).nextNode();
  const { left, right } = button.getBoundingClientRect();
  return [...text.data.matchAll(/[^\\s\\-\\u0e00-\\u0e7f]+/gu)].filter(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const { length, 0: box } = range.getClientRects();
    return length !== 1 || box.left < left || box.right > right;
  }).map(([word]) => word);
})"""

SIZES = """
root => [...root.querySelectorAll(".buttons button")].map((button) => button.offsetWidth + "x" + button.offsetHeight)"""


def say(page: Page, root: str, wording: dict[str, str], *actions: str) -> None:
    """Put a language's labels on the buttons, and let the banner fit them as it does when a window changes."""
    labels = [wording[action] for action in actions]
    page.evaluate(
        f"(labels) => {{ [...({root}).querySelectorAll('.buttons :is(button, summary):not(.purposes *)')]"
        ".forEach((button, at) => { button.textContent = labels[at] }); dispatchEvent(new Event('resize')) }",
        labels,
    )


@pytest.mark.parametrize("position", ["bar", "box", "modal"])
def test_labels_of_the_banner(served: Living, reader: Reader, position: str) -> None:
    page, root = reader(), "document.querySelector('#imprimatur').shadowRoot"
    page.goto(served.site(position=position).page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    broken, unequal = {}, {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for language in texts.languages():
            say(page, root, texts.standard([language], [])[language], "refuse", "preferences", "agree")
            if words := page.evaluate(f"({BROKEN})({root})"):
                broken[language, width] = words
            if len(set(sizes := page.evaluate(f"({SIZES})({root})"))) > 1:
                unequal[language, width] = sizes
    assert (broken, unequal) == ({}, {})


def test_labels_of_the_choice_per_purpose(served: Living, reader: Reader) -> None:
    page, root = reader(), "document.querySelector('#imprimatur').shadowRoot.querySelector('dialog')"
    page.goto(served.site().page())
    page.get_by_role("button", name="Preferences").click()
    broken = {}
    for width in (320, 390, 600):
        page.set_viewport_size({"width": width, "height": 800})
        for language in texts.languages():
            say(page, root, texts.standard([language], [])[language], "withdraw", "save", "agree")
            if words := page.evaluate(f"({BROKEN})({root})"):
                broken[language, width] = words
    assert broken == {}


@pytest.mark.parametrize("width", [320, 390, 660])
def test_labels_of_the_form(served: Living, reader: Reader, width: int) -> None:
    page = reader(viewport={"width": width, "height": 800})
    page.goto(f"{served.url}/v1/sites/{served.site().id}/banner")
    broken = {}
    for language in texts.languages():
        say(page, "document", texts.standard([language], [])[language], "refuse", "preferences", "save", "agree")
        page.evaluate("document.querySelector('summary').parentElement.open = false")
        if words := page.evaluate(f"({BROKEN})(document)"):
            broken[language] = words
    assert broken == {}
    columns = {answer.evaluate("answer => answer.offsetLeft") for answer in page.locator(".buttons > *").all()}
    assert len(columns) == (3 if width > 640 else 1)
