"""Who asks about somebody learns nothing, neither from the answer nor from the work that it took."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.consent.service import Browser, Service


@contextmanager
def statements(service: Service) -> Iterator[list[str]]:
    """Note what the service asks its database."""
    asked: list[str] = []
    engine = service.app.extensions["ledger"].engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(re.sub(r"\s+", " ", statement))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def own(service: Service, site: str, subject: str | None) -> TestResponse:
    client = service.app.test_client()
    if subject is not None:
        client.set_cookie(f"subject_{site}", subject, domain="localhost")
    return client.get(f"/v1/consents/me?site={site}")


def subject_of(browser: Browser) -> str:
    answer: dict[str, Any] = browser.client.get("/v1/consents/me?site=newsroom").get_json()
    return str(answer["subject"])


@pytest.fixture
def known(service: Service) -> str:
    """The subject of a reader of one site, in the ledger; there is another site."""
    service.add_site("gazette")
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    return subject_of(browser)


def test_a_subject_of_another_site_is_answered_like_one_that_there_is_not(service: Service, known: str) -> None:
    stranger = str(uuid.uuid4())
    answers = []
    for subject in (known, stranger):
        with statements(service) as asked:
            answer = own(service, "gazette", subject)
        answers.append((answer.status_code, answer.text.replace(subject, ""), dict(answer.headers.items()), asked))
    for told in answers:
        told[2].pop("X-Request-Id"), told[2].pop("RateLimit")
    assert answers[0] == answers[1]
    assert answers[0][0] == 200 and len(answers[0][3]) > 0


def test_to_see_a_history_one_must_know_the_whole_subject(service: Service, known: str) -> None:
    assert own(service, "newsroom", known).get_json()["history"] != []
    for change in (known[:-1] + ("0" if known[-1] != "0" else "1"), known.upper(), known[:-1], known + "0", ""):
        assert own(service, "newsroom", change).get_json()["history"] == []


def test_records_that_there_are_not_take_the_same_work_each(service: Service, known: str) -> None:
    service.app.test_client().get(f"/v1/receipts/{uuid.uuid4()}")  # the first one learns the log's own id
    seen = []
    for _ in range(3):
        with statements(service) as asked:
            answer = service.app.test_client().get(f"/v1/receipts/{uuid.uuid4()}")
        seen.append((answer.status_code, tuple(asked)))
    assert len(set(seen)) == 1 and seen[0][0] == 404


def test_ids_cannot_be_counted_up_to(service: Service, browser: Browser) -> None:
    """Record and subject ids are made under a key: neighbouring events have ids that share nothing."""
    first, second = (
        browser.choose("agree", event_id=f"5f0c7d1e-aaaa-4aaa-8aaa-00000000000{digit}")["record"] for digit in "12"
    )
    bits = bin(uuid.UUID(first).int ^ uuid.UUID(second).int).count("1")
    assert bits > 30
