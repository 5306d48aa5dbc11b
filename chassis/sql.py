"""SQL connections: SQLite (WAL, synchronous=FULL) embedded, PostgreSQL in production, the same statements on both."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from chassis.errors import Unavailable

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5
WRITER_CACHE_KIB = 131_072
WRITER_WAL_PAGES = 16_384
# PostgreSQL's own level shows each statement what was committed before it. Said with BEGIN, so that it takes no time.
_ONE_VIEW: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def connect(url: str, writes_much: bool = False, reflects: bool = False) -> Engine:
    """Make an engine for `sqlite:///…` or `postgresql+psycopg://…`; opens nothing yet.

    Args:
        url: the database.
        writes_much: for the one process that writes all the time: SQLite then keeps more in memory.
        reflects: for migrations, which read PostgreSQL's catalogue: SQLAlchemy understands it in text only.
    """
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        if writes_much:
            event.listen(engine, "connect", _prepare_sqlite_writer)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_postgres)
    if not reflects:
        event.listen(engine, "connect", _read_binary)
    return engine


class _BinaryCursor(psycopg.Cursor[Any]):
    """Reads values as the server holds them: in hexadecimal a leaf takes twice the bytes, and longer still."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format = psycopg.pq.Format.BINARY


def _read_binary(connection: Any, _record: Any) -> None:
    connection.cursor_factory = _BinaryCursor


def _prepare_postgres(connection: Any, _record: Any) -> None:
    # To compile a statement, or to start processes for it, takes longer than any of ours.
    connection.execute("SET jit = off")
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN would come too late, before the first write only: see _begin_sqlite.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",  # NORMAL loses committed rows on a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # an erased person must not linger in free pages
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    # When a file changes its mode SQLite waits for nobody, whatever the timeout; several may open a new one at once.
    until_s = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.005)


def _prepare_sqlite_writer(connection: Any, _record: Any) -> None:
    # Ids come in no order: their index is touched all over, and pages are written back once for many batches.
    connection.execute(f"PRAGMA cache_size={-WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={WRITER_WAL_PAGES}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer under WAL gets SQLITE_BUSY at once, whatever the timeout: writers begin as writers.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction: committed at the end, rolled back by any exception.

    Raises:
        Unavailable: the database is away or locked; nothing was written.
    """
    with _available(), engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Open a read transaction: one consistent view, however many statements ask and whatever is committed meanwhile.

    Raises:
        Unavailable: the database is away.
    """
    view = _ONE_VIEW if engine.dialect.name == "postgresql" else {}  # SQLite gives no other
    with _available(), engine.connect().execution_options(**view) as connection:
        yield connection


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Unavailable("the database is away", retry_after_s=2) from error
        raise


def fault(engine: Engine) -> str | None:
    """Say what is wrong with the database, or None; for `/readyz`."""
    try:
        with read(engine) as connection:
            connection.execute(text("SELECT 1"))
    except Unavailable as error:
        return error.detail
    return None
