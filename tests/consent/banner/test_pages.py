import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from consent.banner import pages, texts

PURPOSES = ("necessary", "analytics", "marketing")
NOTICE: dict[str, Any] = {
    "site": "newsroom",
    "controller": {
        "name": "<b>Harbour & Co</b>",
        "address": "1 Quay Street",
        "email": "privacy@harbour.example",
        "privacy_policy": "https://harbour.example/privacy",
    },
    "purposes": [{"id": purpose, "required": purpose == "necessary"} for purpose in PURPOSES],
    "vendors": [
        {"id": "ads", "name": "Northlight", "purposes": ["marketing"], "privacy_policy": "https://ads.example/"}
    ],
    "layout": {"position": "bar", "buttons": ["refuse", "preferences", "agree"]},
    "texts": texts.standard(["en", "ar"], PURPOSES) | {"sw": texts.standard(["en"], PURPOSES)["en"]},
}
FIRST = pages.FormPage(NOTICE, "en", "ltr", "a-token", "/v1/consents", "/pages.css", open=("analytics", "marketing"))
CHOSEN_AT = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)


def decided(**purposes: bool) -> pages.FormPage:
    decision = pages.Decision({"necessary": True, **purposes}, {}, CHOSEN_AT, "/v1/receipts/r")
    return replace(FIRST, open=(), decision=decision)


class Forms(HTMLParser):
    """Collects each form's fields as a browser would submit them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"boxes": {}})
        elif tag == "input" and given.get("type") == "checkbox":
            self.forms[-1]["boxes"][given["value"]] = "checked" in given
        elif tag in ("input", "button") and "name" in given:
            self.forms[-1][given["name"]] = given["value"]


def forms(page: pages.FormPage) -> dict[str, dict[str, Any]]:
    return {form["action"]: form for form in Forms(pages.form(page)).forms}


def test_first_form_offers_the_three_answers_in_the_order_of_the_notice() -> None:
    assert list(forms(FIRST)) == ["refuse", "preferences", "agree"]


def test_no_optional_purpose_is_ticked_before_the_reader_does() -> None:
    assert forms(FIRST)["preferences"]["boxes"] == {"analytics": False, "marketing": False, "ads": False}


def test_boxes_stand_in_a_form_whose_only_button_saves() -> None:
    """Enter in a box presses the form's first button: it must not be one that agrees."""
    assert [action for action, form in forms(FIRST).items() if form["boxes"]] == ["preferences"]


def test_every_form_brings_back_the_display_token_and_an_event_id_of_its_own() -> None:
    found = forms(FIRST)
    assert {form["display"] for form in found.values()} == {"a-token"}
    assert len({form["event_id"] for form in found.values()}) == 3


def test_purposes_are_named_before_the_first_button() -> None:
    page = pages.form(FIRST)
    assert page.index("Marketing") < page.index("<button")


def test_withdrawal_takes_the_place_of_refusal_once_something_was_given() -> None:
    found = forms(decided(analytics=True, marketing=False))
    assert list(found) == ["withdraw", "preferences", "agree"]
    assert "display" not in found["withdraw"]
    assert found["preferences"]["boxes"] == {"analytics": True, "marketing": False, "ads": False}


def test_after_refusal_there_is_nothing_to_withdraw() -> None:
    assert list(forms(decided(analytics=False, marketing=False))) == ["refuse", "preferences", "agree"]


def test_own_choice_is_told_with_its_date_and_receipt() -> None:
    page = pages.form(decided(analytics=True, marketing=False))
    assert "Your choice of November 23, 2026, 18:05 UTC." in page
    assert 'href="/v1/receipts/r"' in page
    assert re.search(r"Analytics:\s*<strong>Allowed", page)
    assert re.search(r"Marketing:\s*<strong>Refused", page)


def test_choice_under_an_older_notice_lacks_the_new_purposes() -> None:
    assert forms(decided(analytics=True))["preferences"]["boxes"] == {
        "analytics": True,
        "marketing": False,
        "ads": False,
    }


def test_saved_is_said_after_a_choice_only() -> None:
    assert "Your choice has been saved." in pages.form(replace(decided(), saved=True))
    assert "Your choice has been saved." not in pages.form(decided())


@pytest.mark.parametrize("page", [FIRST, decided(analytics=True)])
def test_pages_hold_no_script_no_style_and_no_markup_of_the_notice(page: pages.FormPage) -> None:
    html = pages.form(page)
    assert "<script" not in html and "style=" not in html and "<style" not in html
    assert "&lt;b&gt;Harbour &amp; Co&lt;/b&gt;" in html


def test_signal_of_the_browser_is_answered() -> None:
    assert "Opt-Out Request Honored" in pages.form(replace(FIRST, gpc=True))
    assert "Opt-Out Request Honored" not in pages.form(FIRST)


def test_language_and_direction_are_said() -> None:
    assert '<html lang="ar" dir="rtl">' in pages.form(replace(FIRST, language="ar", direction="rtl"))


def receipt_page(**changes: Any) -> str:
    page = pages.ReceiptPage(
        record="5f0c0000-0000-8000-8000-000000000000",
        event="given",
        purposes={"necessary": True, "analytics": True, "marketing": False},
        chosen_at=CHOSEN_AT,
        valid_until=datetime(2027, 5, 22, 18, 5, tzinfo=UTC),
        notice=NOTICE,
        notice_sha256="9f86" * 16,
        language="en",
        direction="ltr",
        index=4711,
        notice_url="/v1/notices/9f86",
        download_url="/v1/receipts/5f0c?format=json",
        own_url="/me",
        style_url="/pages.css",
    )
    return pages.receipt(replace(page, **changes))


def test_receipt_tells_what_when_and_by_which_notice() -> None:
    html = receipt_page()
    assert "November 23, 2026, 18:05 UTC" in html and "May 22, 2027" in html
    assert "<code>4711</code>" in html and "9f86" * 16 in html
    assert "consent verify receipt-5f0c0000-0000-8000-8000-000000000000.json" in html
    assert len(re.findall('class="given"', html)) == 2 and len(re.findall('class="refused"', html)) == 1


@pytest.mark.parametrize("language", texts.languages())
def test_receipt_of_a_choice_in_part_does_not_say_that_the_reader_agreed(language: str) -> None:
    notice = NOTICE | {"texts": texts.standard([language], PURPOSES)}
    words = texts.pages(language)[1]
    in_part = receipt_page(notice=notice, language=language)
    assert headline(in_part) == words["receipt"]
    whole = receipt_page(notice=notice, language=language, purposes=dict.fromkeys(PURPOSES, True))
    assert headline(whole) == words["event_given"]


def headline(html: str) -> str:
    return unescape(html.split("<h1>")[1].split("</h1>")[0])


@pytest.mark.parametrize(("event", "told"), [("refused", "You refused"), ("withdrawn", "You withdrew")])
def test_receipt_opens_with_what_the_reader_did(event: str, told: str) -> None:
    assert told in receipt_page(event=event)


def test_receipt_says_when_the_log_has_no_entry_yet() -> None:
    assert "being written" in receipt_page(index=None)


def test_receipt_in_a_language_without_own_words_marks_what_is_in_which() -> None:
    html = receipt_page(language="sw")
    assert '<html lang="en"' in html and '<ul class="decisions" lang="sw"' in html


def test_moment_falls_back_to_english_for_a_language_unknown_to_cldr() -> None:
    assert pages.moment(CHOSEN_AT, "qaa") == "November 23, 2026, 18:05 UTC"


def test_moment_is_written_as_its_readers_write_it() -> None:
    assert pages.moment(CHOSEN_AT, "es") == "23 de noviembre de 2026, 18:05 UTC"
    assert pages.moment(CHOSEN_AT, "zh-Hant") == "2026年11月23日, 18:05 UTC"
