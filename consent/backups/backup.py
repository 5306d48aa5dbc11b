"""A backup as a directory: the database's copy, its newest checkpoint, the keys where wanted, and a manifest.

Written beside its place and renamed when it is whole and on disk, so that a directory of that name is a whole backup.
"""

import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis import sql
from chassis.sql import read
from consent import instants
from consent.backups.databases import FILES, BackupError, Progress, copy_out, require
from consent.settings import Settings
from consent.store import published
from consent.store.ledger import Ledger

FORMAT = "imprimatur/backup/v1"
MANIFEST, CHECKPOINT, KEYS = "manifest.json", "checkpoint", "keys"
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Backup:
    """A backup that was read and found whole: every file is the one that the manifest names."""

    directory: Path
    origin: str
    size: int
    made_at: str
    database: Path
    checkpoint: str | None
    keys: Path | None


def make(settings: Settings, directory: Path, *, with_keys: bool, progress: Progress) -> Backup:
    """Make a backup.

    Args:
        settings: whose database and keys.
        directory: where it goes; must not be there.
        with_keys: whether the keys go along: whoever has them can sign as the log, and read what waits in the stream.
        progress: told how far the database's copy is.

    Raises:
        BackupError: it cannot be made.
    """
    if directory.exists():
        raise BackupError(f"{directory}: is there already")
    draft = directory.with_name(f".{directory.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True, mode=0o700)
        # Keys first: what the database holds may rest on keys that are there by now, never the other way round.
        if with_keys:
            shutil.copytree(settings.keys_dir, draft / KEYS)
        require(settings.database_url)
        _keep_checkpoint(settings, draft)  # before the copy, which then reaches at least as far
        copy_out(settings.database_url, draft, progress)
        _describe(settings, draft)
        for path in _files(draft):
            _sync(path)
        os.rename(draft, directory)
        _sync(directory.parent)
    except OSError as error:
        raise BackupError(f"{error.filename}: {error.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return open_backup(directory)


def _keep_checkpoint(settings: Settings, draft: Path) -> None:
    engine = sql.connect(settings.database_url)
    try:
        ledger = Ledger(engine, settings.log_origin)
        with read(engine) as connection:
            signed = published.newest_signed(connection, ledger.log_id)
    finally:
        engine.dispose()
    if signed:
        (draft / CHECKPOINT).write_text(signed.note, encoding="utf-8")


def _describe(settings: Settings, draft: Path) -> None:
    told: dict[str, Any] = {
        "format": FORMAT,
        "origin": settings.log_origin,
        "made_at": instants.text(time.time_ns() // 1_000_000),
        "files": {path.relative_to(draft).as_posix(): _hash(path) for path in _files(draft)},
    }
    (draft / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def open_backup(directory: Path) -> Backup:
    """Read a backup and compare every file with the manifest.

    Raises:
        BackupError: it is none, or not whole.
    """
    try:
        told = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        files = dict(told["files"])
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupError(f"{directory}: there is no backup of the form {FORMAT}") from None
    found = {path.relative_to(directory).as_posix(): path for path in _files(directory)}
    for name in sorted({*files, *found} - {MANIFEST}):
        if name not in found or _hash(found[name]) != files.get(name):
            raise BackupError(f"{directory / name}: missing, changed or not named by the manifest")
    database = next((found[name] for name in FILES.values() if name in found), None)
    if database is None:
        raise BackupError(f"{directory}: it holds no database")
    note = found[CHECKPOINT].read_text(encoding="utf-8") if CHECKPOINT in found else None
    keys = directory / KEYS if (directory / KEYS).is_dir() else None
    size = 0 if note is None else int(note.split("\n")[1])
    return Backup(directory, str(told["origin"]), size, str(told["made_at"]), database, note, keys)


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
