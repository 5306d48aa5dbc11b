"""The layers drawn without the script are those that the script draws."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent import notices
from consent.banner import drawn
from consent.banner.drawn import Left
from tests.consent.banner.living import Living
from tests.consent.factories import document

# What a layer is: elements, attributes and words; not what only a script or a press adds.
TREE = """(markup) => {
  const only = ["tabindex", "autofocus", "open", "inert"];
  const tree = (node) => node.nodeType === Node.TEXT_NODE ? node.textContent.replace(/\\s+/g, " ").trim() : [
    node.localName,
    [...node.attributes].filter(({ name }) => !only.includes(name)).map(({ name, value }) => name + "=" + value).sort(),
    [...node.childNodes].map(tree).filter((each) => each.length),
  ];
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  return tree((parsed.querySelector("template")?.content ?? parsed).querySelector(".layer"));
}"""
LEFT = Left({"necessary": True, "analytics": True, "marketing": False}, {"counter": True, "seller": False})
LAYER = "() => [...document.getElementById('imprimatur').shadowRoot.querySelectorAll('.layer')].at(-1).outerHTML"


@pytest.mark.e2e
def test_the_markup_is_that_of_the_script(served: Living, reader: Callable[..., Page]) -> None:
    page = reader()
    for position in ("bar", "modal"):
        site = served.site(position=position)
        notice = notices.of(site.document)
        nothing = Left({"necessary": True, "analytics": False, "marketing": False}, {"northlight": False})
        page.goto(site.page())
        expect(page.get_by_role("button", name="Preferences")).to_be_visible()
        for layer in ("question", "boxes"):
            if layer == "boxes":
                page.get_by_role("button", name="Preferences").click()
                expect(page.get_by_role("dialog", name="Cookie settings")).to_be_visible()
            real = page.evaluate(TREE, page.evaluate(LAYER))
            assert page.evaluate(TREE, drawn.page(notice, "en", layer, nothing)) == real, (position, layer)


def test_what_was_asked_and_signalled_is_drawn_and_nothing_can_be_ticked() -> None:
    notice = notices.of(document())
    texts = document()["texts"]["en"]
    question = drawn.page(notice, "en", "question", replace(LEFT, asked=["marketing"], gpc=True))
    assert "<li>Marketing</li>" in question and "<li>Analytics</li>" not in question and texts["gpc"] in question
    for layer in ("boxes", "form", "form-boxes"):
        page = drawn.page(notice, "en", layer, LEFT)
        assert page.count("<input") - page.count('type="hidden"') == page.count("inert") > 0
        assert "<script" not in page and "@import" not in page and "url(" not in page
    form = drawn.page(notice, "en", "form-boxes", LEFT)
    assert 'value="analytics" aria-describedby="about-analytics" checked' in form
    assert 'value="marketing" aria-describedby="about-marketing">' in form


@pytest.mark.parametrize("layer", drawn.LAYERS)
def test_texts_of_a_notice_stay_texts(layer: str) -> None:
    hostile: dict[str, Any] = document()
    for name in ("title", "settings", "body", "agree"):
        hostile["texts"]["en"][name] = "</style></template><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = drawn.page(notices.of(hostile), "en", layer, LEFT)
    assert "<script" not in page and "<img" not in page and page.count("</template>") == (not layer.startswith("form"))
