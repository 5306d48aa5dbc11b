import base64
import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import delete

from consent import notices
from consent.banner import assets
from consent.roles import ROLES
from consent.store.notices import Notices
from consent.store.site_tables import served_file
from tests.consent.console.officer import OWN, RECORDS, make_token, read, sign_in
from tests.consent.factories import document
from tests.consent.service import Service
from tests.consent.site_server import SiteServer


def test_records_are_found_by_the_filters_in_the_address(service: Service) -> None:
    given, refused = service.browser().choose("agree"), service.browser().choose("refuse")
    service.drain()
    client, _ = sign_in(service)
    page = read(client, RECORDS + "?purpose=analytics&decision=given")
    assert given["record"] in page and refused["record"] not in page
    assert "<option selected>analytics</option>" in page
    assert "/console/exports?purpose=analytics&amp;decision=given" in page


def test_empty_fields_leave_the_address(service: Service) -> None:
    client, _ = sign_in(service)
    answer = client.get(RECORDS + "?site=&event=given&subject=+", base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, RECORDS + "?event=given")


def test_a_wrong_filter_is_named_beside_its_field(service: Service) -> None:
    client, _ = sign_in(service)
    answer = client.get(RECORDS + "?subject=me&from=yesterday", base_url=OWN)
    assert answer.status_code == 422
    assert 'id="subject-fault"' in answer.text and 'id="from-fault"' in answer.text


def test_days_are_whole_days_in_utc(service: Service) -> None:
    taken = service.browser().choose("agree")
    service.drain()
    client, _ = sign_in(service)
    day = re.search(r'<time datetime="([0-9-]{10})', read(client, RECORDS))
    assert day is not None
    assert taken["record"] in read(client, f"{RECORDS}?from={day[1]}&to={day[1]}")
    assert taken["record"] not in read(client, f"{RECORDS}?to=2020-01-01")


def test_pages_lead_to_the_older_and_back(service: Service) -> None:
    taken = [service.browser().choose("agree")["record"] for _ in range(3)]
    service.drain()
    client, _ = sign_in(service)
    first = read(client, RECORDS + "?limit=2&event=given")
    older = re.search(r'href="([^"]+)">Older', first)
    assert older is not None and taken[0] not in first
    second = read(client, older[1].replace("&amp;", "&"))
    assert taken[0] in second and taken[1] not in second
    assert f'href="{RECORDS}?event=given">← Newest' in second


def test_a_record_shows_decision_notice_and_proof(service: Service) -> None:
    taken = service.browser().choose("preferences", purposes={"analytics": True, "marketing": False}, page="/en/slug")
    service.drain()
    client, _ = sign_in(service)
    page = read(client, f"{RECORDS}/{taken['record']}")
    for shown in ("/en/slug", taken["notice"], taken["receipt"], "tlog-proof@v1"):
        assert shown in page
    assert page.count("the one of this release") == 2
    question, boxes = (each.replace("&amp;", "&") for each in re.findall(r'<iframe sandbox .*?src="([^"]+)"', page))
    frame = client.get(question, base_url=OWN)
    assert document()["texts"]["en"]["body"] in frame.text and "<script" not in frame.text
    policy = frame.headers["Content-Security-Policy"]
    assert policy.endswith("; sandbox") and "frame-ancestors 'self'" in policy and "script" not in policy
    drawn = read(client, boxes)
    assert re.findall(r'(checked)? id="(\w+)" aria-d', drawn) == [("checked", "analytics"), ("", "marketing")]


def test_a_layer_is_drawn_for_who_may_see_its_site_and_for_nothing_else(service: Service) -> None:
    service.browser().choose("agree")
    client, _ = sign_in(service)
    layers = f"/console/notices/{notices.of(document()).sha256}/layers"
    assert "Agree to all" in read(client, f"{layers}/form?language=en")
    for address, status in (
        ("question?language=fr", 404),
        ("poster", 404),
        ("question?colour=red", 422),
        ("boxes?at=-1", 422),
    ):
        assert client.get(f"{layers}/{address}", base_url=OWN).status_code == status, address
    elsewhere, _ = sign_in(service, make_token(service, site="gazette"))
    assert elsewhere.get(f"{layers}/question", base_url=OWN).status_code == 404
    assert service.app.test_client().get(f"{layers}/question", base_url=OWN).status_code == 302


def test_a_notice_wears_the_style_that_drew_it_in_later_releases_and_without_it_is_told_plainly(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = service.browser().choose("agree")
    withdrawn = service.browser().choose("withdraw")
    service.drain()
    client, _ = sign_in(service)
    drew = assets.of("banner.css", notices.of(document()))
    later = replace(drew, body=b"/* of a later release */")
    monkeypatch.setattr(assets, "of", lambda name, notice: later)
    page = read(client, f"{RECORDS}/{taken['record']}")
    frame = re.search(r'<iframe sandbox src="([^"]+layers/question[^"]+)"', page)
    assert frame is not None and page.count("of another release, kept here") == 2
    drawn = read(client, unescape(frame[1]))
    assert base64.b64encode(drew.body).decode() in drawn
    assert client.get(unescape(frame[1]).replace(drew.sha256, "0" * 64), base_url=OWN).status_code == 404
    assert client.get(unescape(frame[1]).replace(drew.sha256, "../x"), base_url=OWN).status_code == 422
    with service.engine.begin() as connection:
        connection.execute(delete(served_file))
    assert client.get(unescape(frame[1]), base_url=OWN).status_code == 404
    page = read(client, f"{RECORDS}/{taken['record']}")
    assert (
        "<iframe" not in page and "their look is not" in page and page.count("of another release, not kept here") == 2
    )
    assert document()["texts"]["en"]["body"] in page
    assert "Nothing that we know of" in read(client, f"{RECORDS}/{withdrawn['record']}")


def test_a_record_that_is_not_there_is_a_page_that_says_so(service: Service) -> None:
    client, _ = sign_in(service)
    answer = client.get(f"{RECORDS}/00000000-0000-8000-8000-000000000000", base_url=OWN)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    taken = service.browser().choose("agree")
    assert "It is on disk" in client.get(f"{RECORDS}/{taken['record']}", base_url=OWN).text


def test_a_sites_officer_sees_that_site_only(service: Service) -> None:
    taken = service.browser().choose("agree")
    service.drain()
    client, _ = sign_in(service, make_token(service, site="gazette"))
    assert taken["record"] not in read(client, RECORDS)
    assert client.get(f"{RECORDS}/{taken['record']}", base_url=OWN).status_code == 404


def test_an_editor_reads_no_record_and_is_told_why(service: Service) -> None:
    taken = service.browser().choose("agree")
    service.drain()
    client, _ = sign_in(service, make_token(service, *ROLES["editor"].scopes))
    for path in (RECORDS, f"{RECORDS}/{taken['record']}", f"{RECORDS}/{taken['record']}.tlog-proof"):
        answer = client.get(path, base_url=OWN)
        assert answer.status_code == 403 and "lacks the scope audit:read" in answer.text
    assert ">Records<" not in read(client, "/console")


def test_texts_of_a_notice_are_shown_and_not_run(service: Service) -> None:
    hostile = document()
    hostile["texts"]["en"]["title"] = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    Notices(service.engine).publish(notices.of(hostile), 2)
    service.app.extensions["consent"].catalogue.forget()
    taken = service.browser().choose("agree", page='/"><script>alert(1)</script>')
    service.drain()
    client, _ = sign_in(service)
    page = read(client, f"{RECORDS}/{taken['record']}")
    assert "<script>" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_a_choice_in_an_account_leads_to_the_others_of_it(service: Service) -> None:
    server = SiteServer(service)
    taken = server.choose("ada", "refuse")
    server.choose("bob", "agree")
    service.drain()
    client, _ = sign_in(service)
    page = read(client, f"{RECORDS}/{taken['record']}")
    assert "settings-page" in page
    assert "none: chosen outside the banner" in page and "/console/records?account=ada&amp;site=newsroom" in page
    found = read(client, RECORDS + "?account=ada&site=newsroom")
    assert found.count('data-label="Event"') == 1


def test_a_record_s_proof_is_a_file_for_an_officer_who_may_see_it(service: Service) -> None:
    record = service.browser().choose("agree")["record"]
    service.drain()
    client, _ = sign_in(service)
    assert f'href="/console/records/{record}.tlog-proof"' in read(client, f"{RECORDS}/{record}")
    answer = client.get(f"{RECORDS}/{record}.tlog-proof", base_url=OWN)
    assert answer.text.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{record}.tlog-proof"'
    elsewhere, _ = sign_in(service, make_token(service, site="another"))
    assert elsewhere.get(f"{RECORDS}/{record}.tlog-proof", base_url=OWN).status_code == 404
    nobody = service.app.test_client().get(f"{RECORDS}/{record}.tlog-proof", base_url=OWN)
    assert nobody.status_code == 302


def test_columns_are_chosen_and_stay_with_the_search(service: Service) -> None:
    reader = service.browser()
    for _ in range(2):
        reader.choose("agree", page="/en/slug")
    service.drain()
    client, _ = sign_in(service)
    assert "/en/slug" not in read(client, RECORDS)
    ticked = client.get(f"{RECORDS}?action=agree&limit=1&columns=page&columns=event", base_url=OWN)
    assert ticked.headers["Location"] == f"{RECORDS}?action=agree&limit=1&columns=page,event"
    page = read(client, ticked.headers["Location"])
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', page)
    assert heads == ["Received (UTC)", "Event", "Page"] and page.count("/en/slug") == 1
    older = re.search(r'href="([^"]+)">Older', page)
    assert older is not None and "columns=page,event" in older[1] and "/en/slug" in read(client, unescape(older[1]))
    assert '/console/exports?action=agree"' in page
    usual = "event", "decisions", "site", "language", "subject", "layer", "entry"
    plain = client.get(RECORDS, query_string=[("columns", name) for name in usual], base_url=OWN)
    assert plain.headers["Location"] == RECORDS
    assert client.get(f"{RECORDS}?columns=salt", base_url=OWN).status_code == 422
