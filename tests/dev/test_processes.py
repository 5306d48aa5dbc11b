import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.failure import StartFailure
from dev.processes import CRASHES, Processes

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
# Starts a process of its own in the same group, says its number, and waits.
LEADER = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; "
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True); time.sleep(60)",
]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def processes(tmp_path: Path, said: list[str]) -> Iterator[Processes]:
    processes = Processes(dict(os.environ), tmp_path / "log", said.append)
    yield processes
    processes.stop()


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_process_is_started_again_and_told(processes: Processes, said: list[str]) -> None:
    child = processes.start("worker", SLEEPER)
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: child.ended() is not None)
    processes.look_after()
    assert child.ended() is None and child.process.pid != first
    assert said == ["worker ended (killed by SIGKILL): started again."]


def test_what_a_killed_leader_leaves_behind_is_ended(processes: Processes) -> None:
    child = processes.start("server", LEADER)
    until(lambda: child.log.read_text().strip() != "")
    orphan = int(child.log.read_text())
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: child.ended() is not None)
    processes.look_after()
    until(lambda: not alive(orphan))


def test_one_that_does_not_stay_up_is_given_up_with_its_last_words(processes: Processes) -> None:
    child = processes.start("drain", [sys.executable, "-c", "raise SystemExit('the ledger is upside down')"])
    with pytest.raises(StartFailure, match=r"drain does not stay up \(exit code 1\): the ledger is upside down"):
        for _ in range(CRASHES):
            until(lambda: child.ended() is not None)
            processes.look_after()


def test_one_that_ends_before_it_is_ready_is_a_failure_in_one_line(processes: Processes) -> None:
    child = processes.start("consent", [sys.executable, "-c", "raise SystemExit('KEYS_DIR: no keys')"])
    with pytest.raises(StartFailure) as failure:
        processes.wait_for(child, lambda: False)
    assert str(failure.value).startswith("consent did not start (exit code 1): KEYS_DIR: no keys (")
    assert "\n" not in str(failure.value)


def test_the_first_started_stops_last(processes: Processes, tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = "import signal, sys, time\n" + (
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(order)!r}, 'a').write(sys.argv[1]), sys.exit()))\n"
        "print('up', flush=True)\nwhile True: time.sleep(1)"
    )
    children = [processes.start(name, [sys.executable, "-c", note, name + " "]) for name in ("redis", "drain")]
    until(lambda: all(child.log.read_text() == "up\n" for child in children))
    processes.stop()
    assert order.read_text() == "drain redis "


def test_a_log_of_the_run_before_is_kept(processes: Processes, tmp_path: Path) -> None:
    (tmp_path / "log" / "beat.log").write_text("from before")
    processes.start("beat", SLEEPER)
    assert (tmp_path / "log" / "beat.log.before").read_text() == "from before"
