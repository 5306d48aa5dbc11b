"""Drills with real worker processes: whatever dies, a job is done, paid for and shown once."""

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

from chassis import migrations, sql
from chassis.settings import read
from publisher import messages
from publisher.store import variants
from publisher.store.tables import outbox
from tests.azure_server.server import AzureServer
from tests.servers.redis_server import RedisServer
from tests.servers.worker_node import WorkerNode, wait_until
from tests.worker.newsroom import job_id, job_row, publish_article
from worker.relay import relay
from worker.settings import Settings
from worker.workshop import Workshop

LONG = [" ".join(f"Word{n}x{i} is here." for i in range(40)) for n in range(30)]
"""Five batches of the engine's."""
SHORT_TIMES = {"JOB_LEASE_S": "2", "JOB_HEARTBEAT_S": "0.4", "RESEND_S": "0.5", "JOB_RETRY_S": "0.2", "RELAY_S": "0.5"}


class Newsroom:
    """Stores, an Azure, a Redis and the worker's nodes, as a newsroom has them; the test is its clock."""

    def __init__(self, redis_url: str, sql_url: str, directory: Path, azure: AzureServer) -> None:
        self.azure = azure
        self._directory = directory
        self._nodes: list[WorkerNode] = []
        self.environ = {
            "REDIS_URL": redis_url,
            "PUBLISHER_DATABASE_URL": sql_url,
            "MEDIA_DIR": str(directory / "media"),
            "WORKER_DIR": str(directory / "worker"),
            "TRANSLATION_ENGINES": "azure,pseudo",
            "AZURE_TRANSLATOR_KEY": azure.state.key,
            "AZURE_TRANSLATOR_ENDPOINT": azure.url,
            **SHORT_TIMES,
        }
        migrations.upgrade("publisher", sql_url)
        self.workshop = Workshop(read(Settings, self.environ))
        self.engine = self.workshop.house.engine

    def start(self, *command: str) -> WorkerNode:
        log = self._directory / f"{len(self._nodes)}.log"
        self._nodes.append(WorkerNode(self.environ, log, *(command or ("node", "translate"))))
        return self._nodes[-1]

    def started(self, *command: str) -> WorkerNode:
        node = self.start(*command)
        wait_until(node.ready, "the node's start")
        return node

    def state(self, article: str = "bridge") -> str:
        with sql.read(self.engine) as connection:
            variant = variants.load(connection, article, "es")
        assert variant
        return variant.state

    def until_translated(self, article: str = "bridge") -> None:
        def translated() -> bool:
            relay(self.workshop)
            return self.state(article) == "machine"

        wait_until(translated, f"the translation of {article}")

    def sent(self) -> Counter[str]:
        """Every text that the engine was asked for, and how often."""
        return Counter(re.sub(r"<[^>]*>", "", text) for text in self.azure.state.texts)

    def renders(self) -> int:
        """How often the translated page was announced."""
        with sql.read(self.engine) as connection:
            query = select(func.count()).where(outbox.c.kind == messages.RENDER, outbox.c.args == '["bridge", "es"]')
            return int(connection.execute(query).scalar_one())

    def close(self) -> None:
        for node in self._nodes:
            node.kill()
        self.workshop.close()


Open = Callable[[str, str], Newsroom]


@pytest.fixture
def open_newsroom(tmp_path: Path) -> Iterator[Open]:
    opened: list[Newsroom] = []
    with AzureServer() as azure:

        def make(redis_url: str, sql_url: str) -> Newsroom:
            opened.append(Newsroom(redis_url, sql_url, tmp_path, azure))
            return opened[-1]

        yield make
        for each in opened:
            each.close()


@pytest.fixture
def newsroom(open_newsroom: Open, redis_url: str, sqlite_url: str) -> Newsroom:
    return open_newsroom(redis_url, sqlite_url)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_its_last_batch(open_newsroom: Open, redis_url: str, sql_url: str) -> None:
    newsroom = open_newsroom(redis_url, sql_url)
    newsroom.azure.state.delay_s = 0.2
    publish_article(newsroom.engine, LONG)
    newsroom.workshop.house.relay()
    first = newsroom.start()
    wait_until(lambda: len(newsroom.azure.state.requests) >= 3, "the third batch")
    first.kill()
    assert newsroom.state() == "translating"
    newsroom.azure.state.delay_s = 0
    batch = max(len(request["texts"]) for request in newsroom.azure.state.requests)
    newsroom.start()
    newsroom.until_translated()
    assert job_row(newsroom.engine, job_id(newsroom.engine))["attempt"] == 2
    assert max(newsroom.sent().values()) <= 2
    assert sum(times - 1 for times in newsroom.sent().values()) <= batch
    assert newsroom.renders() == 1


@pytest.mark.slow
def test_two_workers_and_many_messages_pay_once(newsroom: Newsroom) -> None:
    newsroom.azure.state.delay_s = 0.1
    publish_article(newsroom.engine, LONG)
    for _ in range(10):
        newsroom.workshop.house.queue.send(messages.TRANSLATE, [job_id(newsroom.engine)], "translate")
    nodes = [newsroom.start(), newsroom.start()]
    newsroom.until_translated()
    assert all(node.alive for node in nodes)
    assert set(newsroom.sent().values()) == {1}
    assert job_row(newsroom.engine, job_id(newsroom.engine))["attempt"] == 1
    assert newsroom.renders() == 1


@pytest.mark.slow
def test_a_flushed_redis_loses_no_job(newsroom: Newsroom, redis_url: str) -> None:
    newsroom.started()
    publish_article(newsroom.engine)
    with Redis.from_url(redis_url) as redis:
        redis.flushall()  # the worker's queues and their bindings, while it listens
    newsroom.until_translated()


@pytest.mark.slow
def test_redis_killed_under_a_running_task_does_not_end_the_worker(
    open_newsroom: Open, sqlite_url: str, tmp_path: Path
) -> None:
    redis = RedisServer(tmp_path / "redis").start()
    newsroom = open_newsroom(redis.url, sqlite_url)
    try:
        newsroom.azure.state.delay_s = 0.5
        publish_article(newsroom.engine, LONG)
        newsroom.workshop.house.relay()
        node = newsroom.start()
        wait_until(lambda: newsroom.azure.state.requests, "the first batch")
        redis.kill()
        wait_until(lambda: len(newsroom.azure.state.requests) >= 3, "the third batch, without Redis")
        redis.start()
        wait_until(lambda: newsroom.state() == "machine", "the end of the running task")
        newsroom.azure.state.delay_s = 0
        publish_article(newsroom.engine, article_id="tower")
        newsroom.until_translated("tower")
        assert node.alive
        assert set(newsroom.sent().values()) == {1}
    finally:
        newsroom.close()
        redis.kill()


@pytest.mark.slow
def test_a_worker_asked_to_stop_gives_its_job_back_and_ends(newsroom: Newsroom) -> None:
    newsroom.azure.state.delay_s = 0.3
    publish_article(newsroom.engine, LONG)
    newsroom.workshop.house.relay()
    node = newsroom.start()
    wait_until(lambda: newsroom.azure.state.requests, "the first batch")
    assert node.stop() == 0
    row = job_row(newsroom.engine, job_id(newsroom.engine))
    assert (row["state"], row["reason"]) == ("queued", "the worker was stopped")
    assert len(newsroom.azure.state.requests) < 5


@pytest.mark.slow
def test_the_whole_worker_keeps_itself_going_and_ends_with_its_parent(newsroom: Newsroom, redis_url: str) -> None:
    parent = newsroom.start("run")
    newsroom.start("beat")
    publish_article(newsroom.engine)  # nothing is sent: the clock finds the outbox
    wait_until(lambda: newsroom.state() == "machine", "the translation")
    with Redis.from_url(redis_url) as redis:
        wait_until(lambda: redis.keys("pg:{pages}:e:*:/es/bridge"), "the page in the cache")
    parent.process.send_signal(signal.SIGKILL)
    wait_until(lambda: parent.log().count("Warm shutdown") == 2, "the end of both nodes")
