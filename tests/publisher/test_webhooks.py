"""Webhooks: who is told of what, and how a message is signed."""

import json
from collections.abc import Callable

import pytest

from chassis import sql
from chassis.errors import Invalid
from publisher.editing.clockwork import run_due
from publisher.editing.publishing import withdraw
from publisher.house import House
from publisher.store import webhooks
from publisher.webhooks import EVENTS, check_webhook, headers, is_public_address
from tests.publisher.newsroom import Newsroom, an_article, now_ms

HOUR = 3_600_000


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def told(newsroom: Newsroom) -> list[str]:
    """Events that the webhook was told of, the first one first."""
    with sql.write(newsroom.house.engine) as connection:
        [hook] = webhooks.every(connection)
        return [each.event for each in webhooks.deliveries(connection, hook.id)][::-1]


def register(newsroom: Newsroom, *events: str) -> str:
    with sql.write(newsroom.house.engine) as connection:
        return webhooks.add(connection, "https://example.org/", "whsec_AAAA", events or EVENTS, now_ms()).id


def test_a_message_is_signed_as_standard_webhooks_has_it() -> None:
    """The example of the reference implementations."""
    signed = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_readers_see_is_told_and_nothing_else(newsroom: Newsroom) -> None:
    register(newsroom)
    newsroom.publish(status="withheld")
    newsroom.publish(an_article(headline="B"))
    newsroom.move("submit")
    assert told(newsroom) == []
    newsroom.move("publish")
    newsroom.publish(an_article(headline="C"), kind="minor")
    newsroom.move("unpublish")
    newsroom.publish(an_article(headline="D"))
    newsroom.move("kill")
    assert told(newsroom) == ["article.published", "article.updated", "article.unpublished", "article.killed"]
    with sql.read(newsroom.house.engine) as connection:
        [hook] = webhooks.every(connection)
        bodies = [json.loads(each.body) for each in webhooks.deliveries(connection, hook.id)]
    assert bodies[0]["data"] == {"id": "bridge", "revision": 4, "pubStatus": "canceled"}
    assert bodies[2]["data"]["headline"] == "C" and bodies[2]["data"]["kind"] == "minor"
    assert bodies[3]["type"] == "article.published" and bodies[3]["timestamp"].endswith("Z")


def test_a_draft_that_is_killed_or_deleted_was_never_told_of(newsroom: Newsroom) -> None:
    register(newsroom)
    newsroom.publish(status="withheld")
    newsroom.move("kill")
    newsroom.publish(an_article(slug="b"), "b", status="withheld")
    withdraw(newsroom.house.engine, "b", 1)
    newsroom.publish(an_article(slug="c"), "c")
    withdraw(newsroom.house.engine, "c", 1)
    assert told(newsroom) == ["article.published", "article.deleted"]


def test_an_embargoed_article_is_told_of_when_its_embargo_ends(
    newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    start = now_ms()
    register(newsroom)
    newsroom.publish(times={"embargoed_until_ms": start + HOUR, "expires_ms": start + 2 * HOUR})
    newsroom.publish(an_article(headline="B"))
    assert told(newsroom) == []
    for hours in (1, 2):
        set_clock(start + hours * HOUR)
        run_due(newsroom.house.engine, newsroom.house.offer)
    assert told(newsroom) == ["article.published", "article.unpublished"]


def test_a_webhook_is_told_what_it_asked_for(newsroom: Newsroom) -> None:
    register(newsroom, "article.killed")
    newsroom.publish()
    newsroom.move("kill")
    assert told(newsroom) == ["article.killed"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://localhost/", "https://127.0.0.1/", "https://10.1.2.3/x", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest", "https://0/", "https://2130706433/",
        "https://user:x@example.org/", "ftp://example.org/", "https://db.internal/", "https://printer.local/",
        "https:///x", "https://example.org:0/", "https://example.org:x/", "https://exa mple.org/", "https://[::1",
        "https://0177.0.0.1/", "https://224.0.0.1/", "https://example.org/\n", "https://ex\u00e4mple.org/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_internet_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="url: expected a public https address"):
        check_webhook(url, EVENTS, private=False)


def test_a_setting_lets_private_addresses_in() -> None:
    check_webhook("http://127.0.0.1:8080/hook", EVENTS, private=True)
    check_webhook("https://hooks.example.org:8443/a?b=c", ["article.killed"], private=False)
    with pytest.raises(Invalid, match=r"events: expected some of article\.published"):
        check_webhook("https://example.org/", ["article.born"], private=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.216.34", True), ("2606:4700::1", True), ("192.168.1.1", False), ("100.64.0.1", False), ("fd00::1", False),
     ("fe80::1", False), ("::", False), ("2002:7f00:1::", False), ("ff02::1", False), ("198.18.0.1", False)],
)  # fmt: skip
def test_addresses_of_networks_of_ones_own_are_told_from_the_internets(address: str, public: bool) -> None:
    assert is_public_address(address) is public
