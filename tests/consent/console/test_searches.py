"""Searches of the console that are saved by name."""

import re
from html import unescape

from werkzeug.test import Client

from consent.store import saved_searches
from tests.consent.console.officer import OWN, RECORDS, form_word, make_token, read, sign_in
from tests.consent.service import Service

REFUSALS = {"event": "refused", "from": "2026-03-01", "to": "2026-03-31", "columns": "event,page"}


def _post(client: Client, path: str, **form: str) -> tuple[int, str | None]:
    sent = {"csrf": form_word(client), **form}
    answer = client.post(f"/console/searches{path}", data=sent, base_url=OWN, headers={"Origin": OWN})
    return answer.status_code, answer.headers.get("Location")


def _saved(client: Client, address: str = RECORDS) -> dict[str, str]:
    listed = re.search(r'<nav class="spans" aria-label="Saved searches">(.*?)</nav>', read(client, address))
    return (
        {}
        if listed is None
        else {unescape(name): unescape(to) for to, name in re.findall(r'href="([^"]+)"[^>]*><bdi>([^<]+)', listed[1])}
    )


def test_a_search_is_saved_found_by_its_name_replaced_and_forgotten(service_on_both: Service) -> None:
    client, _ = sign_in(service_on_both)
    status, address = _post(client, "", name=" <b>March’s   refusals ", **REFUSALS, layer=" ")
    assert status == 303 and address is not None
    assert _saved(client) == {"<b>March’s refusals": address} and "<b>March" not in read(client, RECORDS)
    assert "Forget “" in read(client, address) and "Save this search" not in read(client, address)
    _post(client, "", name="<b>March’s refusals", event="given")
    assert _saved(client) == {"<b>March’s refusals": f"{RECORDS}?event=given"}
    assert _post(client, "/forget", name="<b>March’s refusals") == (303, RECORDS)
    assert _saved(client) == {}


def test_nothing_is_saved_that_is_of_one_person_or_no_search(service: Service) -> None:
    client, _ = sign_in(service)
    person = "4a60b40e-4404-4f24-a898-0d794bf65980"
    for wrong in ({"subject": person}, {"account": "a-1"}, {"receipt": person}, {"event": "stolen"}, {"salt": "1"}):
        assert _post(client, "", name="wrong", **wrong)[0] == 422, wrong
    for name in ("", " ", "n" * 61):
        assert _post(client, "", name=name, event="given")[0] == 422
    assert "Save this search" not in read(client, f"{RECORDS}?subject={person}") and _saved(client) == {}
    form = {"name": "forged", "event": "given"}
    assert client.post("/console/searches", data=form, base_url=OWN, headers={"Origin": OWN}).status_code >= 400
    assert _saved(client) == {}


def test_who_sees_other_sites_sees_other_searches_and_there_is_an_end_to_them(service: Service) -> None:
    everybody, _ = sign_in(service)
    own, _ = sign_in(service, make_token(service, "console", "audit:read", site="newsroom"))
    editor, _ = sign_in(service, make_token(service, "console", "notices:write"))
    _post(own, "", name="ours", event="given")
    assert _saved(everybody) == {} and list(_saved(own)) == ["ours"]
    assert _post(editor, "", name="theirs", event="given")[0] == _post(editor, "/forget", name="ours")[0] == 403
    kept = service.app.extensions["consent"].saved_searches
    for number in range(1, saved_searches.MOST):
        kept.save("newsroom", str(number), {}, 0)
    assert _post(own, "", name="one more", event="given")[0] == 409
    assert _post(own, "", name="ours", event="refused")[0] == 303
