import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from consent import verify
from consent.iab import gpp_string, tc_string, tcf
from consent.iab.tc_string import TcString
from consent.iab.tcf import Cmp, Decisions
from consent.iab.vendor_ids import VendorIds
from consent.notices import of
from consent.store.notices import Notices
from tests.consent.factories import document
from tests.consent.iab import notices, reference
from tests.consent.service import ORIGIN, Browser, Service, start

CMP = Cmp(300, 7)
#: Vectors of one section, by its name and what they say of sale.
GPP = {
    f"{name}-{fields['SaleOptOut']}": text
    for sections, text in reference.vectors()["gpp"]
    for name, fields in sections.items()
    if len(sections) == 1
}
LIST = Path(notices.__file__).parent / "vendor-list.json"


def running(redis_url: str, tmp_path: Path, migrated: Path, **settings: Any) -> Service:
    path = shutil.copy(migrated, tmp_path / "consent.db")
    given = {"cmp_id": CMP.id, "cmp_version": CMP.version, "vendor_list": str(LIST), "region_header": "X-Region"}
    return start(redis_url, f"sqlite:///{path}", tmp_path, **given | settings)


@pytest.fixture
def service(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Service]:
    service = running(redis_url, tmp_path, migrated)
    yield service
    service.app.extensions["ledger"].engine.dispose()
    service.engine.dispose()
    service.redis.close()


def publish(service: Service, **changes: Any) -> TestResponse:
    body = document(**(notices.tcf() | changes))
    answer = service.app.test_client().put(
        "/v1/sites/newsroom/notices", json=body, headers=service.token("notices:write")
    )
    return answer


@pytest.fixture
def browser(service: Service) -> Browser:
    assert publish(service).status_code == 201
    return service.browser()


def said(browser: Browser, given: bool = True, **changes: Any) -> TcString:
    """Say what a page says of an agreement to everything, or a refusal, with fields changed."""
    notice = browser.service.app.extensions["consent"].catalogue.current("newsroom")
    purposes = {purpose: required or given for purpose, required in notice.purposes.items()}
    vendors = {vendor: all(purposes[each] for each in asked) for vendor, asked in notice.vendors.items()}
    made = tcf.statement(Decisions(notice, purposes, vendors, "en"), CMP, notices.listed(), browser.service.clock())
    return replace(made, **changes)


def test_a_string_that_says_what_was_decided_goes_into_the_record(browser: Browser) -> None:
    text = tc_string.encode(said(browser))

    browser.choose("agree", tc_string=text)

    assert browser.service.recorded()[-1]["tc_string"] == text


def test_the_string_stands_wherever_the_record_is_told(browser: Browser) -> None:
    text = tc_string.encode(said(browser))
    taken = browser.choose("agree", tc_string=text, gpp_string=GPP["usca-2"])
    service = browser.service
    service.drain()

    receipt = browser.client.get(f"/v1/receipts/{taken['record']}")
    assert receipt.get_json(force=True)["dpv:hasRecordOfActivity"]["dpv:hasIndicationMethod"]["tc_string"] == text
    assert list(verify.check_receipt(receipt.data))
    audited = browser.client.get("/v1/audit/records", headers=service.token("audit:read")).get_json()["records"]
    assert [(each["tc_string"], each["gpp_string"]) for each in audited] == [(text, GPP["usca-2"])]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cmp_id": 301}, "cmp_id 300, got 301"),
        ({"cmp_version": 8}, "cmp_version 7, got 8"),
        ({"vendor_list_version": 56}, "vendor_list_version 57, got 56"),
        ({"policy_version": 4}, "policy_version 5, got 4"),
        ({"is_service_specific": False}, "is_service_specific true, got false"),
        ({"purpose_one_treatment": True}, "purpose_one_treatment false, got true"),
        ({"publisher_country": "FR"}, "publisher_country DE, got FR"),
        ({"purpose_consents": frozenset({1})}, "purpose_consents 1 2 3 4 5 6 7 8 9 10 11, got 1"),
        ({"purpose_legitimate_interests": frozenset({2})}, "purpose_legitimate_interests none, got 2"),
        ({"special_feature_opt_ins": frozenset()}, "special_feature_opt_ins 1 2, got none"),
        ({"vendor_consents": VendorIds.of([2, 8, 9, 10, 755])}, "vendor_consents 2 8-9 755, got 2 8-10 755"),
        ({"vendor_legitimate_interests": VendorIds.of([8])}, "vendor_legitimate_interests none, got 8"),
        ({"publisher_restrictions": {}}, "publisher_restrictions that require consent"),
        ({"publisher_restrictions": {(2, 0): VendorIds.of([9])}}, "publisher_restrictions that require consent"),
        ({"disclosed_vendors": VendorIds.of([2])}, "disclosed_vendors 2 8-9 44 755, got 2"),
        ({"disclosed_vendors": None}, "disclosed_vendors 2 8-9 44 755, got none"),
        ({"created": 5}, "created and last_updated at the same midnight"),
    ],
)
def test_a_string_that_says_something_else_is_refused_and_nothing_is_written(
    browser: Browser, changes: dict[str, Any], told: str
) -> None:
    answer = browser.post(browser.choice("agree", tc_string=tc_string.encode(said(browser, **changes))))

    assert answer.status_code == 422
    [error] = answer.get_json()["errors"]
    assert error["field"] == "tc_string" and told.lower() in error["expected"].lower()
    assert browser.service.written() == 0


@pytest.mark.parametrize("action", ["refuse", "agree"])
def test_a_string_of_another_decision_is_refused(browser: Browser, action: str) -> None:
    text = tc_string.encode(said(browser, given=action == "refuse"))

    assert browser.post(browser.choice(action, tc_string=text)).status_code == 422


@pytest.mark.parametrize("text", ["", "x", "C", "ä", "CAAA CAAA", "A" * 8001])
def test_rubbish_is_refused(browser: Browser, text: str) -> None:
    answer = browser.post(browser.choice("agree", tc_string=text))

    assert answer.status_code == 422 and "tc_string" in answer.text


def test_a_bad_string_never_stands_in_the_way_of_a_withdrawal(browser: Browser) -> None:
    browser.choose("agree")

    browser.choose("withdraw", tc_string=tc_string.encode(said(browser, given=True)))

    written = browser.service.recorded()[-1]
    assert written["event"] == "withdrawn"
    assert tc_string.decode(written["tc_string"]).purpose_consents == frozenset()


def test_a_choice_without_a_string_gets_the_one_that_the_reference_library_reads(browser: Browser) -> None:
    browser.choose("agree")
    written = browser.service.recorded()[-1]["tc_string"]

    [read] = reference.ask([{"read_tc": written}])

    assert read["cmpId"] == CMP.id and read["vendorListVersion"] == 57
    assert read["purposeConsents"] == list(range(1, 12))
    assert read["vendorConsents"] == [2, 8, 9, 755]
    assert read["vendorsDisclosed"] == [2, 8, 9, 44, 755]
    assert read["purposeLegitimateInterests"] == read["vendorLegitimateInterests"] == []
    assert sorted(read["restrictions"]) == [[2, 1, 9], [7, 1, 8], [8, 1, 8], [8, 1, 755], [9, 1, 8], [10, 1, 9]]


def test_a_vendor_decided_on_by_itself_is_told_so(browser: Browser) -> None:
    purposes = dict.fromkeys(browser.notice()["modes"], True)

    browser.choose("preferences", purposes=purposes, vendors={"tcf_8": False})

    assert tuple(tc_string.decode(browser.service.recorded()[-1]["tc_string"]).vendor_consents) == (2, 9, 755)


def test_a_list_that_was_replaced_is_still_good_for_pages_that_have_it(
    redis_url: str, tmp_path: Path, migrated: Path
) -> None:
    path = tmp_path / "list.json"
    path.write_text(LIST.read_text())
    service = running(redis_url, tmp_path, migrated, vendor_list=str(path))
    assert publish(service).status_code == 201
    browser = service.browser()
    text = tc_string.encode(said(browser))
    path.write_text(LIST.read_text().replace('"vendorListVersion": 57', '"vendorListVersion": 58'))
    service.clock.ms += 24 * 3_600_000

    browser.choose("agree", tc_string=text)
    fresh = tc_string.encode(said(browser, vendor_list_version=58))
    browser.choose("agree", tc_string=fresh)
    old = service.app.test_client().get("/v1/sites/newsroom/vendor-list.json?version=57").get_json()
    assert old["vendorListVersion"] == 57


def test_a_reader_elsewhere_gets_no_string_of_tcf(service: Service) -> None:
    assert publish(service, regulation="us-ca").status_code == 201
    browser = service.browser()
    shown = browser.notice(**{"X-Region": "US-CA"})

    browser.choose("agree", display=shown["display"])

    assert "tc_string" not in service.recorded()[-1]


@pytest.mark.parametrize("section", ["usnat", "usca", "usva", "ustx", "usri"])
def test_a_gpp_string_has_to_say_opted_out_where_marketing_is_not_given(browser: Browser, section: str) -> None:
    out, agreed = GPP[f"{section}-1"], GPP[f"{section}-2"]

    browser.choose("agree", gpp_string=agreed)
    browser.choose("refuse", gpp_string=out)

    assert [each["gpp_string"] for each in browser.service.recorded()] == [agreed, out]
    refused = browser.post(browser.choice("refuse", gpp_string=agreed))
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "gpp_string"
    assert f"SaleOptOut 1 in {section}, got 2" in refused.text


def test_the_signal_is_an_opt_out_whatever_else_was_agreed_to(browser: Browser) -> None:
    signal = {"Sec-GPC": "1"}
    contrary = browser.post(browser.choice("agree", gpp_string=GPP["usca-2"]), **signal)

    assert contrary.status_code == 422 and "Gpc in usca" in contrary.text
    assert browser.post(browser.choice("agree", gpp_string=GPP["usca-1"]), **signal).status_code == 201


def test_a_choice_that_came_without_a_gpp_string_is_recorded_with_the_one_that_the_page_would_have_said(
    service: Service,
) -> None:
    """As the banner's own under Global Privacy Control, which no engine is waited for with."""
    publish(service, gpp={"sections": "both"}, regulation="us-ca")
    browser, california, signal = service.browser(), {"X-Region": "US-CA"}, {"Sec-GPC": "1"}

    def choose(action: str, **headers: str) -> None:
        display = browser.notice(**headers)["display"]
        assert browser.post(browser.choice(action, display=display), **headers).status_code == 201

    choose("gpc", **california, **signal)
    choose("agree", **california)
    choose("withdraw", **california)
    choose("agree", **{"X-Region": "DE"})

    *told, elsewhere = [each.get("gpp_string") for each in service.recorded()]
    read = [
        [(each.layout.name, each.fields["SaleOptOut"], each.gpc) for each in gpp_string.decode(one)] for one in told
    ]
    assert read == [
        [("usnat", 1, True), ("usca", 1, True)],
        [("usnat", 2, False), ("usca", 2, False)],
        [("usnat", 1, False), ("usca", 1, False)],
    ]
    assert elsewhere is None


@pytest.mark.parametrize("text", ["DBABMA", "DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "x~y", "~"])
def test_a_gpp_string_whose_header_does_not_fit_is_refused(browser: Browser, text: str) -> None:
    answer = browser.post(browser.choice("agree", gpp_string=text))

    assert answer.status_code == 422 and "gpp_string" in answer.text


@pytest.mark.parametrize("name", ["tc_string", "gpp_string"])
def test_without_the_operators_id_no_string_is_taken(redis_url: str, tmp_path: Path, migrated: Path, name: str) -> None:
    service = running(redis_url, tmp_path, migrated, cmp_id=0)
    browser = service.browser()

    answer = browser.post(browser.choice("agree", **{name: "DBAA"}))

    assert answer.status_code == 422 and name in answer.text
    assert service.app.test_client().get("/v1/sites/newsroom/iab.json").status_code == 404


def test_without_the_operators_id_no_notice_of_tcf_is_published(redis_url: str, tmp_path: Path, migrated: Path) -> None:
    answer = publish(running(redis_url, tmp_path, migrated, cmp_id=0))

    assert answer.status_code == 422
    assert {(each["rule"], each["field"]) for each in answer.get_json()["errors"]} == {
        ("cmp-id", "tcf"),
        ("cmp-id", "gpp"),
    }


def test_a_string_is_asked_for_again_later_while_no_list_can_be_read(
    redis_url: str, tmp_path: Path, migrated: Path
) -> None:
    service = running(redis_url, tmp_path, migrated, vendor_list=str(tmp_path / "away.json"))
    Notices(service.engine).publish(of(document(**notices.tcf())), service.clock())
    browser = service.browser()
    text = tc_string.encode(said(browser))

    answer = browser.post(browser.choice("agree", tc_string=text))

    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert browser.client.get("/v1/sites/newsroom/iab.json", headers={"Origin": ORIGIN}).status_code == 503
    browser.choose("withdraw", tc_string=text)
    browser.choose("agree")
    assert "tc_string" not in service.recorded()[-1]


def test_a_page_is_told_what_it_needs_and_no_more(browser: Browser) -> None:
    answer = browser.client.get("/v1/sites/newsroom/iab.json?lang=en", headers={"Origin": ORIGIN, "X-Region": "US-TX"})

    told = answer.get_json()
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "private" in answer.headers["Cache-Control"]
    assert (told["cmp_id"], told["cmp_version"], told["language"], told["gpc"]) == (300, 7, "en", False)
    assert told["tcf"]["gdpr_applies"] is True
    assert [section["name"] for section in told["gpp"]["sections"]] == ["usnat", "ustx"]
    assert len(answer.data) < 7000


def test_a_foreign_page_is_told_nothing(browser: Browser) -> None:
    answer = browser.client.get("/v1/sites/newsroom/iab.json", headers={"Origin": "https://other.example"})

    assert answer.status_code == 403


def test_the_whole_list_is_there_for_vendors_that_ask(browser: Browser) -> None:
    assert browser.client.get("/v1/sites/newsroom/vendor-list.json").get_json() == notices.listed().document
    assert browser.client.get("/v1/sites/newsroom/vendor-list.json?version=3").status_code == 404
    assert browser.client.get("/v1/sites/newsroom/vendor-list.json?version=x").status_code == 422


def test_the_form_without_scripts_has_its_string_too(browser: Browser) -> None:
    page = browser.client.get("/v1/sites/newsroom/banner?lang=en").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    answer = browser.client.post(
        "/v1/consents", data=hidden | {"action": "agree"}, headers={"Origin": browser.service.settings.public_url}
    )

    assert answer.status_code == 303, answer.text
    assert tc_string.decode(browser.service.recorded()[-1]["tc_string"]).purpose_consents == frozenset(range(1, 12))
