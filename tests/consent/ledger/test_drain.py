"""From the stream into the ledger, on real Redis and both databases."""

from redis import Redis

from consent.ledger.stream import Stream
from consent.receipts import build, serialise
from consent.store.ledger import Ledger
from consent.verify import verify
from tests.consent.ledger.conftest import NOTICE, MakeEntry
from worker.drain import Drain


def test_a_choice_arrives_with_a_proof_that_verifies(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry
) -> None:
    entries = [make_entry() for _ in range(300)]
    for entry in entries:
        Stream(redis).append(entry)
    assert drain.step() == 300
    for entry in entries[::37]:
        evidence = ledger.evidence(entry.record_id)
        assert evidence is not None
        report = verify(serialise(build(evidence, NOTICE)), ledger.vkey)
        assert report.fault is None, report.fault
