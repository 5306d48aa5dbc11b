"""The console's page on one person."""

import json
import re
import uuid

import pytest
from werkzeug.test import Client

from consent.roles import ROLES
from tests.consent.console.officer import OWN, form_word, make_token, read, sign_in
from tests.consent.service import Service


def officer(service: Service, role: str = "officer", site: str | None = None) -> Client:
    client, _ = sign_in(service, make_token(service, *ROLES[role].scopes, site=site))
    return client


def chosen(service: Service) -> str:
    """Let a reader choose twice, and return their subject id."""
    reader = service.browser()
    for action in ("agree", "withdraw"):
        reader.choose(action, page="/en/slug")
    service.drain()
    return str(reader.client.get_cookie("subject_newsroom", domain="localhost").value)  # type: ignore[union-attr]


def send(client: Client, address: str, **form: str) -> int:
    sent = {"csrf": form_word(client), "confirmed": "yes", **form}
    return client.post(address, data=sent, base_url=OWN, headers={"Origin": OWN}).status_code


def test_everything_on_a_person_is_on_one_page_and_in_one_file(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    page = read(client, f"/console/subjects/{subject}")
    assert page.count(">given<") == 1 and page.count(">withdrawn<") == 2 and "/en/slug" in page
    file = client.get(f"/console/subjects/{subject}.json", base_url=OWN)
    assert [each["event"] for each in json.loads(file.data)["records"]] == ["withdrawn", "given"]
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_looking_at_a_person_is_recorded_and_shown_to_the_next_who_looks(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    assert "Nobody before you." in read(client, f"/console/subjects/{subject}")
    service.drain()
    assert "<strong>access</strong> subject" in read(client, f"/console/subjects/{subject}")


def test_a_person_is_erased_with_a_rule_and_nothing_else(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    address = f"/console/subjects/{subject}"
    assert send(client, address, act="erase") == 422
    assert send(client, address, act="erase", rule="GDPR Art. 17(1)(b)", reason="asked by letter") == 303
    service.drain()
    page = read(client, address)
    assert "Nothing is held on this person" in page


def test_a_hold_is_laid_and_keeps_from_erasure(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    address = f"/console/subjects/{subject}"
    assert send(client, address, act="hold", rule="Art. 17(3)(e)") == 303
    service.drain()
    assert "Under a legal hold" in read(client, address)
    assert send(client, address, act="erase", rule="GDPR Art. 17(1)(b)") == 409


@pytest.mark.parametrize(
    "path", ["/console/subjects", "/console/subjects/4a60b40e-4404-4f24-a898-0d794bf65980", "/console/tokens"]
)
def test_an_auditor_gets_to_no_person_and_no_token(service: Service, path: str) -> None:
    client = officer(service, "auditor")
    answer = client.get(path, base_url=OWN)
    assert answer.status_code == 403 and "lacks the scope" in answer.text
    assert "Persons" not in read(client, "/console/records") and "Tokens" not in read(client, "/console/records")


def test_an_id_leads_to_its_page_and_anything_else_is_named(service: Service) -> None:
    client, subject = officer(service), str(uuid.uuid4())
    answer = client.get(f"/console/subjects?subject={subject}", base_url=OWN)
    assert answer.headers["Location"].endswith(f"/console/subjects/{subject}")
    assert "expected a UUID" in read(client, "/console/subjects?subject=somebody")


def test_a_form_of_another_page_does_nothing(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    assert send(client, f"/console/subjects/{subject}", csrf="guessed", act="erase", rule="GDPR") == 403
    service.drain()
    assert "Nothing is held" not in read(client, f"/console/subjects/{subject}")


def test_a_letter_tells_a_person_what_stands_and_every_choice_in_words(service: Service) -> None:
    subject, client = chosen(service), officer(service)
    page = read(client, f"/console/subjects/{subject}")
    assert re.search(
        r"What stands now.+?<th scope=\"row\">newsroom</th>\s+<td data-label=\"Event\"><span class=\"chip withdrawn\">",
        page,
        re.DOTALL,
    )
    assert f'href="/console/subjects/{subject}/letter"' in page
    service.drain()
    letter = read(client, f"/console/subjects/{subject}/letter")
    assert "The Daily Example<br>1 Example Street" in letter and "You withdrew your consent on" in letter
    assert letter.count('<tr class="under">') == 2 and letter.count("<td>analytics, marketing</td>") == 2
    assert "1 access by our officers before this one" in letter
    service.drain()
    assert read(client, f"/console/subjects/{subject}").count("<strong>access</strong> subject") == 2, (
        "a letter is a look"
    )
    nobody = read(client, "/console/subjects/4a60b40e-4404-4f24-a898-0d794bf65980/letter")
    assert "Nothing is held on you" in nobody
    auditor = officer(service, "auditor")
    assert auditor.get(f"/console/subjects/{subject}/letter", base_url=OWN).status_code == 403
