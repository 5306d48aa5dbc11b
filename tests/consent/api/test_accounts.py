"""Readers of accounts on several devices: one choice on all of them, and each device's own when nobody is signed in."""

import json
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consent.ledger.stream import STREAM
from tests.consent.service import ORIGIN, Service, start
from tests.consent.site_server import SiteServer

DAY_MS = 86_400_000
REFUSED = {"analytics": False, "marketing": False}
AGREED = {"analytics": True, "marketing": True}


@pytest.fixture
def service(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Service]:
    """The service under its site's own host, where both set the same cookies."""
    path = shutil.copy(migrated, tmp_path / "consent.db")
    yield from _run(start(redis_url, f"sqlite:///{path}", tmp_path, public_url=ORIGIN))


@pytest.fixture
def service_on_both(redis_url: str, consent_database: str, tmp_path: Path) -> Iterator[Service]:
    yield from _run(start(redis_url, consent_database, tmp_path, public_url=ORIGIN))


def _run(running: Service) -> Iterator[Service]:
    yield running
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()


@pytest.fixture
def server(service: Service) -> SiteServer:
    return SiteServer(service)


def test_a_refusal_on_the_phone_stands_on_the_laptop_a_moment_later(server: SiteServer) -> None:
    phone, laptop = server.device(), server.device()
    laptop.sign_in("ada")
    laptop.browser.choose("agree")
    phone.sign_in("ada")
    assert phone.purposes == AGREED
    phone.browser.choose("refuse")
    assert server.service.written() == 2  # nothing has reached the ledger
    followed = laptop.sign_in("ada")
    assert (laptop.purposes, followed["outcome"], followed["ask"], followed["written"]) == (
        REFUSED,
        "account",
        "none",
        [],
    )


@pytest.mark.parametrize("drained", [False, True])
@pytest.mark.parametrize("action", ["agree", "refuse", "withdraw"])
def test_every_answer_reaches_as_far(server: SiteServer, action: str, drained: bool) -> None:
    phone, laptop = server.device(), server.device()
    phone.sign_in("ada")
    phone.browser.choose("agree" if action == "withdraw" else "refuse")
    phone.browser.choose(action)
    if drained:
        server.service.drain()
    laptop.sign_in("ada")
    assert laptop.purposes == phone.purposes == (AGREED if action == "agree" else REFUSED)


@pytest.mark.parametrize("conflict", ["newest", "refusal"])
def test_a_devices_newer_choice_becomes_the_accounts(service: Service, conflict: str) -> None:
    server = SiteServer(service, conflict)
    server.choose("ada", "agree")
    laptop = server.device()
    service.clock.ms += 1000
    own = laptop.browser.choose("refuse")
    service.clock.ms += DAY_MS
    synced = laptop.sign_in("ada")
    [written] = synced["written"]
    assert (synced["outcome"], laptop.purposes, synced["state"]["record"]) == ("device", REFUSED, written)
    assert synced["state"]["decided_at"] == own["given_at"]
    assert server.account("ada")["state"] == synced["state"]


def test_the_record_of_a_settlement_names_both_sides_and_the_rule(service: Service, server: SiteServer) -> None:
    held = server.choose("ada", "agree")
    laptop = server.device()
    service.clock.ms += 1000
    own = laptop.browser.choose("refuse")
    service.clock.ms += DAY_MS
    laptop.sign_in("ada")
    choice = service.recorded()[-1]
    assert (choice["action"], choice["event"], choice["writer"], choice["layer"]) == (
        "sync",
        "refused",
        "server",
        "api",
    )
    assert choice["sync"] == {
        "conflict": "newest",
        "account": held["record"],
        "device": own["record"],
        "decided_at": service.clock.ms - DAY_MS,
    }
    assert choice["supersedes"] == held["record"]
    assert choice["valid_until"] == choice["sync"]["decided_at"] + 180 * DAY_MS  # a sync makes nothing last longer


def test_a_devices_older_choice_gives_way(service: Service, server: SiteServer) -> None:
    laptop = server.device()
    laptop.browser.choose("agree")
    service.clock.ms += 1000
    server.choose("ada", "refuse")
    assert laptop.sign_in("ada")["outcome"] == "account"
    assert laptop.purposes == REFUSED


@pytest.mark.parametrize("device_first", [True, False])
def test_a_refusal_on_either_side_stays_refused(service: Service, device_first: bool) -> None:
    server = SiteServer(service, "refusal")
    laptop = server.device()

    def on_device() -> None:
        laptop.browser.choose("preferences", purposes={"analytics": True, "marketing": False})

    def in_account() -> None:
        server.choose("ada", "preferences", purposes={"analytics": False, "marketing": True})

    for act in (on_device, in_account) if device_first else (in_account, on_device):
        act()
        service.clock.ms += 1000
    assert laptop.sign_in("ada")["outcome"] == "both"
    assert laptop.purposes == REFUSED
    assert service.recorded()[-1]["vendors"] == {"counter": False, "seller": False}


@pytest.mark.parametrize("conflict", ["newest", "refusal"])
def test_a_devices_choice_is_settled_once(service: Service, conflict: str) -> None:
    server = SiteServer(service, conflict)
    laptop = server.device()
    laptop.browser.choose("refuse")
    laptop.sign_in("ada")
    service.clock.ms += 1000
    laptop.browser.choose("agree")
    laptop.sign_out("ada")
    assert laptop.purposes == REFUSED
    again = laptop.sign_in("ada")
    assert (again["written"], again["outcome"], laptop.purposes) == ([], "account", AGREED)


def test_signed_out_a_device_has_its_own_choice_and_the_account_keeps_its_own(server: SiteServer) -> None:
    laptop = server.device()
    before = laptop.browser.choose("agree")
    own_subject = laptop.cookie("subject")
    server.service.clock.ms += 1000
    server.choose("ada", "refuse")
    laptop.sign_in("ada")
    assert laptop.cookie("subject") != own_subject
    laptop.sign_out("ada")
    assert (laptop.purposes, laptop.cookie("subject")) == (AGREED, own_subject)
    assert laptop.cookie("consent").endswith(before["record"])  # type: ignore[union-attr]
    laptop.browser.choose("agree")
    assert server.account("ada")["state"]["event"] == "refused"


def test_signed_out_a_device_without_a_choice_is_asked_anew(server: SiteServer) -> None:
    laptop = server.device()
    laptop.sign_in("ada")
    laptop.browser.choose("agree")
    before = laptop.cookie("subject")
    laptop.sign_out("ada")
    assert (laptop.purposes, laptop.cookie("subject")) == (None, None)
    # a server that did not hear the answer says it again
    again = server.call("DELETE", f"/ada/devices/{before}").get_json()
    assert [cookie["max_age"] for cookie in again["cookies"]] == [0, 0]
    laptop.browser.choose("refuse")
    assert server.account("ada")["state"]["event"] == "given"


def test_another_account_on_the_same_device_learns_nothing_of_the_first(service: Service, server: SiteServer) -> None:
    shared = server.device()
    shared.browser.choose("refuse")
    shared.sign_in("ada")
    service.clock.ms += 1000
    shared.browser.choose("agree")
    adas = shared.cookie("subject")
    bobs = shared.sign_in("bob")  # nobody signed ada out
    assert shared.cookie("subject") != adas
    assert (bobs["outcome"], shared.purposes) == ("device", REFUSED)
    assert server.account("ada")["state"]["event"] == "given"
    assert server.account("ada")["devices"] == 0
    shared.sign_out("bob")
    assert shared.purposes == REFUSED


def test_a_new_device_is_told_and_a_known_one_is_not(server: SiteServer) -> None:
    laptop = server.device()
    event_id = str(uuid.uuid4())
    first = laptop.asked("ada", event_id=event_id)
    told = [server.call("POST", "/sync", json=first).get_json() for _ in range(2)]  # the first answer was lost
    assert told[0] == told[1]
    assert told[0]["tell"] is True
    laptop.keep(told[1]["cookies"])
    later = laptop.sign_in("ada", lang="es")
    assert (later["tell"], later["cookies"]) == (False, [])
    assert later["text"].startswith("Si ha iniciado sesión")


def test_where_nothing_stands_the_reader_is_asked_and_the_session_knows_them(server: SiteServer) -> None:
    laptop = server.device()
    synced = laptop.sign_in("ada")
    assert (synced["state"], synced["ask"], synced["outcome"]) == (None, "all", "none")
    [subject] = synced["cookies"]
    assert (subject["name"], subject["max_age"], subject["http_only"]) == ("subject_newsroom", None, True)
    assert subject["header"] == f"subject_newsroom={subject['value']}; Path=/; SameSite=Lax; Secure; HttpOnly"
    laptop.browser.choose("agree")
    assert server.account("ada")["state"]["purposes"]["marketing"] is True


def test_the_cookies_last_as_long_as_the_choice(service: Service, server: SiteServer) -> None:
    taken = server.choose("ada", "agree")
    service.clock.ms += 10 * DAY_MS
    state, subject = server.device().sign_in("ada")["cookies"]
    expected = f"v=1&n={taken['notice'][:16]}&t=1795000000&p=necessary:1/analytics:1/marketing:1&r={taken['record']}"
    assert (state["value"], state["max_age"], subject["max_age"]) == (expected, 170 * 86_400, 170 * 86_400)
    assert state["header"] == f"consent_newsroom={expected}; Max-Age=14688000; Path=/; SameSite=Lax; Secure"


def test_a_choice_that_is_over_no_longer_stands_anywhere(service: Service, server: SiteServer) -> None:
    server.choose("ada", "agree")
    laptop = server.device()
    laptop.sign_in("ada")
    service.clock.ms += 180 * DAY_MS
    synced = laptop.sign_in("ada")
    assert (synced["state"], synced["ask"], laptop.purposes) == (None, "all", None)


@pytest.mark.parametrize("subject", ["5f0c2d1e-0000-4000-8000-000000000000", None])
def test_a_cookie_is_no_proof(server: SiteServer, subject: str | None) -> None:
    stranger = server.device()
    taken = stranger.browser.choose("agree")
    forger = server.device()
    state = f"v=1&n={taken['notice'][:16]}&t=1795000000&p=necessary:1/analytics:1/marketing:1&r={taken['record']}"
    synced = forger.sign_in("ada", state=state, subject=subject)
    assert (synced["outcome"], synced["written"]) == ("none", [])
    assert synced["cookies"][0]["max_age"] == 0
    assert server.account("ada")["state"] is None


def test_an_agreement_for_one_device_does_not_spread(service: Service, server: SiteServer) -> None:
    server.publish(None)
    agreed, refused = server.device(), server.device()
    agreed.browser.choose("agree")
    refused.browser.choose("refuse")
    server.publish("newest")
    synced = agreed.sign_in("ada")
    assert (synced["outcome"], synced["ask"], agreed.purposes) == ("none", "all", None)
    agreed.sign_out("ada")
    assert agreed.purposes == AGREED
    assert refused.sign_in("ada")["outcome"] == "device"


def test_without_accounts_in_the_notice_nothing_is_shared_but_a_withdrawal(
    service: Service, server: SiteServer
) -> None:
    laptop = server.device()
    laptop.sign_in("ada")
    laptop.browser.choose("agree")
    server.publish(None)
    answer = server.call("POST", "/sync", json=laptop.asked("ada"))
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/conflict")
    laptop.browser.choose("agree")
    assert server.account("ada")["state"]["event"] == "given"
    laptop.browser.choose("withdraw")
    assert server.account("ada")["state"]["event"] == "withdrawn"


def test_a_site_whose_cookies_its_server_cannot_set_is_told(server: SiteServer) -> None:
    from consent import sites
    from consent.store.sites import Sites

    Sites(server.service.engine).put(sites.make("newsroom", ["https://elsewhere.example"]), 0)
    server.service.app.extensions["consent"].catalogue.forget()
    answer = server.call("POST", "/sync", json=server.device().asked("ada"))
    assert answer.status_code == 409
    assert "cookie domain" in answer.get_json()["detail"]


def test_a_signal_on_one_device_counts_for_the_account(service: Service, server: SiteServer) -> None:
    server.publish("newest", regulation="us-ca")
    server.choose("ada", "agree", region="US-CA")
    laptop = server.device()
    synced = laptop.sign_in("ada", gpc=True)
    assert (synced["outcome"], laptop.purposes) == ("signal", REFUSED)
    assert (service.recorded()[-1]["action"], service.recorded()[-1]["gpc"]) == ("gpc", True)
    phone = server.device()
    phone.sign_in("ada")
    assert phone.purposes == REFUSED


def test_a_signal_does_not_undo_what_was_decided_with_it_on(server: SiteServer) -> None:
    server.publish("newest", regulation="us-ca")
    server.choose("ada", "agree", region="US-CA", gpc=True)
    assert server.device().sign_in("ada", gpc=True)["outcome"] == "account"


def test_a_signal_changes_nothing_where_purposes_wait_for_an_agreement(server: SiteServer) -> None:
    server.choose("ada", "agree", region="FR")
    assert server.device().sign_in("ada", gpc=True)["outcome"] == "account"


def test_no_withdrawal_is_lost_between_two_devices(server: SiteServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """One device settles while a withdrawal arrives from another: what was read is old by the time of the append."""
    server.choose("ada", "refuse")
    laptop = server.device()
    server.service.clock.ms += 1000
    laptop.browser.choose("agree")
    known = server.service.app.extensions["consent"].account_sync._known
    read, once = known.newest, iter([True])

    def newest(reference: str) -> Any:
        answer = read(reference)
        if next(once, False):
            server.service.clock.ms += 1000
            server.choose("ada", "withdraw")
        return answer

    monkeypatch.setattr(known, "newest", newest)
    synced = laptop.sign_in("ada")
    assert (synced["outcome"], synced["state"]["event"], laptop.purposes) == ("account", "withdrawn", REFUSED)
    assert [choice["action"] for choice in server.service.recorded()] == ["refuse", "agree", "withdraw", "sync"]


def test_a_choice_outside_the_banner_is_recorded_with_what_asked(service: Service, server: SiteServer) -> None:
    notice = server.publish("newest")
    body = server.choice("ada", "preferences", purposes={"analytics": True, "marketing": False}, lang="es")
    answer = server.call("POST", "/choices", json=body)
    taken = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, taken["receipt"])
    assert (taken["event"], taken["purposes"]["analytics"], taken["notice"]) == ("given", True, notice)
    [choice] = service.recorded()
    assert (choice["writer"], choice["layer"], choice["component"]) == ("server", "api", "settings-page")
    assert (choice["language"], choice["notice"], choice["script"]) == ("es", notice, None)
    again = server.call("POST", "/choices", json=body)
    assert (again.status_code, again.get_json(), service.written()) == (201, taken, 1)
    conflict = server.call("POST", "/choices", json=body | {"action": "agree", "purposes": None})
    assert conflict.status_code == 422
    conflict = server.call("POST", "/choices", json={**server.choice("ada"), "event_id": body["event_id"]})
    assert (conflict.status_code, conflict.get_json()["type"]) == (409, "/problems/event-conflict")


def test_the_next_choice_names_what_it_replaces(service: Service, server: SiteServer) -> None:
    first = server.choose("ada", "agree")
    server.choose("ada", "withdraw", notice=None)
    assert service.recorded()[1]["supersedes"] == first["record"]


@pytest.mark.parametrize("notice", [None, "0" * 64])
def test_a_withdrawal_needs_no_notice(server: SiteServer, notice: str | None) -> None:
    server.publish(None)
    assert server.choose("ada", "withdraw", notice=notice)["event"] == "withdrawn"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("notice", {"notice": None}),
        ("notice", {"notice": "0" * 64}),
        ("account", {"account": "ada lovelace"}),
        ("account", {"account": "a" * 129}),
        ("component", {"component": "Our App!"}),
        ("component", {"component": None}),
        ("action", {"action": "sync"}),
        ("action", {"action": "import", "purposes": {"analytics": True, "marketing": True}}),
        ("purposes.marketing", {"action": "preferences", "purposes": {"analytics": True}}),
        ("display", {"display": "token"}),
        ("region", {"region": "Atlantis"}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(server: SiteServer, field: str, changes: dict[str, Any]) -> None:
    answer = server.call("POST", "/choices", json=server.choice(**{"account": "ada", **changes}))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert server.service.written() == 0


def test_a_notice_that_says_nothing_of_accounts_lets_nobody_agree_for_all_devices(server: SiteServer) -> None:
    server.publish(None)
    answer = server.call("POST", "/choices", json=server.choice("ada"))
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "notice")


@pytest.mark.parametrize(("field", "value"), [("subject", "me"), ("state", 7), ("event_id", "1"), ("devices", 2)])
def test_a_sync_of_another_form_is_refused(server: SiteServer, field: str, value: Any) -> None:
    answer = server.call("POST", "/sync", json=server.device().asked("ada") | {field: value})
    assert answer.status_code == 422
    assert field in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "path", ["/sync", "/choices", "/ada", "/ada/devices", "/ada/devices/5f0c2d1e-0000-4000-8000-000000000000"]
)
@pytest.mark.parametrize(
    ("scope", "site", "status"),
    [
        ("accounts:write", None, 403),
        ("accounts:write", "elsewhere", 403),
        ("audit:read", "newsroom", 403),
        ("", "", 401),
    ],
)
def test_a_token_of_this_site_alone_may(
    server: SiteServer, path: str, scope: str, site: str | None, status: int
) -> None:
    server.token = {} if status == 401 else server.service.token(scope, site=site)
    method = "POST" if path in ("/sync", "/choices") else "GET" if path == "/ada" else "DELETE"
    body = server.device().asked("ada") if path == "/sync" else server.choice("ada")
    answer = server.call(method, path, **({"json": body} if method == "POST" else {}))
    assert answer.status_code == status
    assert server.service.written() == 0


def test_an_account_id_is_data_and_not_a_path(server: SiteServer) -> None:
    for account in ("sync", "choices", "auth0|7f", "ada@news.example"):
        server.choose(account, "agree")
        assert server.account(account)["state"]["event"] == "given"
    assert server.call("GET", "/ada%20lovelace").status_code == 422


def test_too_long_a_body_is_refused(server: SiteServer) -> None:
    answer = server.call("POST", "/sync", json={"account": "a" * 20_000})
    assert answer.status_code == 413
    assert server.service.written() == 0


@pytest.mark.parametrize("gone", ["nothing", "the pointer"])
def test_an_accounts_history_is_its_records_on_all_devices(service_on_both: Service, gone: str) -> None:
    server = SiteServer(service_on_both)
    first = server.choose("ada", "agree")
    server.choose("bob", "agree")
    server.service.drain()
    second = server.choose("ada", "refuse")
    before = server.account("ada")
    assert (before["state"]["record"], before["pending"]) == (second["record"], [second["record"]])
    assert [each["record"] for each in before["history"]] == [first["record"]]
    server.service.drain()
    if gone == "the pointer":
        for key in server.service.redis.keys("consent:account:*"):  # type: ignore[union-attr]
            server.service.redis.delete(key)
    after = server.account("ada")
    assert (after["state"], after["pending"]) == (before["state"], [])
    assert [each["record"] for each in after["history"]] == [second["record"], first["record"]]
    server.service.drain()
    seen = [json.loads(each.body) for each in server.service.app.extensions["consent"].act_log.page(9, kind="access")]
    assert [(each["filter"], each["rows"]) for each in seen] == [({"account": True}, 2), ({"account": True}, 1)]


def test_all_devices_can_be_signed_out_at_once(server: SiteServer) -> None:
    devices = [server.device() for _ in range(3)]
    for device in devices:
        device.sign_in("ada")
    assert server.account("ada")["devices"] == 3
    assert server.call("DELETE", "/ada/devices").get_json() == {"devices": 3}
    devices[0].browser.choose("agree")
    assert server.account("ada") == {
        "site": "newsroom", "account": "ada", "devices": 0, "state": None, "pending": [], "history": [],
    }  # fmt: skip


def test_neither_account_nor_device_stands_in_redis_in_clear(service: Service, server: SiteServer) -> None:
    laptop = server.device()
    laptop.browser.choose("agree")
    own = laptop.cookie("subject")
    laptop.sign_in("ada-of-the-harbour")
    laptop.browser.choose("refuse")
    raw = repr([(key, service.redis.dump(key)) for key in service.redis.scan_iter()])
    assert STREAM in raw and "consent:link:" in raw
    for name in ("ada-of-the-harbour", own, laptop.cookie("subject")):
        assert str(name) not in raw


def test_the_officer_sees_the_account_of_a_record(service: Service, server: SiteServer) -> None:
    server.choose("ada", "agree")
    service.drain()
    server.choose("bob", "refuse")
    service.drain()
    for query in ("action=agree", "account=ada", "account=ada&site=newsroom"):
        answer = server.client.get(f"/v1/audit/records?{query}", headers=service.token("audit:read"))
        assert [record["account"] for record in answer.get_json()["records"]] == ["ada"]


WHY = {"rule": "GDPR Art. 17(1)(b)"}


@pytest.mark.parametrize("lagging", [True, False])
def test_an_erased_account_is_nobodys_on_any_device(service_on_both: Service, lagging: bool) -> None:
    service = service_on_both
    server = SiteServer(service)
    server.device().sign_in("ada")
    kept = server.choose("ada", "agree")
    server.choose("bob", "agree")
    if not lagging:
        service.drain()
    officer = {"headers": service.token("subjects:erase", site="newsroom"), "json": WHY}
    answer = server.client.delete("/v1/sites/newsroom/accounts/ada", **officer)
    assert (answer.status_code, answer.get_json()["status"]) == (202, "accepted")
    service.drain()
    gone = server.account("ada")
    assert (gone["devices"], gone["state"], gone["history"]) == (0, None, [])
    assert server.account("bob")["state"]["event"] == "given"
    assert server.client.get(f"/v1/receipts/{kept['record']}").status_code == 200
    keys = service.redis.keys(f"consent:*:{service.app.extensions['consent'].accounts.reference('newsroom', 'ada')}")
    assert keys == []


def test_erasing_a_device_brings_no_older_agreement_back(service_on_both: Service) -> None:
    service = service_on_both
    server = SiteServer(service)
    server.choose("ada", "agree")
    phone = server.device()
    phone.sign_in("ada")
    phone.browser.choose("withdraw")
    service.drain()
    officer = {"headers": service.token("subjects:erase"), "json": WHY}
    assert server.client.delete(f"/v1/subjects/{phone.cookie('subject')}", **officer).status_code == 202
    assert server.account("ada")["state"]["event"] == "withdrawn"
    service.drain()
    assert (server.account("ada")["state"], server.device().sign_in("ada")["ask"]) == (None, "all")
    server.choose("ada", "agree")
    assert server.account("ada")["state"]["event"] == "given"


def test_what_is_chosen_after_an_erasure_and_before_the_drain_stands(service_on_both: Service) -> None:
    service = service_on_both
    server = SiteServer(service)
    server.choose("ada", "agree")
    officer = {"headers": service.token("subjects:erase", site="newsroom"), "json": WHY}
    server.client.delete("/v1/sites/newsroom/accounts/ada", **officer)
    newer = server.choose("ada", "refuse")
    for _ in range(2):
        service.drain()
        assert server.account("ada")["state"]["record"] == newer["record"]


def test_signed_in_a_reader_sees_the_choices_of_all_devices(service: Service, server: SiteServer) -> None:
    phone, laptop = server.device(), server.device()
    phone.browser.choose("agree")
    for device in (phone, laptop):
        device.sign_in("ada")
    service.clock.ms += 1000
    phone.browser.choose("refuse")
    laptop.sign_in("ada")
    mine = laptop.browser.client.get("/v1/consents/me?site=newsroom").get_json()
    assert [each["purposes"]["analytics"] for each in mine["pending"]] == [False]
    service.drain()
    mine = laptop.browser.client.get("/v1/consents/me?site=newsroom").get_json()
    assert [each["event"] for each in mine["history"]] == ["refused", "given"]
    assert mine["state"]["event"] == "refused"
    laptop.sign_out("ada")
    assert laptop.browser.client.get("/v1/consents/me?site=newsroom").get_json()["history"] == []


def test_the_scope_of_a_choice_is_told_where_it_is_asked_for(service: Service, server: SiteServer) -> None:
    server.publish("refusal")
    texts = service.browser().notice()["texts"]
    assert texts["body"].endswith(f"\n{texts['accounts']}")
    form = service.app.test_client().get("/v1/sites/newsroom/banner?lang=es").text
    assert "en todos los dispositivos en los que la haya iniciado" in form
    server.publish(None)
    assert "accounts" not in service.browser().notice()["texts"]


def test_under_a_notice_found_faulty_nothing_stands_in_an_account(service: Service, server: SiteServer) -> None:
    faulty = server.choose("ada", "agree")["notice"]
    laptop = server.device()
    laptop.sign_in("ada")
    server.publish("newest", validity_days=90)
    officer = service.token("records:write")
    path = f"/v1/notices/{faulty}/invalidation"
    answer = server.client.post(path, json={"reason": "a vendor was missing"}, headers=officer)
    assert answer.status_code < 300, answer.text
    service.drain()
    service.app.extensions["consent"].catalogue.forget()
    assert (laptop.sign_in("ada")["ask"], laptop.purposes) == ("all", None)
    assert server.account("ada")["state"] is None
