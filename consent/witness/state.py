"""What a witness keeps: its key, and for each log its keys and the latest checkpoint that it cosigned.

A directory of text files, each written whole and on disk before anything is answered; a lock file for each log, so that
several processes may serve one directory.
"""

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consent.durable_files import replace, write_once
from consent.ledger.notes import Checkpoint, parse_checkpoint, take_apart
from consent.ledger.signing import COSIGNATURE, NoteError, Signer, Verifier, check_name, read_skey, read_vkey


class StateError(Exception):
    """The witness's directory is not what it should be; the message names the file."""


class State:
    """A witness's directory."""

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)

    def create(self, name: str) -> Signer:
        """Make the witness's key where there is none, and return it.

        Args:
            name: the witness's name: an address without scheme, as witness.example/w1.

        Raises:
            NoteError: no key may have that name.
            StateError: there is one of another name.
        """
        check_name(name)
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(self._key, Signer(name, secrets.token_bytes(32), COSIGNATURE).skey + "\n")
        if self.signer.name != name:
            raise StateError(f"{self._key}: expected a key of {name}, got one of {self.signer.name}")
        return self.signer

    @property
    def signer(self) -> Signer:
        """The witness's key."""
        try:
            return read_skey(_text(self._key).strip(), COSIGNATURE)
        except NoteError as error:
            raise StateError(f"{self._key}: {error}") from None

    def add(self, vkeys: list[str]) -> str:
        """Take checkpoints of a log that are signed by any of these keys, instead of those told before.

        Returns:
            The log's origin.

        Raises:
            NoteError: they are no keys of logs, or not of one log.
        """
        keys = [read_vkey(vkey) for vkey in vkeys]
        origins = {key.name for key in keys}
        if len(origins) != 1:
            raise NoteError(f"expected keys of one log, got {', '.join(sorted(origins))}")
        (origin,) = origins
        self._log(origin).mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(self._log(origin) / "keys", "".join(f"{key.vkey}\n" for key in keys))
        return origin

    def keys(self, origin: str) -> tuple[Verifier, ...]:
        """Return the keys of a log; none where it is not known."""
        path = self._log(origin) / "keys"
        return tuple(read_vkey(line) for line in _text(path).split()) if path.exists() else ()

    def origins(self) -> list[str]:
        """Return the logs that are known, by name."""
        return sorted(read_vkey(_text(path).split()[0]).name for path in self.directory.glob("logs/*/keys"))

    @contextmanager
    def held(self, origin: str) -> Iterator["Held"]:
        """Keep every other process from a log's state for the time being."""
        with (self._log(origin) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Held(self._log(origin) / "checkpoint")

    def note(self, origin_hash: str) -> str | None:
        """Return the latest cosigned checkpoint by its log's hash (`hash_of`); None where there is none."""
        path = self.directory / "logs" / origin_hash / "checkpoint"
        return _text(path) if len(origin_hash) == 64 and origin_hash.isalnum() and path.exists() else None

    @property
    def _key(self) -> Path:
        return self.directory / "key"

    def _log(self, origin: str) -> Path:
        return self.directory / "logs" / hash_of(origin)


class Held:
    """The latest checkpoint of one log, while nobody else may change it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def latest(self) -> Checkpoint | None:
        """Return it; None before the first."""
        if not self._path.exists():
            return None
        try:
            return parse_checkpoint(take_apart(_text(self._path))[0])
        except NoteError as error:
            # To go on as if nothing had been seen would let the log show anything.
            raise StateError(f"{self._path}: {error}") from None

    def put(self, note: str) -> None:
        """Put another in its place; on disk when this returns."""
        replace(self._path, note)


def hash_of(origin: str) -> str:
    """Return what stands for a log in addresses and file names."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise StateError(f"{path}: {error}") from None
