"""The consent service really served, and a publisher's pages on another port of the same host to embed its banner."""

import itertools
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response
from redis import Redis
from sqlalchemy import Engine

from chassis import sql
from chassis.migrations import upgrade
from consent import notices, sites
from consent.app import create_app
from consent.audit import Filter
from consent.banner import texts
from consent.keys import Keys
from consent.ledger.stream import Stream
from consent.settings import Settings
from consent.store.audit import Audit
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.servers.ports import free_port
from tests.servers.redis_server import RedisServer
from tests.servers.web_server import WebServer
from worker.drain import Drain

HOST = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src {0}; style-src 'self'; connect-src {0} 'self'; img-src 'self' data:; frame-src {0}"
)
PURPOSES = ("necessary", "analytics", "marketing")
CMP_ID = 300
VENDOR_LIST = Path(__file__).parent.parent / "iab" / "vendor-list.json"
HOUR_MS = 3_600_000
ORIGIN = "test.example/log"

_numbers = itertools.count(1)


@dataclass
class Site:
    """One site with one notice, of its own for each test, and its pages."""

    id: str
    service: "Living"
    document: dict[str, Any]

    def publish(self, **changes: Any) -> None:
        """Publish a notice: the first one, or the next with something changed."""
        self.document |= changes
        Notices(self.service.engine).publish(notices.of(self.document), self.service.now_ms())
        self.service.forget()

    def page(
        self, body: str = "", lang: str = "en", direction: str = "ltr", tag: str = "", brings: str = "", early: str = ""
    ) -> str:
        """Serve a page with the banner's script tag, under a policy that allows no inline code; return its address.

        `brings`: the language in which the script is to bring the notice along. `early`: code that has run before it.
        """
        name = f"banner.js?lang={brings}" if brings else "banner.js"
        script = f'<script async {tag} src="{self.service.url}/v1/sites/{self.id}/{name}"></script>'
        if early:  # the banner's own tag is asynchronous: only what stands before it is sure to have run
            script = f'<script src="{self.service.serve(early, "text/javascript")}"></script>{script}'
        return self.service.serve(PAGE.format(script=script, body=body, lang=lang, direction=direction))

    @property
    def cookie(self) -> str:
        return f"consent_{self.id}"


PAGE = """<!doctype html><html lang="{lang}" dir="{direction}"><meta name="viewport" content="width=device-width">
<title>Harbour bridge reopens</title><link rel="stylesheet" href="/site.css"><link rel="icon" href="data:,">{script}
<body><main><h1>Harbour bridge reopens</h1><p>The first ferry passed at six. <a href="#more">More</a></p>{body}</main>
</body></html>"""

# What sites do to every element in sight; none of it may reach the banner.
SITE_CSS = """html { font-size: 62.5%; color-scheme: light dark; background: Canvas }
body { font: 1.6rem/1.5 serif; margin: 2rem }
div, section, dialog, ul, button, input { display: none !important; position: static !important; float: left }
* { border-radius: 0 !important; letter-spacing: .3em }"""


@dataclass
class Living:
    """Both servers and what stands behind them."""

    url: str
    pages_url: str
    engine: Engine
    drain: Drain
    checkpoints: Checkpoints
    pages: dict[str, Response]
    redis: Redis
    ahead_ms: int = 0
    forget: Callable[[], None] = lambda: None

    def now_ms(self) -> int:
        """Tell the service's time: the system's, and `ahead_ms`."""
        return time.time_ns() // 1_000_000 + self.ahead_ms

    def settle(self) -> None:
        """Move every choice into the ledger and sign the log's head."""
        self.drain.start()
        while self.drain.step():
            pass
        self.checkpoints.sign()

    def records(self, site: str) -> list[dict[str, Any]]:
        """Return the choice parts of a site's records with their ids, newest first; `settle` comes before."""
        rows = Audit(self.engine, ORIGIN).page(Filter(site=site), 100)
        return [{"record": row.record, **json.loads(row.choice or b"{}")} for row in rows]

    def serve(self, content: str, kind: str = "text/html", frames: str = "") -> str:
        """Serve content at an address of its own on the publisher's side; return the address.

        `frames` is another origin that its policy lets in.
        """
        name = f"/{next(_numbers)}"
        response = Response(content, content_type=f"{kind}; charset=utf-8")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Content-Security-Policy"] = POLICY.format(f"'self' {self.url} {frames}")
        self.pages[name] = response
        return self.pages_url + name

    def site(self, languages: tuple[str, ...] = ("en",), position: str = "bar", region: str | None = None) -> Site:
        """Make a site of its own with a notice in standard wording, and the region's own rules as its floor."""
        site = Site(f"site-{next(_numbers)}", self, {})
        Sites(self.engine).put(sites.make(site.id, [self.pages_url], region=region), self.now_ms())
        site.publish(
            site=site.id,
            default_language=languages[0],
            controller={
                "name": "The Harbour Gazette",
                "address": "1 Quay Street, Port Eleanor",
                "email": "privacy@harbour.example",
                "privacy_policy": "https://harbour.example/privacy",
            },
            purposes=[
                {"id": "necessary", "required": True},
                {"id": "analytics", "required": False, "cookies": ["_ga", "_ga_*"]},
                {"id": "marketing", "required": False},
            ],
            vendors=[
                {
                    "id": "northlight",
                    "name": "Northlight Ads",
                    "purposes": ["marketing"],
                    "privacy_policy": "https://northlight.example/privacy",
                }
            ],
            layout={"position": position, "buttons": ["refuse", "preferences", "agree"]},
            validity_days=180,
            regulation=f"us-{region[3:].lower()}" if region else "eu",
            texts=texts.standard(languages, PURPOSES),
        )
        return site


@contextmanager
def running(directory: Path, tls: ssl.SSLContext | None = None, **configured: Any) -> Iterator[Living]:
    """Run both servers on real Redis and SQLite; `configured` are more of the consent service's settings.

    With `tls` the service is at https://localhost, on another site than the pages.
    """
    redis_server = RedisServer(directory / "redis").start()
    port, pages_port = free_port(), free_port()
    settings = Settings(
        redis_url=redis_server.url,
        database_url=f"sqlite:///{directory / 'consent.db'}",
        keys_dir=directory / "keys",
        public_url=f"https://localhost:{port}" if tls else f"http://{HOST}:{port}",
        log_origin=ORIGIN,
        log_level="error",
        demo=True,
        cmp_id=CMP_ID,
        cmp_version=7,
        vendor_list=str(VENDOR_LIST),
        **configured,
    )
    upgrade("consent", settings.database_url)
    Keys.create(settings.keys_dir, settings.log_origin)
    redis = Redis.from_url(redis_server.url)
    Stream(redis).create()
    engine = sql.connect(settings.database_url)
    keys, ledger = Keys(settings.keys_dir), Ledger(engine, settings.log_origin)
    drain, checkpoints = Drain(redis, ledger, keys), Checkpoints(ledger, keys.signer)
    pages: dict[str, Response] = {"/site.css": Response(SITE_CSS, content_type="text/css")}
    living = Living(settings.public_url, f"http://{HOST}:{pages_port}", engine, drain, checkpoints, pages, redis)
    app = create_app(settings, living.now_ms)
    living.forget = app.extensions["consent"].catalogue.forget  # what was published shows at once
    with WebServer(app, port, HOST, tls), WebServer(_publisher(pages), pages_port, HOST):
        yield living
    engine.dispose()
    redis.close()
    redis_server.kill()


def _publisher(pages: dict[str, Response]) -> Flask:
    app = Flask(__name__)
    find: Callable[[str], Any] = lambda name: pages.get(f"/{name}", Response(status=404))  # noqa: E731
    app.add_url_rule("/<path:name>", "page", find)
    return app
