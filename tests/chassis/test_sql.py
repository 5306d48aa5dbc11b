import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from chassis.errors import Unavailable
from chassis.sql import connect, fault, read, write


def test_written_rows_are_read_back(sql_url):
    engine = connect(sql_url)
    with write(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
    with read(engine) as connection:
        assert connection.execute(text("SELECT n FROM t")).scalars().all() == [1]
    engine.dispose()


def test_an_exception_writes_nothing(sql_url):
    engine = connect(sql_url)
    with write(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with pytest.raises(KeyError), write(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        raise KeyError
    with read(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
    engine.dispose()


def test_sqlite_commits_reach_the_disk(sqlite_url):
    engine = connect(sqlite_url)
    with read(engine) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    engine.dispose()


def test_readers_that_write_wait_for_each_other(sql_url):
    """Each reads, then writes what it read plus one: on SQLite, without BEGIN IMMEDIATE, this fails with 'locked'."""
    engine = connect(sql_url)
    with write(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (0)"))
    errors = []

    def add_ten():
        for _ in range(10):
            try:
                with write(engine) as connection:
                    n = connection.execute(
                        text("SELECT n FROM t" + (" FOR UPDATE" if "postgres" in sql_url else ""))
                    ).scalar_one()
                    connection.execute(text("UPDATE t SET n = :n"), {"n": n + 1})
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []
    with read(engine) as connection:
        assert connection.execute(text("SELECT n FROM t")).scalar_one() == 40
    engine.dispose()


def test_a_reader_sees_nothing_that_is_committed_after_its_first_statement(sql_url):
    engine = connect(sql_url)
    with write(engine) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
    count = text("SELECT count(*) FROM t")
    with read(engine) as reader:
        before = reader.execute(count).scalar_one()
        with write(engine) as connection:
            connection.execute(text("INSERT INTO t VALUES (2)"))
        assert (before, reader.execute(count).scalar_one()) == (1, 1)
    with read(engine) as reader:
        assert reader.execute(count).scalar_one() == 2
    with write(engine) as connection:  # the connection that was read with writes again
        connection.execute(text("INSERT INTO t VALUES (3)"))
    engine.dispose()


def test_a_database_that_is_away_is_unavailable(free_port):
    engine = connect(f"postgresql+psycopg://nobody@127.0.0.1:{free_port}/none")
    with pytest.raises(Unavailable), read(engine):
        pass
    assert fault(engine) == "the database is away"


def test_a_new_file_that_several_open_at_once_is_open_to_all(tmp_path):
    def mode(engine):
        with write(engine) as connection:
            return connection.exec_driver_sql("PRAGMA journal_mode").scalar()

    with ThreadPoolExecutor(4) as pool:
        for number in range(100):
            engines = [connect(f"sqlite:///{tmp_path}/{number}.db") for _ in range(4)]
            assert list(pool.map(mode, engines)) == ["wal"] * 4
            for engine in engines:
                engine.dispose()
