import json
from typing import Any

from sqlalchemy import text

from chassis.sql import read
from consent.audit import Filter
from tests.consent.api.test_subjects import call, erase, everything, subject_of
from tests.consent.service import Service


def accesses(service: Service) -> list[dict[str, Any]]:
    """What the log tells of accesses, oldest first."""
    service.drain()
    acts = call(service, "GET", "/v1/audit/acts?kind=access", "audit:read").get_json()["acts"]
    return [each["told"] for each in reversed(acts)]


def test_every_read_of_records_is_in_the_log_with_who_what_and_how_many(service_on_both: Service) -> None:
    service = service_on_both
    for _ in range(3):
        taken = service.browser().choose("agree")
    service.drain()
    call(service, "GET", "/v1/audit/records?purpose=analytics&decision=given&limit=2", "audit:read")
    call(service, "GET", f"/v1/audit/records/{taken['record']}", "audit:read")
    call(service, "GET", f"/v1/audit/records/{taken['record']}.tlog-proof", "audit:read")
    assert call(service, "GET", "/v1/audit/export?format=csv&site=newsroom", "audit:read").data.count(b"\n") == 4
    told = accesses(service)
    assert [(each["what"], each["rows"]) for each in told] == [
        ("search", 2), ("record", 1), ("proof", 1), ("export", None), ("export-end", 3),
    ]  # fmt: skip
    assert told[0]["filter"] == {"purpose": "analytics", "decision": "given"}
    assert told[1]["filter"] == {"record": taken["record"]}
    assert (told[3]["filter"], told[3]["format"]) == ({"site": "newsroom"}, "csv")
    assert all(each["by"]["label"] == "test" and len(each["by"]["token"]) == 16 for each in told)
    leaves = [json.loads(leaf) for leaf in service.app.extensions["ledger"].leaves(0, 8)]
    assert [leaf["k"] for leaf in leaves] == ["given"] * 3 + ["access"] * 5


def test_an_export_that_nobody_reads_to_its_end_is_noted_as_far_as_it_went(service: Service) -> None:
    for _ in range(3):
        service.browser().choose("agree")
    service.drain()
    headers = service.token("audit:read")
    answer = service.app.test_client().get("/v1/audit/export?format=jsonl", headers=headers, buffered=False)
    answer.close()
    assert [each["what"] for each in accesses(service)] == ["export", "export-end"]


def test_whom_an_access_was_about_is_known_beside_the_act_until_an_erasure(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    service.drain()
    call(service, "GET", f"/v1/audit/records?subject={subject}", "audit:read")
    everything(service, subject)
    service.drain()
    looked = [each["told"]["what"] for each in everything(service, subject)["accesses"]]
    assert looked == ["subject", "search"]
    assert all(subject not in json.dumps(each) for each in accesses(service))
    erase(service, subject)
    service.drain()
    assert everything(service, subject)["accesses"] == []
    with read(service.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM act_subject")).scalar() == 0


def test_a_read_through_the_console_is_noted_as_one(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = service.app.test_client()
    header = service.token("console", "audit:read")["Authorization"]
    page = client.get("/console/sign-in").text
    word = page.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/console/sign-in", data={"token": header.split()[1], "csrf": word}).status_code == 303
    assert client.get("/console/records").status_code == 200
    [told] = accesses(service)
    assert (told["what"], told["rows"], told["by"]["console"]) == ("search", 1, True)
    assert told["by"]["token"] == header.split()[1].partition(".")[0]


def test_without_a_trace_nothing_is_told(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    service.redis.delete("consent:choices")
    for path in ("/v1/audit/records", "/v1/audit/export?format=csv"):
        answer = call(service, "GET", path, "audit:read")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert "agree" not in answer.text


def test_own_records_are_nobodys_access(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    browser.client.get("/v1/consents/me?site=newsroom")
    assert accesses(service) == [] and len(list(service.app.extensions["consent"].audit.all(Filter()))) == 1
