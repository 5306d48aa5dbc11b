"""Key files: one per purpose, mode 0600, made where missing, safe when several processes start at once.

`log-signing` holds the log's signer key as text (two of them during a rotation, the newer first), every other file
`<kid> <base64>`. Daily ingest keys stand in `ingest/`.
"""

import os
import re
import secrets
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from consent.durable_files import replace, write_once
from consent.ledger.entries import Secrets
from consent.ledger.sealing import IngestKey
from consent.ledger.signing import NoteError, Signer, check_name, read_skey

KEY_SIZE = 32
NAMES = ("record", "pepper", "display-token", "session")
INGEST_LIFE = timedelta(hours=48)
INGEST_KEPT = 4

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class KeyFileError(Exception):
    """A key file that is missing, unreadable or not what it should be; the message names it."""


class Keys:
    """The keys in one directory. Reading is cheap: each file is read once."""

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self._read: dict[str, bytes] = {}
        self._ingest: dict[str, bytes] = {}

    @classmethod
    def create(cls, directory: Path | str, origin: str) -> "Keys":
        """Make what is missing, and return the keys.

        Args:
            directory: made with mode 0700 where missing.
            origin: the log's name, which its signing key carries.

        Raises:
            KeyFileError: the signing key there is of another origin.
        """
        check_name(origin)
        keys = cls(directory)
        keys.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        (keys.directory / "ingest").mkdir(mode=0o700, exist_ok=True)
        write_once(keys.directory / "log-signing", Signer(origin, secrets.token_bytes(KEY_SIZE)).skey + "\n")
        for name in NAMES:
            write_once(keys.directory / name, _fresh(f"{name}-1"))
        if keys.signer.name != origin:
            raise KeyFileError(f"{keys.directory / 'log-signing'}: expected a key of {origin}, got {keys.signer.name}")
        return keys

    @property
    def signers(self) -> tuple[Signer, ...]:
        """The log's signing keys, the newest first; read by the process that signs, and by no other."""
        path = self.directory / "log-signing"
        try:
            return tuple(read_skey(line) for line in _text(path).split("\n"))
        except NoteError as error:
            raise KeyFileError(f"{path}: {error}") from None

    @property
    def signer(self) -> Signer:
        """The newest of the log's signing keys."""
        return self.signers[0]

    def rotate(self) -> Signer:
        """Make a new signing key, which signs beside the one there is until that is retired.

        Raises:
            KeyFileError: a rotation is under way.
        """
        current = self.signers
        if len(current) > 1:
            raise KeyFileError(f"{current[1].verifier.vkey} still signs: retire it first")
        fresh = Signer(current[0].name, secrets.token_bytes(KEY_SIZE))
        replace(self.directory / "log-signing", f"{fresh.skey}\n{current[0].skey}\n")
        return fresh

    def retire(self) -> Signer:
        """End a rotation: delete the older signing key, and return it.

        Raises:
            KeyFileError: none is under way.
        """
        current = self.signers
        if len(current) < 2:
            raise KeyFileError(f"{current[0].verifier.vkey} is the only key that signs: rotate first")
        replace(self.directory / "log-signing", f"{current[0].skey}\n")
        return current[1]

    def prepare_successor(self, origin: str) -> Signer:
        """Make the signing key of the log that is to take this one's place, or return the one that was made."""
        path = self.directory / "log-signing.next"
        write_once(path, Signer(origin, secrets.token_bytes(KEY_SIZE)).skey + "\n")
        return read_skey(_text(path))

    def install_successor(self) -> None:
        """Let the successor's key take the place of this log's, which is put aside and signs no more."""
        current = self.directory / "log-signing"
        aside = current.with_name(f"log-signing.{self.signer.verifier.key_id.hex()}")
        replace(aside, _text(current) + "\n")
        os.replace(self.directory / "log-signing.next", current)

    def secret(self, name: str) -> bytes:
        """Return one of `record`, `pepper`, `display-token`, `session`."""
        if name not in self._read:
            self._read[name] = _secret(self.directory / name)[1]
        return self._read[name]

    def secrets(self, now: datetime | None = None) -> Secrets:
        """Return what making an entry takes, with the ingest key of the day."""
        return Secrets(self.secret("record"), self.secret("pepper"), self.ingest((now or datetime.now(UTC)).date()))

    def ingest(self, day: date) -> IngestKey:
        """Return the ingest key of a day, made where missing."""
        kid = day.isoformat()
        if kid not in self._ingest:
            # What is sealed under it may be on disk in a moment; the key has to be there before.
            write_once(self.directory / "ingest" / kid, _fresh(kid))
        found = self.find_ingest(kid)
        if found is None:
            raise KeyFileError(f"{self.directory / 'ingest' / kid}: vanished as it was made")
        return found

    def find_ingest(self, kid: str) -> IngestKey | None:
        """Return the ingest key of that id, or None where it was deleted or never was."""
        if kid not in self._ingest:
            path = self.directory / "ingest" / kid
            if not _DAY.fullmatch(kid) or not path.exists():
                return None
            self._ingest[kid] = _secret(path)[1]
            for old in sorted(self._ingest)[:-INGEST_KEPT]:  # deleted from disk by now: forget it here too
                del self._ingest[old]
        return IngestKey(kid, self._ingest[kid])

    def delete_ingest(self, drained_until: datetime) -> list[str]:
        """Delete the ingest keys of days which ended 48 hours before everything up to `drained_until` was drained."""
        deleted = []
        for path in sorted((self.directory / "ingest").glob("????-??-??")):
            end = datetime.combine(date.fromisoformat(path.name), time(), UTC) + timedelta(days=1)
            if end + INGEST_LIFE <= drained_until:
                path.unlink(missing_ok=True)
                self._ingest.pop(path.name, None)
                deleted.append(path.name)
        return deleted


def _fresh(kid: str) -> str:
    return f"{kid} {b64encode(secrets.token_bytes(KEY_SIZE)).decode()}\n"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise KeyFileError(f"{path}: {error}") from None


def _secret(path: Path) -> tuple[str, bytes]:
    kid, _, encoded = _text(path).partition(" ")
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise KeyFileError(f"{path}: expected a key id and {KEY_SIZE} bytes in base64")
    return kid, key
