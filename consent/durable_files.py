"""Small files that are whole and on disk when the call returns, and readable by their owner alone."""

import os
import secrets
from pathlib import Path


def write_once(path: Path, text: str) -> bool:
    """Write a file which no other process has written before, or leave the one that is there; tell which."""
    if path.exists():
        return False
    draft = _draft(path, text)
    try:
        os.link(draft, path)  # fails where the file exists: the first process wins, the others read its file
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync(path.parent)
    return True


def replace(path: Path, text: str) -> None:
    """Put a file in the place of the one that is there; whoever reads meets the old one or the new one, whole."""
    os.replace(_draft(path, text), path)
    _sync(path.parent)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
