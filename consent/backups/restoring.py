"""The way back: a backup is put where nothing is, and compared with everything that is known to have been signed.

A ledger that is older than what was signed signs nothing until it has caught up from the stream (`worker.checkpoint`);
here its operator is told whether it can.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from chassis import sql
from consent import signs
from consent.backups.backup import Backup
from consent.backups.databases import BackupError, copy_in
from consent.ledger.notes import Checkpoint, open_checkpoint
from consent.ledger.signing import NoteError
from consent.ledger.stream import Stream
from consent.settings import Settings
from consent.store.ledger import Ledger
from consent.store.token_ends import close_doors


@dataclass(frozen=True)
class Restored:
    """What came of it.

    Attributes:
        size: the ledger's entries now.
        signed: the entries of the largest checkpoint that is known, 0 where none is.
        complete: whether the stream holds everything that the ledger lacks.
        keys: whether keys were put too.
    """

    size: int
    signed: int
    complete: bool
    keys: bool


def restore(settings: Settings, backup: Backup, redis: Redis, known: Sequence[str]) -> Restored:
    """Put a backup back, and let the drain know what was signed.

    Args:
        settings: where to; there must be no database yet.
        backup: from `open_backup`.
        redis: the durable role.
        known: checkpoints that were kept elsewhere: by a witness, an auditor, as an anchor.

    Raises:
        BackupError: it is of another log, or something is in the way, or it contradicts a checkpoint.
    """
    if backup.origin != settings.log_origin:
        raise BackupError(f"{backup.directory}: it is of the log {backup.origin}, LOG_ORIGIN is {settings.log_origin}")
    keys = _put_keys(backup, settings.keys_dir)
    copy_in(backup.database, settings.database_url)
    engine = sql.connect(settings.database_url)
    try:
        with sql.write(engine) as connection:
            close_doors(connection)
        ledger = Ledger(engine, settings.log_origin)
        notes = [*([backup.checkpoint] if backup.checkpoint else []), *known]
        checkpoints = [_compare(ledger, note) for note in notes]
        for note in notes:
            signs.keep_checkpoint(redis, note)
        last = signs.checkpoint(redis)
        signed = max([0, *(each.size for each in checkpoints), _compare(ledger, last).size if last else 0])
        state = ledger.state()
        complete = signed <= state.size or Stream(redis).reaches(state.cursor, state.consumed)
        return Restored(state.size, signed, complete, keys)
    finally:
        engine.dispose()


def _put_keys(backup: Backup, target: Path) -> bool:
    """Put the keys where there are none; those that are there stay, and must be the log's."""
    if backup.keys is None or (target / "log-signing").exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(backup.keys, target, dirs_exist_ok=True)
    os.chmod(target, 0o700)
    return True


def _compare(ledger: Ledger, note: str) -> Checkpoint:
    try:
        checkpoint = open_checkpoint(note, *ledger.keys)
    except NoteError as error:
        raise BackupError(f"a checkpoint that is no checkpoint of this log: {error}") from None
    if checkpoint.size <= ledger.size and ledger.tree(checkpoint.size).root() != checkpoint.root:
        raise BackupError(
            f"at {checkpoint.size} entries another root was signed: what was restored has another history; sign nothing"
        )
    return checkpoint
