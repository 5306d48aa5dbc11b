"""A log that takes the place of one that cannot go on: its first leaf holds the old log's last checkpoint.

For a ledger that was lost behind what it had signed. Going on under the old name would mean two histories of one log;
a new name says openly that one ended here and where.
"""

from consent.ledger.canonical import canonical
from consent.ledger.entries import LEAF_VERSION
from consent.ledger.notes import parse_checkpoint

SUCCESSION = "succession"


def name_after(origin: str) -> str:
    """Return the name of the log that comes after one: `host/log` becomes `host/log/2`, that `host/log/3`."""
    rest, slash, last = origin.rpartition("/")
    if slash and last.isascii() and last.isdigit() and int(last) > 1 and str(int(last)) == last:
        return f"{rest}/{int(last) + 1}"
    return f"{origin}/2"


def first_leaf(checkpoint: str, now_ms: int) -> bytes:
    """Return the leaf that a successor begins with.

    Args:
        checkpoint: the newest signed note of the log before it, verbatim.
        now_ms: unix ms.
    """
    of = parse_checkpoint(checkpoint).origin
    return canonical({"v": LEAF_VERSION, "k": SUCCESSION, "t": now_ms, "of": of, "checkpoint": checkpoint})
