"""The console's one box, by what officers have at hand."""

import json

from consent import notices
from consent.roles import ROLES
from tests.consent.console.officer import OWN, make_token, sign_in
from tests.consent.factories import document
from tests.consent.service import Service


def test_what_an_officer_has_at_hand_leads_to_its_page(service: Service) -> None:
    reader = service.browser()
    body = reader.choice("refuse")
    taken = reader.post(body).get_json()
    service.drain()
    client, _ = sign_in(service, make_token(service, *ROLES["officer"].scopes))
    subject = reader.client.get_cookie("subject_newsroom", domain="localhost").value  # type: ignore[union-attr]
    notice = notices.of(document()).sha256
    record = f"/console/records/{taken['record']}"
    index = service.app.extensions["consent"].audit.one(taken["record"]).index
    client.get(record, base_url=OWN)
    service.drain()
    [act] = service.app.extensions["consent"].act_log.page(1, kind="access")
    for text, leads_to in {
        taken["record"]: record,
        f" {taken['receipt']} ": record,
        body["event_id"]: record,
        f"#{index}": record,
        subject: f"/console/subjects/{subject}",
        act.id: f"/console/acts/{act.id}",
        f"{act.index}": f"/console/acts/{act.id}",
        notice[:8]: f"/console/notices/{notice}",
        "2026-03": "/console/records?from=2026-03-01&to=2026-03-31",
        "newsroom": "/console/records?site=newsroom",
    }.items():
        answer = client.get("/console/find", query_string={"q": text}, base_url=OWN)
        assert (answer.status_code, answer.headers.get("Location")) == (302, leads_to), text
    service.drain()
    looked = [json.loads(each.body) for each in service.app.extensions["consent"].act_log.page(99, kind="access")]
    searched = [each["filter"] for each in looked if each["what"] == "search"]
    assert searched == [{"subject": True}, *[{"record": taken["record"]}] * 4]  # the newest first
    for text in ("nothing", "4a60b40e-4404-4f24-a898-0d794bf65980", "999,999", "abcdef012345", "<script>"):
        answer = client.get("/console/find", query_string={"q": text}, base_url=OWN)
        assert answer.status_code == 404 and "Nothing here is called that" in answer.text
        assert "<script>" not in answer.text
    service.drain()
    newest = service.app.extensions["consent"].act_log.page(2, kind="access")
    assert [json.loads(each.body)["filter"] for each in newest] == [{"find": True}] * 2


def test_the_box_tells_nobody_of_what_they_may_not_see(service: Service) -> None:
    service.add_site("gazette")
    reader = service.browser()
    body = reader.choice("refuse")
    taken = reader.post(body).get_json()
    service.drain()
    subject = reader.client.get_cookie("subject_newsroom", domain="localhost").value  # type: ignore[union-attr]
    notice = notices.of(document()).sha256
    elsewhere, _ = sign_in(service, make_token(service, *ROLES["officer"].scopes, site="gazette"))
    editor, _ = sign_in(service, make_token(service, *ROLES["editor"].scopes))
    for text in (taken["record"], body["event_id"], subject, "0", "1", "newsroom"):
        for client in (elsewhere, editor):
            assert client.get("/console/find", query_string={"q": text}, base_url=OWN).status_code == 404, text
    assert elsewhere.get(f"/console/find?q={notice[:8]}", base_url=OWN).status_code == 404
    assert editor.get(f"/console/find?q={notice[:8]}", base_url=OWN).status_code == 302
