"""The witness over HTTP, and as a process that is killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from consent.__main__ import consent
from consent.ledger.notes import parse_checkpoint, signatures_by, take_apart
from consent.witness.app import create_app
from consent.witness.cosigner import Cosigner, Refused
from consent.witness.settings import Settings
from consent.witness.state import State, hash_of
from tests.consent.witness.conftest import AT, NAME, Log
from tests.servers.ports import wait_for_port


@pytest.fixture
def client(state: State) -> FlaskClient:
    app = create_app(Settings(directory=state.directory, log_level="error"), lambda: AT)
    app.testing = True
    return app.test_client()


def test_a_checkpoint_is_answered_with_the_signature_line(client: FlaskClient, state: State, log: Log) -> None:
    answer = client.post("/add-checkpoint", data=log.request(0, 4))
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert list(signatures_by(log.note(4) + answer.text, [state.signer.verifier])) == [state.signer.verifier]
    kept = client.get(f"/{hash_of(log.signers[0].name)}/checkpoint")
    assert (kept.status_code, kept.text) == (200, log.note(4) + answer.text)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (Log().request(1, 5), 409),
        (b"nonsense", 400),
        (Log("other.example/log").request(0, 1), 404),
        (Log(seed=2).request(0, 1), 403),
        (Log().request(0, 3, note=Log().note(0, digest=bytes(32))), 422),
    ],
)
def test_each_refusal_has_its_status(body: bytes, status: int, client: FlaskClient) -> None:
    assert client.post("/add-checkpoint", data=body).status_code == status


def test_a_conflict_tells_the_size_in_its_own_type(client: FlaskClient, log: Log) -> None:
    client.post("/add-checkpoint", data=log.request(0, 4))
    answer = client.post("/add-checkpoint", data=log.request(2, 5))
    assert (answer.status_code, answer.content_type, answer.data) == (409, "text/x.tlog.size", b"4\n")


def test_what_is_not_there_is_not_found_and_too_much_is_refused(client: FlaskClient, log: Log) -> None:
    assert client.get(f"/{hash_of('nobody.example')}/checkpoint").status_code == 404
    assert client.get(f"/{hash_of(log.signers[0].name)}/checkpoint").status_code == 404
    assert client.get("/add-checkpoint").status_code in (404, 405)
    assert client.post("/add-checkpoint", data=b"x" * 70_000).status_code == 413


def test_it_says_whose_witness_it_is(client: FlaskClient, state: State, log: Log) -> None:
    told = client.get("/").get_json()
    assert told == {"name": NAME, "vkey": state.signer.verifier.vkey, "logs": [log.signers[0].name]}


@pytest.mark.slow
def test_of_requests_at_once_from_many_processes_one_wins_each_step(state: State, log: Log) -> None:
    """The race of the specification: no answer may ever undo a later one."""
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[list[int]] = context.Queue()

    def send() -> None:
        cosigner, won = Cosigner(state, lambda: AT), []
        for old in range(0, 60, 2):
            for new in (old + 1, old + 2):
                try:
                    cosigner.add_checkpoint(log.request(old, new))
                    won.append(new)
                except Refused:
                    pass
        results.put(won)

    processes = [context.Process(target=send) for _ in range(4)]
    for process in processes:
        process.start()
    won = [new for _ in processes for new in results.get(timeout=60)]
    for process in processes:
        process.join()
    assert len(won) == len(set(won))
    assert parse_checkpoint(take_apart(state.note(hash_of(log.signers[0].name)) or "")[0]).size == max(won)


@pytest.fixture
def served(state: State, free_port: int) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    environment = os.environ | {"WITNESS_DIR": str(state.directory), "LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "consent", "witness", "serve", "--port", str(free_port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    wait_for_port(free_port)
    yield f"http://127.0.0.1:{free_port}", process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_what_was_answered_is_on_disk_when_the_process_is_killed(
    served: tuple[str, "subprocess.Popen[bytes]"], state: State, log: Log
) -> None:
    url, process = served
    answered = [0]

    def send() -> None:
        with httpx.Client() as client:
            for new in range(1, 2000):
                try:
                    if client.post(f"{url}/add-checkpoint", content=log.request(new - 1, new)).status_code != 200:
                        return
                except httpx.HTTPError:
                    return
                answered.append(new)

    sender = threading.Thread(target=send)
    sender.start()
    while len(answered) < 100:
        sender.join(0.01)
        assert sender.is_alive()
    os.killpg(process.pid, signal.SIGKILL)
    sender.join()
    kept = parse_checkpoint(take_apart(state.note(hash_of(log.signers[0].name)) or "")[0]).size
    assert answered[-1] <= kept <= answered[-1] + 1
    assert Cosigner(state, lambda: AT).add_checkpoint(log.request(kept, kept + 5))


def _run(directory: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(consent, ["witness", *arguments], env={"WITNESS_DIR": str(directory)})
    return done.exit_code, done.output.strip()


def test_the_commands_make_a_witness_add_logs_and_tell_what_it_has_seen(tmp_path: Path, log: Log) -> None:
    directory = tmp_path / "witness"
    assert _run(directory, "serve") == (1, f"Error: {directory}/key: [Errno 2] No such file or directory: "
                                           f"'{directory}/key': run `consent witness create`")  # fmt: skip
    code, vkey = _run(directory, "create", NAME)
    assert code == 0 and vkey == State(directory).signer.verifier.vkey
    assert _run(directory, "create", "two words")[0] == 1
    assert _run(directory, "add", *log.vkeys) == (0, f"{log.signers[0].name} is cosigned")
    assert _run(directory, "add", vkey)[0] == 1
    assert _run(directory, "add", *log.vkeys, *Log("other.example/log").vkeys)[0] == 1
    assert _run(directory, "state") == (0, f"{log.signers[0].name}\tnothing yet")
    Cosigner(State(directory), lambda: AT).add_checkpoint(log.request(0, 4))
    code, told = _run(directory, "state")
    assert code == 0 and told.split("\t")[1] == "4" and told.endswith("2026-11-18T11:06:40Z")
