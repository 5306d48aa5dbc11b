"""`kill -9` of service and Redis between a choice on one device and the sync of another: the choice stands."""

import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from chassis import sql
from chassis.authorities import trusted
from chassis.migrations import upgrade
from chassis.tokens import Tokens
from consent import notices, sites
from consent.keys import Keys
from consent.ledger.stream import Stream
from consent.store.notices import Notices
from consent.store.site_tables import api_token
from consent.store.sites import Sites
from tests.consent.site_server import with_accounts
from tests.e2e.newsroom import eventually
from tests.servers.ports import free_port, wait_for_port
from tests.servers.redis_server import RedisServer

pytestmark = pytest.mark.slow

SITE = "/v1/sites/newsroom"


class Living:
    """The service as it runs in production, on a Redis of its own; no drain: nothing reaches the ledger."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self.redis = RedisServer(directory / "redis").start()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {
            **os.environ,
            "REDIS_URL": self.redis.url,
            "CONSENT_DATABASE_URL": database_url,
            "CONSENT_PUBLIC_URL": self.url,
            "KEYS_DIR": str(directory / "keys"),
            "LOG_ORIGIN": "test.example/log",
        }
        upgrade("consent", database_url)
        Keys.create(directory / "keys", "test.example/log")
        engine = sql.connect(database_url)
        Sites(engine).put(sites.make("newsroom", [self.url]), 0)
        Notices(engine).publish(notices.of(with_accounts()), 0)
        token = Tokens(engine, api_token).create("site", ["accounts:write"], "newsroom")
        engine.dispose()
        with Redis.from_url(self.redis.url) as redis:
            Stream(redis).create()
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.start()

    def start(self) -> None:
        granian = str(Path(sys.executable).with_name("granian"))
        command = [granian, "--interface", "wsgi", "--factory", "--no-ws", "--host", "127.0.0.1", "--port",
                   str(self.port), "consent.app:create_app"]  # fmt: skip
        self.process = subprocess.Popen(command, env=self._environ, stdout=subprocess.DEVNULL, process_group=0)
        wait_for_port(self.port)

    def kill(self) -> None:
        """End both with no warning, the service with its worker."""
        os.killpg(self.process.pid, 9)
        self.process.wait()
        self.redis.kill()
        eventually(lambda: not self._listens(), "the port is free")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def sync(self, cookies: dict[str, str]) -> dict[str, Any]:
        """Sign a device in; its cookies become what the service says."""
        body = {"account": "ada", "event_id": str(uuid.uuid4())}
        held = {"subject": cookies.get("subject_newsroom"), "state": cookies.get("consent_newsroom")}
        answer = httpx.post(f"{self.url}{SITE}/accounts/sync", json=body | held, headers=self.bearer, verify=trusted())
        assert answer.status_code == 200, answer.text
        synced: dict[str, Any] = answer.json()
        cookies.update({each["name"]: each["value"] for each in synced["cookies"]})
        return synced

    def choose(self, cookies: dict[str, str], action: str) -> None:
        """Choose in the banner of a device."""
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}, cookies=cookies) as browser:
            display = browser.get(f"{SITE}/notice").json()["display"]
            body = {"site": "newsroom", "event_id": str(uuid.uuid4()), "action": action, "display": display}
            answer = browser.post("/v1/consents", json=body)
            assert answer.status_code == 201, answer.text
            cookies.update(answer.cookies)


@pytest.fixture
def living(tmp_path: Path, sql_url: str) -> Iterator[Living]:
    running = Living(tmp_path, sql_url)
    yield running
    running.kill()


@pytest.mark.parametrize("action", ["refuse", "withdraw"])
def test_an_acknowledged_choice_stands_on_the_other_device_after_a_crash(living: Living, action: str) -> None:
    phone: dict[str, str] = {}
    laptop: dict[str, str] = {}
    living.sync(laptop)
    living.choose(laptop, "agree")
    assert living.sync(phone)["state"]["event"] == "given"
    living.choose(phone, action)
    living.kill()
    living.redis.start()
    living.start()
    followed = living.sync(laptop)
    assert followed["state"]["event"] == ("refused" if action == "refuse" else "withdrawn")
    assert not any(given for purpose, given in followed["state"]["purposes"].items() if purpose != "necessary")
    assert followed["tell"] is False  # the link survived too
