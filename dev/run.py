"""`make run`: bring the whole newsroom up on this machine, look after it, and stop it on Ctrl-C."""

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from redis import Redis

from chassis.settings import SettingError
from dev import environment, ports, redis_server, searches, summary
from dev.environment import Ports
from dev.failure import StartFailure
from dev.newsroom import ROOT, SAMPLE, Newsroom
from dev.only_one import only_one
from dev.processes import Processes

VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BLOCKING_THREADS = {"publisher": 32, "consent": 32}  # an open event stream holds one of the publisher's


def say(text: str) -> None:
    """Tell the developer at once, also where the output is a pipe."""
    print(text, flush=True)


def main() -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
            signal.signal(number, _interrupt)
    try:
        with only_one(VAR / "run.pid"):
            run()
    except KeyboardInterrupt:
        say(f"Stopped. The data stays in {VAR}.")
        return 0
    except (StartFailure, SettingError, OSError) as failure:
        print(f"make run: {failure}", file=sys.stderr)
        return 1
    return 0


def run() -> None:
    """Bring everything up and look after it until interrupted or something does not stay up."""
    started = time.monotonic()
    say("Bringing Redis, both services and the worker up …")
    chosen = choose_ports()
    settings = environment.compose(os.environ, VAR, chosen)
    environment.write(settings, VAR / "environment")
    environ = environment.whole(settings)
    processes = Processes(environ, VAR / "log", say)
    try:
        start_redis(processes, chosen, environ)
        newsroom = Newsroom(environ, chosen.publisher)
        newsroom.set_up()
        start_services(processes, chosen)
        say(summary.text(environ, chosen, newsroom.tokens(), VAR, time.monotonic() - started))
        threading.Thread(target=fill_trends, args=(chosen.publisher,), daemon=True).start()
        parent = os.getppid()
        while os.getppid() == parent:  # make may be killed without a word; then nobody is left to be asked
            processes.look_after()
            time.sleep(0.2)
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # it is stopping already
        processes.stop()


def choose_ports() -> Ports:
    """Take the usual ports, or the next free ones."""
    publisher = ports.pick("the publisher", ports.usual("PUBLISHER_PORT", 8000), say=say)
    consent = ports.pick("the consent service", ports.usual("CONSENT_PORT", 8001), given={publisher}, say=say)
    if os.environ.get("REDIS_URL"):
        return Ports(publisher, consent, None)
    return Ports(publisher, consent, ports.pick("Redis", ports.usual("REDIS_PORT", 6379), say=say))


def start_redis(processes: Processes, chosen: Ports, environ: dict[str, str]) -> None:
    """Start our own Redis and wait until it has read its file; one that REDIS_URL names must be fit for promises."""
    if chosen.redis is None:
        redis_server.check(environ)
        return
    directory = VAR / "redis"
    directory.mkdir(parents=True, exist_ok=True)
    child = processes.start("redis", redis_server.command(directory, chosen.redis))
    redis = Redis.from_url(environ["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2)
    processes.wait_for(child, lambda: redis_server.answers(redis))


def start_services(processes: Processes, chosen: Ports) -> None:
    """Start both services and the worker's processes, and wait until the services are ready."""
    started = [
        (processes.start(name, granian(name, port)), port)
        for name, port in (("consent", chosen.consent), ("publisher", chosen.publisher))
    ]
    if os.environ.get("INGEST_DIR"):
        processes.start("watch", [sys.executable, "-m", "publisher", "watch"])
    for name, command in (("drain", "drain"), ("worker", "run"), ("beat", "beat")):
        processes.start(name, [sys.executable, "-m", "worker", command])
    for child, port in started:
        processes.wait_for(child, _ready(port))


def granian(service: str, port: int) -> list[str]:
    """Return the command line of one service's server."""
    options = ["--interface", "wsgi", "--factory", "--no-ws", "--host", ports.HOST, "--port", str(port)]
    respawn = ["--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "10"]
    threads = ["--blocking-threads", str(BLOCKING_THREADS[service])]
    return [str(Path(sys.executable).with_name("granian")), *options, *respawn, *threads, f"{service}.app:create_app"]


def fill_trends(port: int) -> None:
    """Send the sample searches, once, as soon as there is something to find in every language."""
    done = VAR / "searches-sent"
    if done.exists():
        return
    searches.wait_for_translations([path.stem for path in SAMPLE.glob("articles/*.md")], port, timeout_s=600)
    wanted = searches.read(SAMPLE / "searches.txt")
    if searches.send(wanted, port) == len(wanted):
        done.touch()


def _ready(port: int) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://{ports.HOST}:{port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    return ready


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
