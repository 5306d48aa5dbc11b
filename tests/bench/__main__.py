"""`make bench`: measure a cached page, a search and a durable choice against the least that the same server could do.

`python -m tests.bench choice` measures one of them alone.

Server and load have one core each where there are two. Subject and yardstick take turns, so that whatever else the
machine does falls on both; the median of the turns counts. Told beside it are the processor time of each process for
one answer, which says where the time goes, and the 99th percentile at half load.

The drain does not run meanwhile: it has a budget of its own, and here it would take the load's core. What is taken
stays in the stream.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from redis import Redis

from consent.ledger.stream import START, Stream
from dev.run import BLOCKING_THREADS
from tests.servers.ports import free_port, wait_for_port
from tests.servers.redis_server import RedisServer

ROOT = Path(__file__).parents[2]
SECONDS, TURNS, CONNECTIONS = 4, 3, 32
PAGE = "/en/harbour-bridge"
LOAD, CHOICE = (Path(__file__).with_name(name) for name in ("load.lua", "choice.lua"))
SEARCH = "/en/search?q=harbour+bridge"
THREADS = BLOCKING_THREADS["consent"]


class Server(NamedTuple):
    """A server that runs: its address and its process."""

    address: str
    pid: int


class Pair(NamedTuple):
    """What is measured, against what, how, and the share that it should reach; `beside`: what else works for it."""

    name: str
    subject: Server
    yardstick: Server
    path: str
    script: Path
    arguments: list[str]
    budget: float
    beside: dict[str, int]


class Turn(NamedTuple):
    """What one run told: answers a second, µs of processor for each by process, ms of the 99th percentile."""

    rate: float
    processor_us: dict[str, float]
    p99_ms: float


def on_core(number: int) -> list[str]:
    """Return what keeps a command on one core, where there is more than one."""
    return ["taskset", "-c", str(number)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


@contextmanager
def server(target: str, environ: dict[str, str], port: int) -> Iterator[Server]:
    """Run one app on Granian."""
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--no-ws"]
    options = ["--port", str(port), "--blocking-threads", str(THREADS), "--log-level", "error"]
    process = subprocess.Popen(
        [*on_core(0), *granian, *options, target], env=environ, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        wait_for_port(port)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait()


def processor_s(pid: int) -> float:
    """Return the processor time that a process and its children have taken."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    taken = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return taken + sum(processor_s(int(child)) for child in children)


def load(server: Server, pair: Pair, seed: int, pause_ms: float = 0) -> Turn:
    """Ask for some seconds; wrong answers are a failure of the bench.

    Args:
        server: who is asked.
        pair: how.
        seed: another one makes other choices.
        pause_ms: how long each connection rests between its requests, on average.
    """
    arguments = [word.replace("SEED", str(seed)) for word in pair.arguments]
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(pair.script)]
    environ = {**os.environ, "BENCH_PAUSE_MS": str(pause_ms), "BENCH_LOAD": str(LOAD)}
    watched = {"server": server.pid, **pair.beside}
    before = {name: processor_s(pid) for name, pid in watched.items()}
    command = [*on_core(1), *wrk, server.address + pair.path, *arguments]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"bench: {server.address} gave wrong answers\n{told}")
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)\s+(\d+) requests in", told)
    assert found is not None
    answers = int(found[3])
    taken = {name: (processor_s(pid) - before[name]) / answers * 1e6 for name, pid in watched.items()}
    return Turn(answers / SECONDS, taken, float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]])


def measure(pair: Pair) -> None:
    """Measure both in turns, print their ratio and what it is made of."""
    turns = [(load(pair.subject, pair, 2 * n + 1), load(pair.yardstick, pair, 2 * n + 2)) for n in range(TURNS)]
    subject, yardstick = (statistics.median(turn.rate for turn in column) for column in zip(*turns, strict=True))
    ratio = statistics.median(ours.rate / least.rate for ours, least in turns)
    told = f"{pair.name:16} {subject:8.0f}/s   bare {yardstick:8.0f}/s   ratio {ratio:.3f} (budget {pair.budget:g})"
    print(told, flush=True)
    ours, least = (sorted((turn.processor_us for turn in column), key=_server) for column in zip(*turns, strict=True))
    each = ", ".join(f"{name} {us:.0f}" for name, us in ours[TURNS // 2].items())
    print(f"  µs of processor an answer: {each}; bare {_server(least[TURNS // 2]):.0f}", flush=True)
    half = load(pair.subject, pair, 2 * TURNS + 1, 2 * CONNECTIONS / subject * 1000)
    print(f"  at {half.rate:.0f}/s 99 of 100 answers within {half.p99_ms:.1f} ms", flush=True)


def _server(processor_us: dict[str, float]) -> float:
    return processor_us["server"]


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
        with Redis.from_url(redis.url) as durable:
            Stream(durable).prepare(START, 0)  # as the drain does at its first start
        (directory / "page").write_bytes(urllib.request.urlopen(publisher.address + PAGE).read())
        bare_page = stack.enter_context(server("tests.bench.bare:page_app", environ, ports[2]))
        parsing = stack.enter_context(server("tests.bench.bare:parse_app", environ, ports[3]))
        with urllib.request.urlopen(f"{consent.address}/v1/sites/newsroom/notice?lang=en") as answer:
            token = json.load(answer)["display"]
        pids = {name: each.process.pid for name, each in (("Redis", redis), ("counters", cache)) if each.process}
        for pair in (
            Pair("cached page", publisher, bare_page, PAGE, LOAD, [], 0.80, {}),
            Pair("search", publisher, bare_page, SEARCH, LOAD, [], 0.001, {}),
            Pair("durable choice", consent, parsing, "/v1/consents", CHOICE, ["--", token, origin, "SEED"], 0.40, pids),
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
