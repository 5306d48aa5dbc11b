"""Rectifying a record at the console."""

import json
import re
from html import unescape

from werkzeug.test import Client

from tests.consent.console.officer import OWN, RECORDS, read
from tests.consent.console.test_reauthentication import post
from tests.consent.console.test_subjects import officer
from tests.consent.service import Service

RIGHT = {"purpose-analytics": "given", "purpose-marketing": "given", "reason": "misheard <b>"}


def chosen(service: Service) -> str:
    """Let a reader take analytics alone; return the record."""
    choice = service.browser().choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()
    return str(choice["record"])


def hidden(page: str) -> dict[str, str]:
    form = page.partition('class="answer"')[2]
    return {name: unescape(text) for name, text in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def newest(client: Client) -> str:
    found = re.search(rf'href="{RECORDS}/([0-9a-f-]{{36}})"', read(client, RECORDS))
    assert found is not None
    return found[1]


def test_a_record_is_superseded_by_one_that_is_right_after_the_page_has_said_what_changes(service: Service) -> None:
    wrong, client = chosen(service), officer(service)
    before = read(client, f"{RECORDS}/{wrong}")
    assert re.search(r'id="given-analytics"[^>]* checked', before) and re.search(
        r'id="refused-marketing"[^>]* checked', before
    )
    asked = post(client, f"{RECORDS}/{wrong}/rectification", **RIGHT)
    assert asked.status_code == 200 and "misheard &lt;b&gt;" in asked.text
    assert (
        "is given in it." in asked.text and "is refused in it." not in asked.text and "1 other purpose as" in asked.text
    )
    service.drain()
    assert newest(client) == wrong
    answers = [post(client, f"{RECORDS}/{wrong}/rectification", **hidden(asked.text)) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303] and answers[0].location == answers[1].location
    assert "on disk" in client.get(answers[0].location, base_url=OWN).text
    service.drain()
    right = newest(client)
    assert answers[0].location.endswith(f"{wrong}?rectified={right}")
    page = read(client, f"{RECORDS}/{right}")
    assert "misheard &lt;b&gt;" in page and wrong in page and "<dd>rectify</dd>" in page
    assert read(client, f"{RECORDS}/{wrong}").count(">given<") == before.count(">given<")


def test_a_correction_that_is_none_is_named_and_keeps_what_was_said(service: Service) -> None:
    wrong, client = chosen(service), officer(service)
    address = f"{RECORDS}/{wrong}/rectification"
    for change, told in (
        ({"reason": " "}, "expected some text"),
        ({"reason": "x" * 201}, "expected at most 200 characters"),
        ({"purpose-marketing": "refused"}, "a decision that differs"),
        ({"purpose-marketing": "maybe"}, "given or refused for marketing"),
    ):
        answer = post(client, address, **{**RIGHT, **change}, confirmed="yes")
        assert answer.status_code == 422 and told in answer.text, change
    assert 'value="misheard &lt;b&gt;"' in answer.text
    assert post(client, address, **RIGHT, event_id="none", confirmed="yes").status_code == 422
    assert post(client, address, **RIGHT, csrf="guessed", confirmed="yes").status_code == 403
    service.drain()
    seen = [json.loads(each.body) for each in service.app.extensions["consent"].act_log.page(9, kind="access")]
    assert [each["filter"] for each in seen] == [{"record": wrong}] * 5  # each of these pages tells the record
    assert newest(client) == wrong


def test_who_may_not_rectify_and_what_cannot_be_show_no_form(service: Service) -> None:
    wrong = chosen(service)
    auditor, elsewhere = officer(service, "auditor"), officer(service, site="another")
    assert "Rectify it" not in read(auditor, f"{RECORDS}/{wrong}")
    assert post(auditor, f"{RECORDS}/{wrong}/rectification", **RIGHT, confirmed="yes").status_code == 403
    assert post(elsewhere, f"{RECORDS}/{wrong}/rectification", **RIGHT, confirmed="yes").status_code == 404
    client = officer(service)
    page = read(client, f"{RECORDS}/{wrong}")
    subject = re.search(r"/console/subjects/([0-9a-f-]{36})", page)
    assert subject is not None and "Rectify it" in page
    post(client, f"/console/subjects/{subject[1]}", act="erase", rule="GDPR Art. 17(1)(b)", confirmed="yes")
    service.drain()
    assert "Rectify it" not in read(client, f"{RECORDS}/{wrong}")
    assert post(client, f"{RECORDS}/{wrong}/rectification", **RIGHT, confirmed="yes").status_code == 422
