"""What is signed and what never is: one root per size, no smaller tree, nothing that contradicts what is known."""

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.sql import read, write
from consent import signs
from consent.keys import Keys
from consent.ledger.notes import Checkpoint, open_checkpoint, parse_checkpoint
from consent.ledger.stream import Stream
from consent.store.checkpoints import Behind, Checkpoints, Equivocation
from consent.store.ledger import Ledger
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from tests.consent.ledger.waiting import until
from worker.checkpoint import KNOWN, Publisher
from worker.drain import Drain

APPEND_ONLY = ("leaf", "tile", "checkpoint", "cosigned")


@pytest.fixture
def checkpoints(ledger: Ledger, keys: Keys) -> Checkpoints:
    return Checkpoints(ledger, keys.signer)


def grow(drain: Drain, redis: Redis, make_entry: MakeEntry, count: int) -> None:
    for _ in range(count):
        Stream(redis).append(make_entry())
    while drain.step():
        pass


def test_an_empty_log_is_signed_too(drain: Drain, checkpoints: Checkpoints, keys: Keys) -> None:
    assert open_checkpoint(checkpoints.sign(), keys.signer.verifier).size == 0


def test_a_size_is_signed_once_and_covers_what_is_committed(
    drain: Drain, redis: Redis, ledger: Ledger, checkpoints: Checkpoints, keys: Keys, make_entry: MakeEntry
) -> None:
    grow(drain, redis, make_entry, 3)
    note = checkpoints.sign()
    assert checkpoints.sign() == note
    checkpoint = open_checkpoint(note, keys.signer.verifier)
    assert (checkpoint.size, checkpoint.root) == (3, ledger.tree(3).root())
    assert ledger.checkpoint() == note


def test_a_smaller_tree_than_the_newest_signed_is_refused(
    drain: Drain, redis: Redis, ledger: Ledger, checkpoints: Checkpoints, make_entry: MakeEntry
) -> None:
    grow(drain, redis, make_entry, 2)
    _insert(ledger, 5, bytes(32))
    with pytest.raises(Behind):
        checkpoints.sign()


def test_a_second_root_for_a_size_is_refused(
    drain: Drain, redis: Redis, ledger: Ledger, checkpoints: Checkpoints, make_entry: MakeEntry
) -> None:
    grow(drain, redis, make_entry, 2)
    _insert(ledger, 3, bytes(32))
    grow(drain, redis, make_entry, 1)
    with pytest.raises(Equivocation):
        checkpoints.sign()


def _insert(ledger: Ledger, size: int, root: bytes) -> None:
    row = {"log": ledger.log_id, "size": size, "root": root}
    with write(ledger.engine) as connection:
        connection.execute(text("INSERT INTO checkpoint VALUES (:log, :size, :root, 'x', 0)"), row)


@pytest.mark.parametrize("size", [2, 9])
def test_nothing_is_signed_while_the_ledger_contradicts_what_redis_knows(
    size: int,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    checkpoints: Checkpoints,
    keys: Keys,
    make_entry: MakeEntry,
) -> None:
    """2: another root at a size that the ledger has; 9: a size that it has not, as after an older backup."""
    grow(drain, redis, make_entry, 3)
    redis.set(KNOWN, keys.signer.sign(Checkpoint(ledger.origin, size, bytes(32)).text()))
    publisher = Publisher(checkpoints, redis)
    assert publisher.publish_if_due() is None
    assert publisher.refusal is not None


def test_an_older_backup_is_signed_again_once_the_stream_has_rebuilt_it(
    redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry
) -> None:
    """The stream holds what the backup lacks; replaying it gives the same tree, so signing goes on."""
    first = Drain(redis, ledger, keys)
    first.start()
    grow(first, redis, make_entry, 300)
    known = Checkpoints(ledger, keys.signer).sign()
    redis.set(KNOWN, known)
    empty(ledger)
    assert Publisher(Checkpoints(ledger, keys.signer), redis).publish_if_due() is None

    again = Drain(redis, ledger, keys)
    again.start()
    while again.step():
        pass
    assert Publisher(Checkpoints(ledger, keys.signer), redis).publish_if_due() == known


def empty(ledger: Ledger) -> None:
    """Bring the database back to where it was before its first entry."""
    with write(ledger.engine) as connection:
        for table in APPEND_ONLY:
            if connection.dialect.name == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for table in (*APPEND_ONLY, "edge", "record", "decision", "choice", "person", "context"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE log_state SET size = 0, cursor = '0-0', consumed = 0"))


def test_a_newer_known_checkpoint_is_never_overwritten_by_an_older_one(
    drain: Drain, redis: Redis, ledger: Ledger, checkpoints: Checkpoints, keys: Keys, make_entry: MakeEntry
) -> None:
    publisher = Publisher(checkpoints, redis)
    assert publisher.publish_if_due() is not None
    newer = keys.signer.sign(Checkpoint(ledger.origin, 7, bytes(32)).text())
    redis.set(KNOWN, newer)
    publisher.changed()
    publisher._next = 0.0
    publisher.publish_if_due()
    assert redis.get(KNOWN) == newer.encode()


def test_a_drain_that_stood_still_while_it_told_redis_takes_nothing_back(
    redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another drain publishes between its question what is known and its answer."""
    older, old, newer = (keys.signer.sign(Checkpoint(ORIGIN, size, bytes(32)).text()) for size in (3, 5, 7))
    redis.set(KNOWN, older)

    def parse(note: str) -> Checkpoint:
        if note == older:
            redis.set(KNOWN, newer)
        return parse_checkpoint(note)

    monkeypatch.setattr(signs, "parse_checkpoint", parse)
    signs.keep_checkpoint(redis, old)
    assert redis.get(KNOWN) == newer.encode()


def test_leaves_tiles_and_checkpoints_cannot_be_changed(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry
) -> None:
    changes = ["UPDATE {} SET log_id = 2", "DELETE FROM {}"]
    changes += [] if ledger.engine.dialect.name == "sqlite" else ["TRUNCATE {}"]
    grow(drain, redis, make_entry, 256)
    until(lambda: drain.step() == 0 and (ledger.checkpoint() or "").splitlines()[1] == "256")
    for table in ("leaf", "tile", "checkpoint"):
        for change in changes:
            with pytest.raises(DBAPIError, match="append-only"), write(ledger.engine) as connection:
                connection.execute(text(change.format(table)))
        with read(ledger.engine) as connection:
            assert connection.execute(text(f"SELECT count(*) FROM {table} WHERE log_id = {ledger.log_id}")).scalar()


def test_a_database_of_another_key_is_refused(ledger: Ledger, keys: Keys) -> None:
    ledger.ensure(keys.signer.verifier.vkey)
    ledger.ensure(keys.signer.verifier.vkey)
    with pytest.raises(ValueError, match="the ledger is signed by"):
        ledger.ensure("consent.example/log+00000000+AAAA")


def test_a_known_key_must_be_among_those_that_sign(ledger: Ledger, keys: Keys) -> None:
    """Whoever brings only new keys could take the log over; a rotation brings both."""
    old = keys.signer.verifier
    ledger.ensure(old.vkey)
    new = keys.rotate().verifier
    with pytest.raises(ValueError, match="the ledger is signed by"):
        ledger.ensure(new.vkey)
    ledger.ensure(new.vkey, old.vkey)
    assert ledger.keys == (new, old) and ledger.vkey == new.vkey
    ledger.ensure(new.vkey)
    assert ledger.keys == (new, old)


def test_what_redis_knows_may_be_signed_by_a_retired_key(
    drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry
) -> None:
    grow(drain, redis, make_entry, 2)
    redis.set(KNOWN, Checkpoints(ledger, keys.signer).sign())
    new = keys.rotate()
    ledger.ensure(*(signer.verifier.vkey for signer in keys.signers))
    keys.retire()
    ledger.ensure(new.verifier.vkey)
    assert Publisher(Checkpoints(ledger, new), redis).publish_if_due() is not None
