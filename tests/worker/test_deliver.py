"""Webhook messages on their way: signed, tried again, given up, and never sent where they must not go."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chassis import sql
from publisher import messages
from publisher.addresses import Forbidden, Unknown, target_of
from publisher.store import webhooks
from publisher.store.webhooks import Delivery
from publisher.webhooks import EVENTS, new_secret
from tests.servers.web_server import POLL_S
from tests.worker.conftest import Make
from tests.worker.newsroom import publish_article
from tests.worker.test_relay import waiting
from worker import deliver
from worker.workshop import Workshop, now_ms

DAY = 24 * 3_600_000


class Receiver:
    """A web server that keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.answer_headers = 200, dict[str, str]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                for name, value in receiver.answer_headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(POLL_S,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def workshop(make_workshop: Make, publisher_database: str) -> Workshop:
    return make_workshop(publisher_database, webhook_private=True)


def register(workshop: Workshop, url: str) -> webhooks.Webhook:
    with sql.write(workshop.house.engine) as connection:
        return webhooks.add(connection, url, new_secret(), EVENTS, now_ms())


def delivery(workshop: Workshop, hook: webhooks.Webhook) -> Delivery:
    with sql.read(workshop.house.engine) as connection:
        [found] = webhooks.deliveries(connection, hook.id)
    return found


def test_a_message_comes_whole_and_its_receiver_can_prove_it(workshop: Workshop, receiver: Receiver) -> None:
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    sent = delivery(workshop, hook)
    deliver.deliver(workshop, sent.id)
    [(headers, body)] = receiver.got
    got = {name.lower(): value for name, value in headers.items()}
    signed = f"{got['webhook-id']}.{got['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    assert got["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert abs(int(got["webhook-timestamp"]) - now_ms() // 1000) < 60 and got["content-type"] == "application/json"
    told = json.loads(body)
    assert told["type"] == "article.published" and told["data"]["path"] == "/en/bridge"
    ended = delivery(workshop, hook)
    assert (ended.state, ended.attempts, ended.outcome) == ("delivered", 1, "status 200")
    deliver.deliver(workshop, sent.id)
    assert len(receiver.got) == 1, "a message of the broker may come twice"


@pytest.mark.parametrize("status", [500, 302, 404])
def test_what_is_not_taken_is_tried_again_later_and_then_given_up(
    workshop: Workshop,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    receiver.status, receiver.answer_headers = status, {"Location": receiver.url}
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    sent = delivery(workshop, hook)
    waits = []
    for attempt in range(1, len(deliver.WAITS_S) + 2):
        at_ms = delivery(workshop, hook).next_attempt_ms
        monkeypatch.setattr(deliver, "now_ms", lambda at_ms=at_ms: at_ms)
        deliver.deliver(workshop, sent.id)
        now = delivery(workshop, hook)
        assert now.attempts == attempt == len(receiver.got)
        waits.append((now.next_attempt_ms - at_ms) / 1000)
    assert all(least <= wait <= least * 1.21 for least, wait in zip(deliver.WAITS_S, waits, strict=False))
    assert delivery(workshop, hook).state == "dead" and "webhook message dead" in caplog.text
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1, "the receiver knows it for the same"


def test_a_receiver_may_ask_for_time(workshop: Workshop, receiver: Receiver) -> None:
    receiver.status, receiver.answer_headers = 503, {"Retry-After": "900"}
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    deliver.deliver(workshop, delivery(workshop, hook).id)
    assert 890_000 < delivery(workshop, hook).next_attempt_ms - now_ms() <= 900_000


def test_a_receiver_that_is_gone_is_told_nothing_any_more(workshop: Workshop, receiver: Receiver) -> None:
    receiver.status = 410
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    deliver.deliver(workshop, delivery(workshop, hook).id)
    publish_article(workshop.house.engine, ("Another text.",))
    assert delivery(workshop, hook).state == "dead" and len(receiver.got) == 1


def test_a_receiver_that_is_away_costs_a_line(workshop: Workshop, free_port: int) -> None:
    hook = register(workshop, f"http://127.0.0.1:{free_port}/")
    publish_article(workshop.house.engine)
    deliver.deliver(workshop, delivery(workshop, hook).id)
    late = delivery(workshop, hook)
    assert late.state == "open" and late.outcome is not None and late.outcome.startswith("ConnectError")


def test_a_message_whose_task_was_lost_is_sent_again(workshop: Workshop, receiver: Receiver, redis_url: str) -> None:
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    sent = delivery(workshop, hook)
    assert deliver.send_due(workshop) == 1
    assert waiting(redis_url, messages.QUEUES[messages.DELIVER]) == [[sent.id]]
    deliver.deliver(workshop, sent.id)
    assert deliver.send_due(workshop) == 0


def test_nothing_is_sent_to_a_private_address(make_workshop: Make, sqlite_url: str, receiver: Receiver) -> None:
    workshop = make_workshop(sqlite_url)
    hook = register(workshop, receiver.url)
    publish_article(workshop.house.engine)
    deliver.deliver(workshop, delivery(workshop, hook).id)
    assert receiver.got == []
    assert "leads to a private address" in (delivery(workshop, hook).outcome or "")


def test_a_name_is_looked_up_and_what_was_found_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(*addresses: str) -> Callable[..., Any]:
        return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34"))
    target = target_of("https://hooks.example.org/a?b=c", private=False)
    assert target == ("https://93.184.216.34:443/a?b=c", "hooks.example.org", "hooks.example.org")
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))
    with pytest.raises(Forbidden):
        target_of("https://hooks.example.org/", private=False)
    monkeypatch.undo()
    with pytest.raises(Unknown):
        target_of("https://nowhere.invalid/", private=False)
