import csv
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from consent import notices, sites
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document
from tests.consent.service import ORIGIN, Service

RECORDS = "/v1/audit/records"
UNKNOWN = "4a60b40e-4404-4f24-a898-0d794bf65980"
Record = dict[str, Any]


def _get(service: Service, path: str, **query: Any) -> Any:
    headers = service.token("audit:read")
    return service.app.test_client().get(path, query_string=query, headers=headers)


def _records(service: Service, **query: Any) -> list[Record]:
    answer = _get(service, RECORDS, **query)
    assert answer.status_code == 200, answer.text
    found: list[Record] = answer.get_json()["records"]
    return found


def _choose_variously(service: Service) -> None:
    """Make choices of every kind, by several readers, on two sites, under two notices."""
    Sites(service.engine).put(sites.make("gazette", [ORIGIN], region="FR"), 1)
    Notices(service.engine).publish(notices.of(document(site="gazette")), 1)
    service.app.extensions["consent"].catalogue.forget()
    for site in ("newsroom", "gazette"):
        for action in ("agree", "refuse", "gpc", "withdraw"):
            browser = service.browser()
            shown = {} if action == "withdraw" else {"display": browser.notice(site, "es")["display"]}
            browser.choose(action, site=site, **shown)
    Notices(service.engine).publish(notices.of(document(validity_days=30)), 1)
    service.app.extensions["consent"].catalogue.forget()
    faithful = service.browser()
    for analytics, marketing in ((True, False), (False, True), (False, False), (True, True)):
        faithful.choose("preferences", purposes={"analytics": analytics, "marketing": marketing})
    service.drain()


OPTIONAL = ("analytics", "marketing")
FILTERS: dict[str, tuple[dict[str, Any], Callable[[Record], bool]]] = {
    "site": ({"site": "gazette"}, lambda it: it["site"] == "gazette"),
    "event": ({"event": "withdrawn"}, lambda it: it["event"] == "withdrawn"),
    "action": ({"action": "preferences"}, lambda it: it["action"] == "preferences"),
    "purpose": ({"purpose": "marketing"}, lambda it: "marketing" in it["purposes"]),
    "purpose given": ({"purpose": "marketing", "decision": "given"}, lambda it: it["purposes"]["marketing"]),
    "purpose refused": ({"purpose": "analytics", "decision": "refused"}, lambda it: not it["purposes"]["analytics"]),
    "vendor": ({"vendor": "seller"}, lambda it: "seller" in it["vendors"]),
    "vendor given": ({"vendor": "seller", "decision": "given"}, lambda it: it["vendors"]["seller"]),
    "vendor refused": ({"vendor": "seller", "decision": "refused"}, lambda it: not it["vendors"]["seller"]),
    "language": ({"language": "es"}, lambda it: it["language"] == "es"),
    "regulation": ({"regulation": "fr"}, lambda it: it["regulation"] == "fr"),
    "region": ({"region": "FR"}, lambda it: it["region"] == "FR"),
    "no region": ({"region": "unknown"}, lambda it: it["region"] is None),
    "layer": ({"layer": "api"}, lambda it: it["layer"] == "api"),
    "writer": ({"writer": "unverified"}, lambda it: it["writer"] == "unverified"),
    "gpc": ({"gpc": "yes"}, lambda it: it["gpc"]),
    "no gpc": ({"gpc": "no"}, lambda it: not it["gpc"]),
    "any given": ({"decision": "given"}, lambda it: any(it["purposes"][each] for each in OPTIONAL)),
    "any refused": ({"decision": "refused"}, lambda it: not all(it["purposes"][each] for each in OPTIONAL)),
    "several": (
        {"site": "newsroom", "purpose": "analytics", "decision": "given", "event": "given", "action": "agree"},
        lambda it: it["site"] == "newsroom" and it["purposes"]["analytics"] and it["action"] == "agree",
    ),
}


def test_each_filter_finds_what_it_says_in_pages_as_in_one(service_on_both: Service) -> None:
    service = service_on_both
    _choose_variously(service)
    everything = _records(service)
    assert [each["index"] for each in everything] == list(range(11, -1, -1))
    for name, (query, meant) in FILTERS.items():
        expected = [each for each in everything if meant(each)]
        assert expected, name
        assert _records(service, **query) == expected, name
        assert _paged(service, query) == expected, name
        assert _count(service, query) == {"records": len(expected), "exact": True}, name
    reader = everything[0]["subject"]
    assert _records(service, subject=reader) == everything[:4]
    assert _records(service, subject=reader, site="gazette") == []
    for record in everything[:5]:
        assert _records(service, receipt=record["record"]) == [record]
        assert _records(service, receipt=record["record"], subject=reader) == [record] * (record["subject"] == reader)
    assert _records(service, receipt=UNKNOWN) == []
    assert _count(service, {"subject": reader}) == {"records": 4, "exact": True}
    notice = everything[-1]["notice"]
    assert _records(service, notice=notice) == [each for each in everything if each["notice"] == notice]
    middle = everything[5]["received_at"]
    assert _records(service, **{"from": middle}) == [each for each in everything if each["received_at"] >= middle]
    assert _records(service, to=middle) == [each for each in everything if each["received_at"] < middle]
    assert _records(service, **{"from": "2100-01-01T00:00:00Z"}) == []
    assert _records(service, to="2000-01-01T00:00:00Z") == []


def _count(service: Service, query: dict[str, Any]) -> Any:
    return _get(service, RECORDS, **query, limit=1).get_json()["count"]


def _paged(service: Service, query: dict[str, Any]) -> list[Record]:
    found: list[Record] = []
    cursor: dict[str, str] = {}
    while True:
        page = _get(service, RECORDS, limit=2, **query, **cursor).get_json()
        found += page["records"]
        if page["next"] is None:
            return found
        assert len(page["records"]) == 2
        assert (page["count"] is None) == bool(cursor)
        cursor = {"cursor": page["next"]}


def test_a_record_is_told_as_the_contract_has_it(service: Service) -> None:
    browser = service.browser()
    taken = browser.choose("preferences", purposes={"analytics": True, "marketing": False}, page="/en/slug")
    service.drain()
    [record] = _records(service)
    assert list(record) == [
        "index", "record", "site", "event", "action", "purposes", "vendors", "notice", "language", "received_at",
        "client_at", "regulation", "region", "layer", "writer", "gpc", "tc_string", "gpp_string",
        "component", "subject", "account", "page", "leaf_hash",
        "receipt",
    ]  # fmt: skip
    assert (record["record"], record["receipt"], record["page"]) == (taken["record"], taken["receipt"], "/en/slug")
    subject = browser.client.get_cookie("subject_newsroom")
    assert subject is not None and record["subject"] == subject.value
    answer = _get(service, f"{RECORDS}/{taken['record']}").get_json()
    assert {name: answer[name] for name in record} == record
    assert answer["proof"]["inclusion"].startswith("c2sp.org/tlog-proof@v1\nindex 0\n")


def test_a_record_on_its_way_is_said_to_be(service: Service) -> None:
    taken = service.browser().choose("agree")
    assert _get(service, f"{RECORDS}/{taken['record']}").status_code == 202
    assert _get(service, f"{RECORDS}/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("site", "News Room"), ("subject", "me"), ("purpose", "Analytics"), ("decision", "yes"), ("event", "served"),
        ("action", "accept"), ("notice", "abc"), ("from", "yesterday"), ("to", "2026-11-23"), ("cursor", "-1"),
        ("receipt", "7"), ("vendor", "Counter!"), ("language", "english please"), ("regulation", "EU"),
        ("region", "Germany"), ("layer", "popup"), ("writer", "me"), ("gpc", "1"), ("limit", "0"),
        ("limit", "501"), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_filter_of_another_form_is_refused_and_named(service: Service, name: str, text: str) -> None:
    answer = _get(service, RECORDS, **{name: text})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [name]


def test_a_span_that_ends_before_it_begins_is_refused(service: Service) -> None:
    answer = _get(service, RECORDS, **{"from": "2026-11-23T00:00:00Z", "to": "2026-11-22T00:00:00Z"})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", [RECORDS, f"{RECORDS}/{UNKNOWN}", "/v1/audit/export?format=csv"])
def test_nothing_is_told_without_the_scope(service: Service, path: str) -> None:
    client = service.app.test_client()
    assert client.get(path).status_code == 401
    assert client.get(path, headers=service.token("notices:write")).status_code == 403


def test_a_sites_token_sees_that_site_only(service: Service) -> None:
    _choose_variously(service)
    headers = service.token("audit:read", site="gazette")
    client = service.app.test_client()
    seen = client.get(RECORDS, headers=headers).get_json()["records"]
    assert {each["site"] for each in seen} == {"gazette"} and len(seen) == 4
    assert client.get(f"{RECORDS}?site=newsroom", headers=headers).status_code == 403
    other = _records(service, site="newsroom")[0]["record"]
    assert client.get(f"{RECORDS}/{other}", headers=headers).status_code == 404
    assert len(client.get("/v1/audit/export?format=jsonl", headers=headers).text.splitlines()) == 4


def test_exports_hold_what_the_search_finds(service: Service) -> None:
    _choose_variously(service)
    found = _records(service, site="newsroom")
    lines = _get(service, "/v1/audit/export", format="jsonl", site="newsroom")
    assert lines.content_type == "application/jsonl"
    assert [json.loads(line) for line in lines.text.splitlines()] == found
    table = _get(service, "/v1/audit/export", format="csv", site="newsroom")
    assert table.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["leaf_hash"] for row in rows] == [each["leaf_hash"] for each in found]
    assert rows[0]["purposes"] == "analytics=yes marketing=yes necessary=yes"


def test_an_export_of_another_form_is_refused(service: Service) -> None:
    assert _get(service, "/v1/audit/export", format="xls").status_code == 422
    assert _get(service, "/v1/audit/export").status_code == 422
