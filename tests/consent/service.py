"""A running consent service on real Redis and SQL, and what a browser or an officer does with it."""

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Flask
from redis import Redis
from sqlalchemy import Engine
from werkzeug.test import Client, TestResponse

from chassis import sql
from chassis.tokens import Tokens
from consent import notices, sites
from consent.app import create_app
from consent.keys import Keys
from consent.ledger.stream import STREAM, Stream
from consent.settings import Settings
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.site_tables import api_token
from consent.store.sites import Sites
from tests.consent.factories import document
from worker.changes import Changes
from worker.drain import Drain

ORIGIN = "https://news.example"
START_MS = 1_795_000_000_000


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.ms = START_MS

    def __call__(self) -> int:
        return self.ms


@dataclass
class Service:
    """The service, its parts for looking behind it, and a clock to move."""

    app: Flask
    settings: Settings
    engine: Engine
    redis: "Redis"
    clock: Clock

    def browser(self) -> "Browser":
        return Browser(self, self.app.test_client())

    def token(self, *scopes: str, site: str | None = None) -> dict[str, str]:
        """Make a token and return the header that carries it."""
        return {"Authorization": "Bearer " + Tokens(self.engine, api_token).create("test", scopes, site)}

    def add_site(self, name: str) -> None:
        """Add another site, of the same origin, with a notice of its own."""
        Sites(self.engine).put(sites.make(name, [ORIGIN]), self.clock())
        Notices(self.engine).publish(notices.of(document(site=name)), self.clock())
        self.app.extensions["consent"].catalogue.forget()

    def recorded(self) -> list[dict[str, Any]]:
        """Return the choice parts that the stream holds, in order."""
        entries = self.redis.xrange(STREAM)
        return [json.loads(json.loads(entry[b"c"])["body"]) for _, entry in entries]  # type: ignore[union-attr]

    def drain(self) -> None:
        """Move the choices into the ledger and sign it, as the worker does."""
        keys = Keys(self.settings.keys_dir)
        ledger = Ledger(self.engine, self.settings.log_origin)
        drain = Drain(self.redis, ledger, keys)
        drain.start()
        Changes(self.engine, Stream(self.redis), keys).round()
        while drain.step():
            pass
        Checkpoints(ledger, *keys.signers).sign()

    def backdate(self) -> None:
        """Date the choices that the stream holds by the service's clock, in order; Redis has dated them by its own."""
        entries = [entry for _, entry in self.redis.xrange(STREAM)]  # type: ignore[union-attr]
        self.redis.delete(STREAM)
        for number, entry in enumerate(entries):
            ms = json.loads(json.loads(entry[b"c"])["body"])["received_at"]
            entry[b"l"] = re.sub(rb'"t":\d+', b'"t":%d' % ms, entry[b"l"], count=1)
            self.redis.xadd(STREAM, entry, id=f"{ms}-{number}")

    def written(self) -> int:
        """Count what the stream holds."""
        return int(self.redis.xlen(STREAM))


class Browser:
    """A reader's browser on a page of the site; it keeps cookies."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service = service
        self.client = client

    def notice(self, site: str = "newsroom", lang: str = "en", **headers: str) -> dict[str, Any]:
        answer = self.client.get(f"/v1/sites/{site}/notice?lang={lang}", headers={"Origin": ORIGIN, **headers})
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.get_json()
        return shown

    def choice(self, action: str = "agree", **changes: Any) -> dict[str, Any]:
        """Make a choice's body; a change to None leaves the member out."""
        body = {"site": "newsroom", "event_id": str(uuid.uuid4()), "action": action, **changes}
        if "display" not in body and action != "withdraw":
            body["display"] = self.notice(body["site"])["display"]
        return {name: value for name, value in body.items() if value is not None}

    def post(self, body: Any, **headers: str) -> TestResponse:
        return self.client.post("/v1/consents", json=body, headers={"Origin": ORIGIN, **headers})

    def choose(self, action: str = "agree", **changes: Any) -> dict[str, Any]:
        """Make a choice that must be taken; return the answer."""
        answer = self.post(self.choice(action, **changes))
        assert answer.status_code == 201, answer.text
        taken: dict[str, Any] = answer.get_json()
        return taken


def start(
    redis_url: str,
    database_url: str,
    directory: Any,
    public_url: str = "https://consent.example",
    **configured: Any,
) -> Service:
    """Start the service on a migrated database: one site with one notice, an empty stream.

    `configured` are settings of the test's own.
    """
    settings = Settings(
        redis_url=redis_url,
        database_url=database_url,
        keys_dir=directory / "keys",
        public_url=public_url,
        log_origin="test.example/log",
        log_level="error",
        **configured,
    )
    Keys.create(settings.keys_dir, settings.log_origin)
    engine = sql.connect(database_url)
    clock = Clock()
    Sites(engine).put(sites.make("newsroom", [ORIGIN]), clock())
    Notices(engine).publish(notices.of(document()), clock())
    redis = Redis.from_url(redis_url)
    Stream(redis).create()
    app = create_app(settings, clock)
    app.testing = True
    return Service(app, settings, engine, redis, clock)
