"""What must hold of a ledger after any fault, asked of its tables and not through the code that wrote them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from redis import Redis
from sqlalchemy import func, select

from chassis.sql import read
from consent.keys import Keys
from consent.ledger.notes import Checkpoint, open_checkpoint
from consent.ledger.stream import START, Stream
from consent.store import ledger_tables as tables
from consent.store.ledger import Ledger
from consent.verify import sha256

Count = Callable[..., None]
"""Adds what was counted, by name, to what the summary tells (`conftest.count`)."""


def assert_kept(
    ledger: Ledger, keys: Keys, acknowledged: Iterable[str], count: Count, seen: Iterable[str] = ()
) -> None:
    """Assert that nothing acknowledged is lost or double, and that no checkpoint contradicts another.

    Args:
        ledger: when it has caught up.
        keys: the log's.
        acknowledged: the records that somebody was told are safe.
        count: is told what was acknowledged, lost and double, and how many different checkpoints were compared.
        seen: checkpoints that were published at some time, beside those that the ledger itself holds.
    """
    leaf, record = tables.leaf, tables.record
    with read(ledger.engine) as connection:
        size, first, last = connection.execute(
            select(func.count(), func.min(leaf.c.idx), func.max(leaf.c.idx)).select_from(leaf)
        ).one()
        records = Counter(connection.execute(select(record.c.record_id)).scalars())
        notes = {*seen, *connection.execute(select(tables.checkpoint.c.note)).scalars()}
    promised = set(acknowledged)
    lost, double = len(promised - records.keys()), records.total() - len(records)
    checkpoints = {open_checkpoint(note, keys.signer.verifier) for note in notes}
    count(acknowledged=len(promised), lost=lost, double=double, checkpoints=len(checkpoints))
    assert (lost, double) == (0, 0), f"of {len(promised)} acknowledged"
    assert size == ledger.size
    assert size == 0 or (first, last) == (0, size - 1)
    _assert_consistent(ledger, checkpoints)


def assert_in_order(ledger: Ledger, redis: Redis) -> None:
    """Assert that the ledger is what the stream holds, entry by entry, of which nothing was trimmed."""
    entries = Stream(redis).read(START, ledger.size + 1)
    assert list(ledger.leaves(0, ledger.size)) == [entry.fields[b"l"] for entry in entries]


def _assert_consistent(ledger: Ledger, checkpoints: set[Checkpoint]) -> None:
    assert len({each.size for each in checkpoints}) == len(checkpoints), "two roots were signed for one size"
    roots = list(roots_of(ledger.leaves(0, ledger.size)))
    for each in checkpoints:
        assert roots[each.size] == each.root, f"what was signed at {each.size} entries is not their root"


def roots_of(leaves: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the root of every prefix, from the empty one on (RFC 9162 §2.1.1); equal subtrees merge as bits carry."""
    yield sha256()
    subtrees: list[bytes] = []
    for number, leaf in enumerate(leaves, start=1):
        subtrees.append(sha256(b"\0", leaf))
        for _ in range((number & -number).bit_length() - 1):
            right = subtrees.pop()
            subtrees[-1] = sha256(b"\1", subtrees[-1], right)
        *larger, root = subtrees
        for left in reversed(larger):
            root = sha256(b"\1", left, root)
        yield root
