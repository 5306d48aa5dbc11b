"""Copying a database in use, and putting a copy where none is: SQLite by its backup API, PostgreSQL by its tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import URL, inspect, make_url

from chassis import sql
from chassis.errors import Unavailable
from chassis.migrations import make_database
from chassis.sql import read

PAGES_A_STEP = 2048
FILES = {"sqlite": "consent.db", "postgresql": "consent.dump"}

Progress = Callable[[int, int], None]


class BackupError(Exception):
    """A backup cannot be made or used; the message says why, and nothing was changed."""


def require(url: str) -> None:
    """Refuse a database of which there is no file; opening it would make one."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not Path(target.database or "").exists():
        raise BackupError(f"{target.database}: there is no database")


def copy_out(url: str, directory: Path, progress: Progress) -> Path:
    """Write a copy of the database as it is at one moment, and return its file.

    Args:
        url: the database.
        directory: where the copy goes.
        progress: told how many of how many pages are done.

    Raises:
        BackupError: the database is away, or its tools are.
    """
    target = make_url(url)
    path = directory / FILES[target.get_backend_name()]
    if target.get_backend_name() == "sqlite":
        _copy_sqlite(Path(target.database or ""), path, progress)
    else:
        _run("pg_dump", "--format=custom", f"--file={path}", target)
    return path


def _copy_sqlite(source: Path, path: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original:
        # The snapshot that this opens keeps the copy from starting again whenever somebody else commits.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(path)) as copy:
            original.backup(copy, pages=PAGES_A_STEP, progress=lambda _, left, total: progress(total - left, total))
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def copy_in(path: Path, url: str) -> None:
    """Put a copy where no database is yet.

    Raises:
        BackupError: there is one, or the copy cannot be read.
    """
    target = make_url(url)
    if path.name != FILES[target.get_backend_name()]:
        raise BackupError(f"the backup is one of another kind of database than {target.get_backend_name()}")
    if target.get_backend_name() == "sqlite":
        _put_sqlite(path, Path(target.database or ""))
    else:
        _require_empty(url)
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(path), target)


def _require_empty(url: str) -> None:
    try:
        make_database(make_url(url))
        engine = sql.connect(url)
        with read(engine) as connection:
            tables = inspect(connection).get_table_names()
        engine.dispose()
    except (Unavailable, psycopg.OperationalError) as error:
        raise BackupError(f"the database is away: {error}") from None
    if tables:
        raise BackupError(f"{make_url(url).database}: there is a database already, with {len(tables)} tables")


def _put_sqlite(path: Path, target: Path) -> None:
    beside = [target.with_name(f"{target.name}{end}") for end in ("", "-wal", "-shm")]
    if any(each.exists() for each in beside):
        raise BackupError(f"{target}: there is a database already; move it away first, with its -wal and -shm")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(path, draft)
        with closing(sqlite3.connect(draft)) as copy:
            (told,) = copy.execute("PRAGMA quick_check").fetchone()
        if told != "ok":
            raise BackupError(f"{path}: {told}")
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.link(draft, target)  # fails where another process was faster
    except (sqlite3.DatabaseError, OSError) as error:
        raise BackupError(f"{path}: {error}") from None
    finally:
        draft.unlink(missing_ok=True)


def _run(tool: str, *arguments: str | URL) -> None:
    *words, url = arguments
    assert isinstance(url, URL)
    if shutil.which(tool) is None:
        raise BackupError(f"{tool} is not installed: it comes with PostgreSQL's client")
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    address = url.set(drivername="postgresql", password=None).render_as_string()
    command = [tool, *map(str, words), f"--dbname={address}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{tool}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
