"""A million records: the auditor's verifier and Go's read the whole log, and an export needs no more memory for it."""

import multiprocessing
import resource
from pathlib import Path

import pytest

from chassis import sql
from consent.audit import Filter
from consent.exports.forms import FORMS
from consent.exports.making import Making
from consent.store.audit import Audit
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.verify import check_log
from tests.bench.arrivals import arrivals
from tests.contract.test_tlog_client import client, run
from tests.faults.deployment import ORIGIN, Deployment
from tests.faults.promises import Count

__all__ = ["client"]

pytestmark = [pytest.mark.slow, pytest.mark.full, pytest.mark.timeout(900)]

SHORT, LONG, BATCH = 100_000, 1_000_000, 2000
MORE_MB = 32


def fill(ledger: Ledger, size: int) -> None:
    state = ledger.state()
    for first in range(state.size, size, BATCH):
        batch = list(arrivals(BATCH, first))
        state = ledger.append_batch(batch, state.cursor, f"{first + BATCH}-0").state


def export(url: str, size: int) -> tuple[int, float]:
    """Write the whole log as JSON Lines, to nowhere; returns its lines and the most memory that it took, in MB."""
    engine = sql.connect(url)
    form = FORMS["jsonl"]("https://consent.example/v1/receipts/")
    walk = Audit(engine, ORIGIN).walk(Filter(), size)
    making = Making(form, walk, {"epoch": walk.epoch()}, [], lambda *_: None, lambda _: None)
    lines = sum(piece.count(b"\n") for piece in making.bytes_from(0))
    return lines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def exported_alone(url: str, size: int) -> tuple[int, float]:
    """Export in a process of its own, whose memory is nobody else's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(export, (url, size))


def test_a_million_records_are_exported_in_the_memory_of_a_hundred_thousand_and_verify(
    tmp_path: Path, sqlite_url: str, client: Path, count: Count
) -> None:
    deployment = Deployment(tmp_path, sqlite_url)
    ledger, vkey = deployment.ledger, deployment.keys.signer.verifier.vkey
    try:
        ledger.ensure(vkey)
        fill(ledger, SHORT)
        older = tmp_path / "older.checkpoint"
        older.write_text(Checkpoints(ledger, *deployment.keys.signers).sign())
        lines, memory_mb = exported_alone(sqlite_url, SHORT)
        fill(ledger, LONG)
        Checkpoints(ledger, *deployment.keys.signers).sign()
        more_lines, more_memory_mb = exported_alone(sqlite_url, LONG)
        assert (lines, more_lines) == (SHORT, LONG)
        assert more_memory_mb < memory_mb + MORE_MB
        deployment.start_drain()
        deployment.start_service()
        assert list(check_log(f"{deployment.url}/log", [vkey], older.read_text()))
        done = run(client, f"{deployment.url}/log", vkey, older, "50021")
        assert done.stdout.endswith(f"consistent with {SHORT}\n"), done.stderr
    finally:
        deployment.stop()
    count(records=LONG)
