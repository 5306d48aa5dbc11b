"""`make bench`: measure a cached page, a search and a durable choice against the least that the same server could do.

`python -m tests.bench choice` measures one of them alone.

Server and load have one core each where there are two. Subject and yardstick take turns, so that whatever else the
machine does falls on both; the median of the turns counts.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.servers.ports import free_port, wait_for_port
from tests.servers.redis_server import RedisServer

ROOT = Path(__file__).parents[2]
SECONDS, TURNS, CONNECTIONS = 4, 3, 32
PAGE = "/en/harbour-bridge"
SEARCH = "/en/search?q=harbour+bridge"
SETTLE_S = 2.0


class Pair(NamedTuple):
    """What is measured, what against, how, and the share that it should reach."""

    name: str
    subject: str
    yardstick: str
    wrk: list[str]
    budget: float


def on_core(number: int) -> list[str]:
    """Return what keeps a command on one core, where there is more than one."""
    return ["taskset", "-c", str(number)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


@contextmanager
def server(target: str, environ: dict[str, str], port: int) -> Iterator[str]:
    """Run one app on Granian, and yield its address."""
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--no-ws"]
    options = ["--port", str(port), "--blocking-threads", "16", "--log-level", "error"]
    process = subprocess.Popen(
        [*on_core(0), *granian, *options, target], env=environ, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def rate(url: str, wrk: list[str], seed: int) -> float:
    """Return answers a second; wrong ones are a failure of the bench."""
    arguments = [word.replace("SEED", str(seed)) for word in wrk]
    script = arguments[:2] if arguments[:1] == ["-s"] else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *script, url, *arguments[len(script) :]]
    told = subprocess.run([*on_core(1), *command], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"bench: {url} gave wrong answers\n{told}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found is not None
    return float(found[1])


def measure(pair: Pair) -> None:
    """Measure both in turns and print their ratio."""
    turns = [(rate(pair.subject, pair.wrk, 2 * n + 1), rate(pair.yardstick, pair.wrk, 2 * n + 2)) for n in range(TURNS)]
    subject, yardstick = (statistics.median(column) for column in zip(*turns, strict=True))
    ratio = statistics.median(ours / least for ours, least in turns)
    told = f"{pair.name:16} {subject:8.0f}/s   bare {yardstick:8.0f}/s   ratio {ratio:.2f} (budget {pair.budget:.2f})"
    print(told, flush=True)


def run(environ: dict[str, str], *arguments: str) -> None:
    """Run one of the command lines."""
    subprocess.run([sys.executable, "-m", *arguments], env=environ, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Set up a newsroom of its own, measure, and leave nothing behind."""
    if not shutil.which("wrk"):
        raise SystemExit("bench: wrk is not installed (apt-get install wrk)")
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        redis = RedisServer(directory / "redis").start()
        stack.callback(redis.kill)
        # as in production, what is counted and cached lies apart from what is fsynced
        cache = RedisServer(directory / "cache", "no").start()
        stack.callback(cache.kill)
        ports = [free_port() for _ in range(4)]
        origin = f"http://127.0.0.1:{ports[1]}"
        environ = {
            **os.environ,
            "REDIS_URL": redis.url,
            "REDIS_CACHE_URL": cache.url,
            "CONSENT_DATABASE_URL": f"sqlite:///{directory / 'consent.db'}",
            "PUBLISHER_DATABASE_URL": f"sqlite:///{directory / 'publisher.db'}",
            "CONSENT_PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
            "PUBLISHER_PUBLIC_URL": origin,
            "KEYS_DIR": str(directory / "keys"),
            "MEDIA_DIR": str(directory / "media"),
            "BENCH_PAGE": str(directory / "page"),
            "LOG_LEVEL": "warning",
            # counted all the same: one address sends everything
            "LIMIT_CHOICES": "1000000/1",
            "LIMIT_SITE": "1000000/1",
            "LIMIT_SEARCHES": "100000/1",
        }
        set_up(environ, origin)
        consent = stack.enter_context(server("consent.app:create_app", environ, ports[0]))
        publisher = stack.enter_context(server("publisher.app:create_app", environ, ports[1]))
        drain = subprocess.Popen([*on_core(1), sys.executable, "-m", "worker", "drain"], env=environ, cwd=ROOT)
        stack.callback(drain.wait)
        stack.callback(drain.terminate)
        time.sleep(SETTLE_S)  # the drain makes the stream that choices go to
        (directory / "page").write_bytes(urllib.request.urlopen(publisher + PAGE).read())
        bare_page = stack.enter_context(server("tests.bench.bare:page_app", environ, ports[2]))
        parsing = stack.enter_context(server("tests.bench.bare:parse_app", environ, ports[3]))
        with urllib.request.urlopen(f"{consent}/v1/sites/newsroom/notice?lang=en") as answer:
            token = json.load(answer)["display"]
        choice = ["-s", str(Path(__file__).with_name("choice.lua")), "--", token, origin, "SEED"]
        for pair in (
            Pair("cached page", publisher + PAGE, bare_page + PAGE, [], 0.80),
            Pair("search", publisher + SEARCH, bare_page + SEARCH, [], 0.01),
            Pair("durable choice", f"{consent}/v1/consents", f"{parsing}/v1/consents", choice, 0.40),
        ):
            if all(word in pair.name for word in sys.argv[1:]):
                measure(pair)


def set_up(environ: dict[str, str], origin: str) -> None:
    """Make databases, keys, the site, its notice and one article."""
    run(environ, "consent", "keys", "create")
    run(environ, "consent", "migrate")
    run(environ, "publisher", "migrate")
    run(environ, "consent", "site", "add", "newsroom", "--origin", origin)
    run(environ, "consent", "notice", "publish", "sample/notice.yaml")
    run(environ, "publisher", "import", *map(str, sorted((ROOT / "sample/articles").glob("*.md"))))


if __name__ == "__main__":
    main()
