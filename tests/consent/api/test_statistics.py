import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from consent import notices, sites
from consent.statistics import SMALLEST, Question, Served, day_of
from consent.store import statistics as store
from consent.store.counting import take_served
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document
from tests.consent.service import ORIGIN, START_MS, Browser, Service
from tests.servers import redis_server
from worker.displays import Displays

EVER = {"from": "2020-01-01", "to": "2100-01-01"}


def _ask(service: Service, site_of_token: str | None = None, **query: str) -> TestResponse:
    headers = service.token("audit:read", site=site_of_token)
    return service.app.test_client().get("/v1/audit/statistics", query_string=query, headers=headers)


def _counts(service: Service, **query: str) -> Any:
    answer = _ask(service, **EVER, **query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def _take(service: Service) -> None:
    service.drain()
    Displays(service.redis, service.engine).take()


def _served(service: Service, **query: str) -> int:
    Displays(service.redis, service.engine).take()
    return int(_counts(service, by="", **query)["total"]["served"])


def test_each_outcome_is_counted(service_on_both: Service) -> None:
    service = service_on_both
    for action in ("agree", "agree", "refuse", "gpc"):
        service.browser().choose(action)
    faithful = service.browser()
    faithful.choose("preferences", purposes={"analytics": True, "marketing": False})
    faithful.choose("withdraw")
    service.browser().notice()
    _take(service)
    assert _counts(service, by="")["total"] == {
        "served": 6,
        "agreed": 2,
        "partly": 1,
        "refused": 1,
        "gpc": 1,
        "withdrawn": 1,
        "imported": 0,
        "answers": 5,
        "ignored": 1,
    }


def test_what_another_tool_was_told_is_imported_and_no_answer_to_us(service: Service) -> None:
    at = "2026-11-18T00:00:00.000Z"
    body = service.browser().choice("import", display="", purposes={"analytics": True, "marketing": True}, at=at)
    del body["display"]
    assert service.browser().post(body).status_code == 201
    _take(service)
    total = _counts(service, by="")["total"]
    assert (total["imported"], total["agreed"], total["answers"], total["served"]) == (1, 0, 0, 0)


def test_a_notice_counts_as_served_when_there_is_something_to_decide(service: Service) -> None:
    reader = service.browser()
    reader.notice()
    reader.notice()
    assert _served(service) == 2, "displays are counted, and not readers, whom nobody knows before they choose"
    reader.choose("refuse")  # asks for the notice once more
    reader.notice()
    assert _served(service) == 3, "who has chosen is asked nothing"
    changed = document()
    changed["purposes"].append({"id": "media", "required": False})
    changed["texts"]["en"]["purposes"]["media"] = changed["texts"]["es"]["purposes"]["media"] = {
        "title": "Media",
        "body": "Shows videos.",
    }
    published = notices.of(changed)
    Notices(service.engine).publish(published, START_MS + 1)
    service.app.extensions["consent"].catalogue.forget()
    reader.notice()
    assert _served(service) == 4, "a new purpose is asked again"
    rows = {row["notice"]: row["served"] for row in _counts(service, by="notice")["rows"]}
    assert rows[published.sha256] == 1


def _form(reader: Browser, **query: str) -> TestResponse:
    return reader.client.get("/v1/sites/newsroom/banner", query_string=query)


def test_the_form_without_a_script_counts_as_served_until_it_is_answered(service: Service) -> None:
    reader = service.browser()
    assert _form(reader).status_code == 200
    reader.choose("agree")
    taken = _form(reader)
    assert taken.status_code == 200 and "checked" in taken.text
    assert _served(service) == 2
    rows = {row["layer"]: row["served"] for row in _counts(service, by="layer")["rows"]}
    assert rows == {"form": 1, "script": 1}


def test_a_display_is_answered_without_the_cache(service: Service) -> None:
    displays = service.app.extensions["consent"].served
    displays._redis = redis_server.away()
    assert service.browser().notice()["ask"] == "all"
    displays._redis.close()


def test_purposes_that_readers_decide_are_told_apart(service: Service) -> None:
    for analytics in (True, False, False):
        service.browser().choose("preferences", purposes={"analytics": analytics, "marketing": True})
    service.drain()
    found = {row["purpose"]: row for row in _counts(service, by="purpose")["rows"]}
    assert set(found) == {"analytics", "marketing"}, "what is required is nobody's decision"
    assert found["analytics"] == {"purpose": "analytics", "given": 1, "refused": 2, "withdrawn": 0}


def test_languages_of_few_are_told_together(service: Service) -> None:
    for language, readers in (("en", SMALLEST), ("es", SMALLEST - 1)):
        for _ in range(readers):
            reader = service.browser()
            reader.choose("agree", display=reader.notice(lang=language)["display"])
    _take(service)
    rows = {row["language"]: (row["agreed"], row["served"]) for row in _counts(service, by="language")["rows"]}
    assert rows == {"en": (5, 5), "other": (4, 4)}


def test_rows_come_by_every_dimension_in_the_order_asked_for(service: Service) -> None:
    service.browser().choose("agree")
    _take(service)
    told = _counts(service, by="site,layer,notice")
    assert [list(row)[:4] for row in told["rows"]] == [["site", "layer", "notice", "served"]]
    assert (told["by"], told["smallest"], told["missing"]) == (["site", "layer", "notice"], SMALLEST, 0)
    assert "served" not in _counts(service, by="writer")["rows"][0]


def test_csv_holds_the_same_rows(service: Service) -> None:
    service.browser().choose("agree")
    _take(service)
    answer = _ask(service, by="notice,region", format="csv", **EVER)
    assert answer.mimetype == "text/csv"
    [row] = csv.DictReader(io.StringIO(answer.text))
    [told] = _counts(service, by="notice,region")["rows"]
    assert row == {name: str(value) for name, value in told.items()}


def test_days_are_those_asked_for_and_thirty_by_themselves(service: Service) -> None:
    service.browser().notice()
    Displays(service.redis, service.engine).take()
    told = _ask(service).get_json()
    assert (told["from"], told["to"], told["total"]["served"]) == ("2026-10-20", "2026-11-18", 1)
    assert [row["day"] for row in told["rows"]] == ["2026-11-18"]
    assert _ask(service, to="2026-11-17").get_json()["total"]["served"] == 0
    assert _ask(service, **{"from": "2026-11-19"}).get_json()["total"]["served"] == 0


def test_a_sites_token_counts_that_site_only(service: Service) -> None:
    Sites(service.engine).put(sites.make("gazette", [ORIGIN]), 1)
    Notices(service.engine).publish(notices.of(document(site="gazette")), 1)
    service.app.extensions["consent"].catalogue.forget()
    service.browser().choose("agree")
    service.browser().choose("refuse", site="gazette")
    _take(service)
    own = _ask(service, "gazette", **EVER).get_json()
    assert (own["site"], own["total"]["agreed"], own["total"]["refused"]) == ("gazette", 0, 1)
    assert _ask(service, "gazette", site="newsroom").status_code == 403
    assert {row["site"] for row in _counts(service, by="site")["rows"]} == {"newsroom", "gazette"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "day,day"}, "by"),
        ({"by": "subject"}, "by"),
        ({"by": "purpose,layer"}, "by"),
        ({"from": "yesterday"}, "from"),
        ({"from": "20261101"}, "from"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"format": "xls"}, "format"),
        ({"subject": "me"}, "subject"),
    ],
)
def test_a_question_of_another_form_is_refused_by_its_field(
    service: Service, query: dict[str, str], field: str
) -> None:
    answer = _ask(service, **query)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_an_answer_that_would_be_too_long_is_refused(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 1)
    for language in ("en", "es"):
        service.browser().notice(lang=language)
    Displays(service.redis, service.engine).take()
    answer = _ask(service, by="language", **EVER)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "by")


def test_counts_need_the_auditors_scope(service: Service) -> None:
    client = service.app.test_client()
    assert client.get("/v1/audit/statistics").status_code == 401
    assert client.get("/v1/audit/statistics", headers=service.token("console")).status_code == 403


def test_one_walk_over_the_counts_answers_by_several_dimensions_as_each_alone(service_on_both: Service) -> None:
    service = service_on_both
    service.add_site("gazette")
    for number in range(7):
        reader = service.browser()
        site, lang = ("gazette", "es") if number % 3 == 0 else ("newsroom", "en")
        display = reader.notice(site, lang)["display"]
        reader.choose("agree" if number % 2 else "refuse", site=site, display=display)
    service.drain()
    take_served(service.engine, "batch", {Served(day_of(START_MS), "newsroom", "n" * 64, "fr", "FR", "form"): 9}, 0)
    statistics = service.app.extensions["consent"].statistics
    question = Question(None, date(2020, 1, 1), date(2030, 1, 1), ())
    bys = (("site", "notice"), ("language",), ("region",), ("day", "language"))
    each = [statistics.answer(replace(question, by=by))[0] for by in bys]
    assert statistics.answer_each(question, *bys) == each and all(each)
