"""A hundred thousand files that are nearly right: the verifier refuses each, and falls over none."""

import contextlib
import random
from pathlib import Path

import pytest

from consent.ledger import notes
from consent.ledger.notes import parse_checkpoint
from consent.ledger.signing import NoteError, read_vkey
from consent.verify import Fault, check_receipt, open_checkpoint
from tests.consent.log_samples import KEY, write_log
from tests.consent.receipt_samples import receipt
from tests.faults.promises import Count

pytestmark = [pytest.mark.slow, pytest.mark.full, pytest.mark.timeout(600)]

ROUNDS = 50_000
WORDS = (
    "\r\n",
    "\n\n",
    "\0",
    "0",
    "-1",
    "\N{EM DASH} ",
    "1e400",
    "\ud800".encode("utf-8", "surrogatepass"),
    "A" * 65_535,
)
PIECES = [word if isinstance(word, bytes) else word.encode() for word in WORDS]


def nearly(data: bytes, chance: random.Random) -> bytes:
    """Change a file in one to three places: bits, what is left out or there twice, and what readers stumble over."""
    for _ in range(chance.randint(1, 3)):
        at, to = sorted(chance.choices(range(len(data) + 1), k=2))
        to = min(to, at + chance.choice((1, 8, 200)))
        match chance.randrange(5):
            case 0 if at < len(data):
                data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[to:]
            case 2:
                data = data[:to] + data[at:to] * chance.choice((1, 1, 20)) + data[to:]
            case 3:
                data = data[:at] + chance.choice(PIECES) + data[at:]
            case _:
                data = data[:at]
    return data


def test_receipts_that_are_nearly_right_are_all_refused(count: Count) -> None:
    data, chance, cases = receipt(), random.Random(16), 0
    for _ in range(ROUNDS):
        changed = nearly(data, chance)
        if changed != data:
            cases += 1
            with pytest.raises(Fault):
                list(check_receipt(changed))
    count(cases=cases)


def test_checkpoints_that_are_nearly_right_never_say_anything_else(tmp_path: Path, count: Count) -> None:
    """Lines of others' signatures may come and go; what is signed may not. Both readers are asked."""
    write_log(tmp_path, [b"%d" % n for n in range(300)])
    note, chance = (tmp_path / "checkpoint").read_bytes(), random.Random(17)
    verifier, true = read_vkey(KEY), parse_checkpoint(note.decode())
    for _ in range(ROUNDS):
        changed = nearly(note, chance).decode(errors="replace")
        with contextlib.suppress(Fault):
            assert open_checkpoint(changed, [KEY], "checkpoint")[:3] == true
        with contextlib.suppress(NoteError):
            assert notes.open_checkpoint(changed, verifier) == true
    count(cases=ROUNDS)
