import re

import pytest

from consent import notices, sites
from consent.statistics import OUTCOMES, SMALLEST, Made, Served, day_of
from consent.store.counting import take_served
from consent.store.notices import Notices
from consent.store.recount import Recount
from consent.store.sites import Sites
from consent.store.statistics_tables import choice_count
from tests.consent.console.officer import EVER, OWN, make_token, read, sign_in
from tests.consent.factories import document
from tests.consent.service import ORIGIN, START_MS, Service
from tests.servers import redis_server
from worker.displays import Displays


def _choose(service: Service) -> None:
    for action in ("agree", "agree", "agree", "refuse", "refuse"):
        service.browser().choose(action)
    service.drain()
    Displays(service.redis, service.engine).take()


def _figures(page: str) -> dict[str, str]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+?) ?<span", page)
    return {name: text.strip() for name, text in found}


def test_the_overview_tells_what_was_served_and_chosen(service: Service) -> None:
    _choose(service)
    client, _ = sign_in(service)
    page = read(client, EVER)
    told = {"Served": "5", "Answered": "100 %", "Agreed": "60 %", "Partly": "0 %", "Refused": "40 %", "GPC": "0 %"}
    assert _figures(page) == {**told, "Withdrawn": "0 %"}
    for table in ("notice", "language", "region", "purpose"):
        assert f'id="by-{table}"' in page
    assert '<td class="number">3</td>' in page, "the table behind the chart"


def test_charts_hold_no_script_and_no_style_of_their_own(service: Service) -> None:
    _choose(service)
    client, _ = sign_in(service)
    page = read(client, EVER)
    assert "<svg" in page and " style=" not in page
    assert re.findall(r"<script(?! type=\"module\" src=)", page) == []


def test_a_notices_row_leads_to_its_records(service: Service) -> None:
    _choose(service)
    current = notices.of(document(validity_days=30))
    Notices(service.engine).publish(current, START_MS + 86_400_000)
    service.app.extensions["consent"].catalogue.forget()
    service.browser().choose("refuse")
    service.drain()
    client, _ = sign_in(service)
    page = read(client, EVER)
    rows = re.findall(r'<a href="(/console/records[^"]+notice=[^"]+)">([^<]+)</a> <span class="quiet">([^<]+)', page)
    assert [name for _, name, _ in rows] == [
        f"2026-11-19 · {current.sha256[:8]}",
        f"2026-11-18 · {notices.of(document()).sha256[:8]}",
    ]
    assert rows[0][2] == "newsroom, current" and rows[1][2] == "newsroom"
    listed = read(client, rows[0][0].replace("&amp;", "&"))
    assert listed.count("<tr>") == 2, "its one record, below the head"


def test_languages_of_few_are_not_named(service: Service) -> None:
    _choose(service)
    reader = service.browser()
    reader.choose("agree", display=reader.notice(lang="es")["display"])
    service.drain()
    client, _ = sign_in(service)
    page = read(client, EVER)
    assert SMALLEST == 5 and "English" in page and "Spanish" not in page
    assert '<th scope="row">other</th>' in page


def test_a_language_of_no_known_name_is_told_as_it_is(service: Service) -> None:
    counted = {Served(day_of(START_MS), "newsroom", "n" * 64, tag, "XX", "script"): 9 for tag in ("a", "qaa", "other")}
    take_served(service.engine, "batch", counted, START_MS)
    client, _ = sign_in(service)
    page = read(client, EVER)
    assert all(f">{tag}</" in page for tag in ("a", "qaa", "other", "XX"))


def test_a_sites_officer_reads_that_sites_counts_only(service: Service) -> None:
    Sites(service.engine).put(sites.make("gazette", [ORIGIN]), 1)
    Notices(service.engine).publish(notices.of(document(site="gazette")), 1)
    service.app.extensions["consent"].catalogue.forget()
    _choose(service)
    service.browser().choose("refuse", site="gazette")
    service.drain()
    client, _ = sign_in(service, make_token(service, "console", site="gazette"))
    for address in (EVER, f"{EVER}&site=newsroom"):
        page = read(client, address)
        assert _figures(page)["Refused"] == "100 %"
        assert notices.of(document()).sha256[:8] not in page and "newsroom" not in page


def test_the_filters_stand_in_the_address(service: Service) -> None:
    client, _ = sign_in(service)
    answer = client.get("/console?site=&from=2026-11-01&to=", base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console?from=2026-11-01")
    page = read(client, "/console?from=2026-11-01&to=2026-11-07")
    assert 'value="2026-11-01"' in page and "Nothing was served or chosen" in page
    assert re.search(r'aria-current="true">7 days', page)


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=yesterday", "from"), ("from=2026-11-02&to=2026-11-01", "to"), ("from=0001-01-01", "from")],
)
def test_a_wrong_filter_is_named_beside_its_field(service: Service, query: str, field: str) -> None:
    client, _ = sign_in(service)
    answer = client.get(f"/console?{query}", base_url=OWN)
    assert answer.status_code == 422 and f'id="{field}-fault"' in answer.text


def test_nothing_is_shown_to_who_is_not_signed_in(service: Service) -> None:
    answer = service.app.test_client().get("/console", base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/sign-in")


def test_records_that_are_not_counted_yet_are_told(service: Service) -> None:
    _choose(service)
    Recount(service.engine, service.settings.log_origin).forget()
    client, _ = sign_in(service)
    assert "5 entries are older than these statistics" in read(client, EVER)


def test_a_navigation_marks_the_page_that_it_is_on(service: Service) -> None:
    client, _ = sign_in(service)
    for address, word in (("/console", "Overview"), ("/console/records", "Records")):
        assert re.findall(r'aria-current="page">([^<]+)', read(client, address)) == [word]


def _health(service: Service) -> dict[str, tuple[str, bool]]:
    client, _ = sign_in(service)
    found = re.findall(r"<dt>([^<]+)</dt><dd( class=\"fault\")?>([^<]+)</dd>", read(client, EVER))
    return {name: (text, bool(fault)) for name, fault, text in found}


def test_the_log_tells_how_it_is(service: Service) -> None:
    fresh = _health(service)
    assert fresh["Tree size"] == ("0 entries", False)
    assert fresh["Drain"][1], "nobody has heard of it"
    assert fresh["Durability"] == ("choices are on disk before they are answered", False)
    _choose(service)
    drained = _health(service)
    assert drained["Tree size"] == ("5 entries", False) and drained["Drain"] == ("nothing waits", False)
    assert drained["Checkpoint"][0].startswith("covers every entry; signed")


def test_what_is_wrong_with_the_log_stands_out(service: Service) -> None:
    service.drain()
    service.redis.config_set("appendfsync", "everysec")
    try:
        health = _health(service)
    finally:
        service.redis.config_set("appendfsync", "always")
    assert health["Durability"] == ("appendfsync is &#39;everysec&#39;, expected &#39;always&#39;", True)


def test_a_redis_that_is_away_is_told_and_hides_nothing_else(service: Service) -> None:
    _choose(service)
    client, _ = sign_in(service)
    parts = service.app.extensions["consent"]
    object.__setattr__(parts, "redis", redis_server.away())
    page = read(client, EVER)
    parts.redis.close()
    assert _figures(page)["Agreed"] == "60 %" and "not heard of" in page


def test_a_fall_shows_beside_what_was_published_that_day(service: Service) -> None:
    current = notices.of(document(validity_days=30))
    Notices(service.engine).publish(current, START_MS + 86_400_000)
    before, day = day_of(START_MS), day_of(START_MS + 86_400_000)
    for name, when, agreed, refused in (("a", before, 60, 40), ("b", day, 40, 60)):
        notice = (notices.of(document()) if name == "a" else current).sha256
        where = Made(when, "newsroom", notice, "en", "ES", "script", "browser")
        with service.engine.begin() as connection:
            values = {
                **where._asdict(),
                **dict.fromkeys((*OUTCOMES, "answers"), 0),
                "agreed": agreed,
                "refused": refused,
            }
            connection.execute(choice_count.insert().values(log_id=1, **values))
    client, _ = sign_in(service)
    page = read(client, f"/console?from={day}&to={day}")
    assert '40 % <span class="quiet">40 <span class="change much">−20.0<' in page
    assert f'/console/notices/{current.sha256}#changes">notice' in page and '<line class="mark"' in page
    rows = re.findall(
        r'<th scope="row">([^\n]+?)</th>\s+<td class="bar">.+?data-label="Change">(.+?)</td>', page, re.DOTALL
    )
    told = {re.sub("<[^>]+>", "", name): re.sub("<[^>]+>", "", change) for name, change in rows}
    assert told == {
        f"{day} · {current.sha256[:8]} newsroom, current": "new",
        "en English": "−20.0 points",
        "ES Spain": "−20.0 points",
    }
    alone = read(client, f"/console?from={day}&to={day}&against=nothing")
    assert 'class="change' not in alone and "new</span>" not in alone
    assert client.get("/console?against=tomorrow", base_url=OWN).status_code == 422
