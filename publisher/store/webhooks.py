"""Webhooks and their deliveries in SQL; inside the caller's transaction. Times are unix ms."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from publisher.messages import DELIVER
from publisher.store import outbox
from publisher.store.tables import delivery, webhook
from publisher.webhooks import envelope

OPEN, DELIVERED, DEAD = "open", "delivered", "dead"
ID = re.compile(r"wh_[0-9a-f]{16}")
KEPT_MS = 7 * 24 * 3_600_000


class Webhook(NamedTuple):
    """Who wants to be told of which events; ``disabled_ms``: since when no longer."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    created_ms: int
    disabled_ms: int | None


class Delivery(NamedTuple):
    """One message to one webhook, and how far it is."""

    id: int
    webhook: str
    event: str
    message: str
    body: str
    state: str
    attempts: int
    next_attempt_ms: int
    created_ms: int
    ended_ms: int | None
    outcome: str | None


def add(connection: Connection, url: str, secret: str, events: Sequence[str], now_ms: int) -> Webhook:
    """Note a webhook."""
    made = Webhook(f"wh_{secrets.token_hex(8)}", url, secret, tuple(events), now_ms, None)
    connection.execute(insert(webhook).values(**made._asdict() | {"events": " ".join(events)}))
    return made


def every(connection: Connection) -> list[Webhook]:
    """List the webhooks, the oldest first."""
    rows = connection.execute(select(webhook).order_by(webhook.c.created_ms, webhook.c.id))
    return [_webhook(row._mapping) for row in rows]


def load(connection: Connection, identifier: str) -> Webhook | None:
    """Load one webhook."""
    if not ID.fullmatch(identifier):
        return None  # PostgreSQL refuses to look for a NUL
    row = connection.execute(select(webhook).where(webhook.c.id == identifier)).one_or_none()
    return _webhook(row._mapping) if row else None


def remove(connection: Connection, identifier: str) -> bool:
    """Forget a webhook with its deliveries; False when there is none."""
    if not ID.fullmatch(identifier):
        return False
    return connection.execute(delete(webhook).where(webhook.c.id == identifier)).rowcount == 1


def disable(connection: Connection, identifier: str, now_ms: int) -> None:
    """Tell a webhook nothing any more; what was still to be told it is dropped."""
    connection.execute(update(webhook).where(webhook.c.id == identifier).values(disabled_ms=now_ms))
    open_ones = (delivery.c.webhook == identifier, delivery.c.state == OPEN)
    connection.execute(update(delivery).where(*open_ones).values(state=DEAD, ended_ms=now_ms, outcome="disabled"))


def tell(connection: Connection, event: str, data: Mapping[str, Any], now_ms: int) -> None:
    """Note a message for every webhook that asked for this event."""
    connection.execute(delete(delivery).where(delivery.c.state != OPEN, delivery.c.ended_ms < now_ms - KEPT_MS))
    moment = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = json.dumps(envelope(event, moment, data), ensure_ascii=False, separators=(",", ":"))
    for each in every(connection):
        if event in each.events and each.disabled_ms is None:
            made = insert(delivery).values(
                webhook=each.id,
                event=event,
                message=f"msg_{secrets.token_hex(12)}",
                body=body,
                state=OPEN,
                attempts=0,
                next_attempt_ms=now_ms,
                created_ms=now_ms,
            )
            identifier = connection.execute(made.returning(delivery.c.id)).scalar_one()
            outbox.add(connection, DELIVER, identifier, now_ms=now_ms)


def claim(connection: Connection, identifier: int, now_ms: int, lease_ms: int) -> tuple[Delivery, Webhook] | None:
    """Take a delivery that is due, counting the attempt; None when somebody else has it or it ended."""
    due = (delivery.c.id == identifier, delivery.c.state == OPEN, delivery.c.next_attempt_ms <= now_ms)
    taken = {"attempts": delivery.c.attempts + 1, "next_attempt_ms": now_ms + lease_ms}
    row = connection.execute(update(delivery).where(*due).values(**taken).returning(*delivery.c)).one_or_none()
    receiver = load(connection, row.webhook) if row else None
    return (Delivery(*row), receiver) if row and receiver else None


def end(connection: Connection, identifier: int, state: str, outcome: str, now_ms: int) -> None:
    """Note that a delivery came to its end."""
    ended = {"state": state, "outcome": outcome, "ended_ms": now_ms}
    connection.execute(update(delivery).where(delivery.c.id == identifier, delivery.c.state == OPEN).values(**ended))


def postpone(connection: Connection, identifier: int, next_attempt_ms: int, outcome: str) -> None:
    """Note when to try again, and what came of this attempt."""
    later = {"next_attempt_ms": next_attempt_ms, "outcome": outcome}
    connection.execute(update(delivery).where(delivery.c.id == identifier, delivery.c.state == OPEN).values(**later))


def due(connection: Connection, now_ms: int, most: int) -> list[int]:
    """Ids of deliveries whose next attempt is due, those that wait longest first."""
    query = select(delivery.c.id).where(delivery.c.state == OPEN, delivery.c.next_attempt_ms <= now_ms)
    return list(connection.scalars(query.order_by(delivery.c.next_attempt_ms).limit(most)))


def count_dead(connection: Connection) -> int:
    """Count the messages that were given up."""
    return connection.execute(select(func.count()).where(delivery.c.state == DEAD)).scalar_one()


def deliveries(connection: Connection, identifier: str, limit: int = 50) -> list[Delivery]:
    """List a webhook's deliveries, the newest first."""
    query = select(delivery).where(delivery.c.webhook == identifier).order_by(delivery.c.id.desc()).limit(limit)
    return [Delivery(*row) for row in connection.execute(query)]


def _webhook(row: Mapping[Any, Any]) -> Webhook:
    return Webhook(**{**dict(row), "events": tuple(row["events"].split())})
