"""A log in memory and a witness in a directory of its own."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from consent.ledger.merkle import consistency_proof, leaf_hash, root
from consent.ledger.notes import Checkpoint, sign
from consent.ledger.signing import Signer
from consent.witness.cosigner import Cosigner
from consent.witness.state import State

NAME = "witness.example/w1"
AT = 1_795_000_000


class Log:
    """A log of any size, with another history where it is asked for one."""

    def __init__(self, origin: str = "consent.example/log", seed: int = 1) -> None:
        self.signers = [Signer(origin, bytes([seed]) * 32)]

    @property
    def vkeys(self) -> list[str]:
        return [signer.verifier.vkey for signer in self.signers]

    def hashes(self, size: int, history: bytes = b"") -> list[bytes]:
        return [leaf_hash(history + b"%d" % n) for n in range(size)]

    def note(self, size: int, history: bytes = b"", digest: bytes | None = None) -> str:
        found = root(self.hashes(size, history)) if digest is None else digest
        return sign(Checkpoint(self.signers[0].name, size, found).text(), self.signers)

    def request(self, old: int, new: int, history: bytes = b"", note: str | None = None) -> bytes:
        hashes = consistency_proof(old, self.hashes(new, history)) if 0 < old <= new else []
        return body(old, hashes, self.note(new, history) if note is None else note)


def body(old: int | str, hashes: Sequence[bytes], note: str) -> bytes:
    return "\n".join([f"old {old}", *(b64encode(each).decode() for each in hashes), "", note]).encode()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def state(tmp_path: Path, log: Log) -> State:
    made = State(tmp_path / "witness")
    made.create(NAME)
    made.add(log.vkeys)
    return made


@pytest.fixture
def cosigner(state: State) -> Cosigner:
    return Cosigner(state, lambda: AT)
