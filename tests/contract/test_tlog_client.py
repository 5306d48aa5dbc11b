"""An independent client, Go's own `sumdb` packages, reads the log over HTTP from a running service."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from redis import Redis
from sqlalchemy import text

from chassis.sql import write
from consent.keys import Keys
from consent.ledger.intake import quarantine
from consent.ledger.notes import open_checkpoint, parse_checkpoint
from consent.ledger.policy import parse
from consent.ledger.stream import Stream
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.verify import check_log
from consent.witness.app import create_app as create_witness
from consent.witness.settings import Settings as WitnessSettings
from consent.witness.state import State
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from tests.consent.ledger.waiting import until
from tests.servers.web_server import WebServer
from worker.cosigning import Cosigning
from worker.drain import Drain

SOURCE = Path(__file__).with_name("tlog_client")
GOPATH = "/usr/share/gocode"


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("go") is None:
        pytest.skip("go is not installed (apt-get install golang-go golang-golang-x-mod-dev)")
    program = tmp_path_factory.mktemp("go") / "tlog_client"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": GOPATH}
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=SOURCE, env=environment, check=True)
    return program


class Log:
    """The log as its owner grows it."""

    def __init__(self, redis: Redis, drain: Drain, ledger: Ledger, make_entry: MakeEntry, directory: Path) -> None:
        self._stream = Stream(redis)
        self._drain = drain
        self.ledger = ledger
        self._make_entry = make_entry
        self._directory = directory

    def grow(self, size: int) -> Path:
        """Bring the log to `size` entries and return a file with its checkpoint."""
        for _ in range(size - self.ledger.size):
            self._stream.append(self._make_entry())
        until(self._signed)
        file = self._directory / f"{size}.checkpoint"
        file.write_text(self.ledger.checkpoint() or "")
        assert parse_checkpoint(file.read_text()).size == size
        return file

    def _signed(self) -> bool:
        self._drain.step()
        note = self.ledger.checkpoint()
        return note is not None and parse_checkpoint(note).size == self.ledger.size and self._drain.step() == 0


@pytest.fixture
def log(redis: Redis, drain: Drain, ledger: Ledger, make_entry: MakeEntry, tmp_path: Path) -> Log:
    return Log(redis, drain, ledger, make_entry, tmp_path)


def run(client: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([client, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_every_entry_and_every_step_verifies(client: Path, prefix: str, log: Log, keys: Keys) -> None:
    vkey = keys.signer.verifier.vkey
    older: list[Path] = []
    for size in (1, 255, 256, 257, 600):
        older.append(log.grow(size))
        done = run(client, prefix, vkey)
        assert (done.stdout, done.stderr, done.returncode) == (f"{size} entries included\n", "", 0)
    for checkpoint in older:
        done = run(client, prefix, vkey, checkpoint)
        assert done.stdout.endswith(f"consistent with {checkpoint.stem}\n"), done.stderr


@pytest.mark.slow
def test_tampering_is_found(client: Path, prefix: str, log: Log, keys: Keys, tmp_path: Path) -> None:
    """The negative control: the same client must refuse a log that was changed."""
    verifier = keys.signer.verifier
    other = Keys.create(tmp_path / "other", ORIGIN).signer.verifier
    log.grow(300)
    assert "entries included" in run(client, prefix, verifier.vkey).stdout
    assert run(client, prefix, other.vkey).returncode == 1

    checkpoint = open_checkpoint(log.ledger.checkpoint() or "", verifier)
    rewritten = tmp_path / "rewritten.checkpoint"
    rewritten.write_text(keys.signer.sign(checkpoint._replace(size=299, root=bytes(32)).text()))
    assert "entries included" in run(client, prefix, verifier.vkey, rewritten).stdout
    assert run(client, prefix, verifier.vkey, rewritten).returncode == 1

    _swap_leaves(log.ledger, 257, 258)
    done = run(client, prefix, verifier.vkey)
    assert done.returncode == 1
    assert "entry 257" in done.stderr


def _swap_leaves(ledger: Ledger, one: int, other: int) -> None:
    """Change what nothing but the proofs can protect: the superuser's own tables."""
    with write(ledger.engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER leaf_no_update"))
        else:
            connection.execute(text("ALTER TABLE leaf DISABLE TRIGGER ALL"))
        first, second = ledger.leaves(one, other + 1)
        for index, body in ((one, second), (other, first)):
            connection.execute(text("UPDATE leaf SET body = :body WHERE idx = :idx"), {"body": body, "idx": index})


@pytest.mark.slow
def test_a_proof_file_with_a_cosignature_verifies(
    client: Path, prefix: str, log: Log, keys: Keys, redis: Redis, make_entry: MakeEntry, tmp_path: Path
) -> None:
    witness = State(tmp_path / "witness")
    cosigner = witness.create("witness.example/w1").verifier
    witness.add([keys.signer.verifier.vkey])
    with WebServer(create_witness(WitnessSettings(directory=witness.directory))) as server:
        entry = make_entry()
        Stream(redis).append(entry)
        until(log._signed)
        log.grow(300)
        policy = parse(f"witness w {cosigner.vkey} http://127.0.0.1:{server.port}\nquorum w")
        assert Cosigning(log.ledger, policy, redis).round() is not None
    file = tmp_path / "record.tlog-proof"
    file.write_bytes(httpx.get(f"{prefix.removesuffix('/log')}/v1/receipts/{entry.record_id}.tlog-proof").content)
    log_key = keys.signer.verifier.vkey
    done = run(client, "proof", file, log_key, cosigner.vkey)
    assert (done.stdout, done.returncode) == ("entry 0 of 300, 1 cosignatures\n", 0), done.stderr
    other = State(tmp_path / "other").create("witness.example/w1").verifier.vkey
    assert run(client, "proof", file, log_key, other).returncode == 1
    file.write_text(file.read_text().replace("index 0", "index 1"))
    assert run(client, "proof", file, log_key).returncode == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_long_log_verifies_at_the_edge_of_a_third_level_and_beyond(
    client: Path, prefix: str, ledger: Ledger, keys: Keys, tmp_path: Path
) -> None:
    """Leaves of entries that cannot be read are as good as any here, and quicker made."""
    if ledger.engine.dialect.name != "sqlite":
        pytest.skip("the tree is the same on both")
    ledger.ensure(keys.signer.verifier.vkey)
    vkey, older = keys.signer.verifier.vkey, tmp_path / "0.checkpoint"
    older.write_text(Checkpoints(ledger, keys.signer).sign())
    for size in (65_535, 65_536, 65_537, 70_000):
        while (state := ledger.state()).size < size:
            wanted = range(state.consumed + 1, state.consumed + min(size - state.size, 5_000) + 1)
            arrivals = [quarantine(f"{n}-0", {b"n": b"%d" % n}, "not read") for n in wanted]
            ledger.append_batch(arrivals, state.cursor, f"{wanted[-1]}-0")
        newest = tmp_path / f"{size}.checkpoint"
        newest.write_text(Checkpoints(ledger, keys.signer).sign())
        done = run(client, prefix, vkey, newest, "1009")
        assert done.stdout.endswith(f"consistent with {size}\n"), done.stderr
        if older.stem != "0":
            assert run(client, prefix, vkey, older, "5003").stdout.endswith(f"consistent with {older.stem}\n")
        assert list(check_log(prefix, [vkey], older.read_text()))
        older = newest
