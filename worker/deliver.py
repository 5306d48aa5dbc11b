"""Delivering messages to webhooks: one attempt a task, the next one noted in the row, given up after the last.

Nothing is followed, nothing of the answer is read but its status, and no proxy of the environment is used.
"""

import logging
import random
from typing import NamedTuple

import httpx

from chassis.authorities import trusted
from chassis.sql import read, write
from publisher import messages
from publisher.addresses import Forbidden, Unknown, target_of
from publisher.store import webhooks
from publisher.store.webhooks import DEAD, DELIVERED, Delivery, Webhook
from publisher.webhooks import headers
from worker.workshop import Workshop, now_ms

TIMEOUT_S = 5.0
LEASE_MS = 60_000
WAITS_S = (5, 30, 120, 600, 1800, 7200, 18_000, 36_000)
"""Between the attempts; after the last one a message is dead: some seventeen hours after the first."""
LONGEST_ASKED_S = 36_000
MOST_SENT = 200

log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What came of an attempt: ``status`` None where there was no answer."""

    text: str
    status: int | None = None
    asked_s: int | None = None


def deliver(workshop: Workshop, identifier: int) -> None:
    """Make one attempt, if it is due: a message may come late or twice."""
    with write(workshop.house.engine) as connection:
        claimed = webhooks.claim(connection, identifier, now_ms(), LEASE_MS)
    if claimed is None:
        return
    delivery, webhook = claimed
    outcome = _attempt(delivery, webhook, workshop.settings.webhook_private)
    if outcome.status is not None and 200 <= outcome.status < 300:
        _end(workshop, delivery, DELIVERED, outcome)
    elif outcome.status == 410:
        with write(workshop.house.engine) as connection:
            webhooks.disable(connection, webhook.id, now_ms())
        log.error("webhook gone, told nothing any more", extra=_about(delivery, outcome))
    elif delivery.attempts > len(WAITS_S):
        _end(workshop, delivery, DEAD, outcome)
        log.error("webhook message dead", extra=_about(delivery, outcome))
    else:
        wait_s = outcome.asked_s or WAITS_S[delivery.attempts - 1] * random.uniform(1, 1.2)
        with write(workshop.house.engine) as connection:
            webhooks.postpone(connection, delivery.id, now_ms() + int(wait_s * 1000), outcome.text)
        log.warning("webhook message postponed", extra=_about(delivery, outcome) | {"wait_s": round(wait_s)})


def send_due(workshop: Workshop) -> int:
    """Send a task for each delivery that is due; returns how many."""
    with read(workshop.house.engine) as connection:
        due = webhooks.due(connection, now_ms(), MOST_SENT)
    for identifier in due:
        workshop.house.queue.send(messages.DELIVER, [identifier], messages.QUEUES[messages.DELIVER])
    return len(due)


def _attempt(delivery: Delivery, webhook: Webhook, private: bool) -> Outcome:
    body = delivery.body.encode()
    try:
        target = target_of(webhook.url, private)
    except (Forbidden, Unknown) as error:
        return Outcome(str(error))
    sent = {
        **headers(webhook.secret, delivery.message, now_ms() // 1000, body),
        "Content-Type": "application/json",
        "User-Agent": "Imprimatur-Webhooks/1",
        "Host": target.host,
    }
    try:
        with (
            httpx.Client(trust_env=False, verify=trusted(trust_env=False), timeout=TIMEOUT_S) as client,
            client.stream(
                "POST", target.url, content=body, headers=sent, extensions={"sni_hostname": target.name}
            ) as answer,
        ):
            return Outcome(f"status {answer.status_code}", answer.status_code, _asked_wait(answer))
    except httpx.HTTPError as error:
        return Outcome(f"{type(error).__name__}: {error}"[:300])


def _asked_wait(answer: httpx.Response) -> int | None:
    asked = answer.headers.get("Retry-After", "")
    if answer.status_code not in (429, 503) or not asked.isdecimal():
        return None
    return max(1, min(int(asked), LONGEST_ASKED_S))


def _end(workshop: Workshop, delivery: Delivery, state: str, outcome: Outcome) -> None:
    with write(workshop.house.engine) as connection:
        webhooks.end(connection, delivery.id, state, outcome.text, now_ms())


def _about(delivery: Delivery, outcome: Outcome) -> dict[str, object]:
    about = {"webhook": delivery.webhook, "webhook_message": delivery.message, "event_type": delivery.event}
    return about | {"attempt": delivery.attempts, "outcome": outcome.text}
