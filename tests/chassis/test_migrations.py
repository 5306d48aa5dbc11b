import threading

import pytest
from sqlalchemy import inspect

from chassis.errors import Unavailable
from chassis.migrations import fault, upgrade
from chassis.sql import connect


@pytest.fixture(params=["consent", "publisher"])
def package(request):
    return request.param


def test_a_database_is_brought_to_its_newest_shape_once(package, sql_url):
    assert f"run `{package} migrate`" in fault(package, sql_url)
    upgrade(package, sql_url)
    engine = connect(sql_url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    assert "api_token" in tables
    upgrade(package, sql_url)
    assert fault(package, sql_url) is None


def test_services_that_start_at_once_do_not_collide(package, sql_url):
    errors = []

    def run():
        try:
            upgrade(package, sql_url)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert errors == []
    assert fault(package, sql_url) is None


def test_a_missing_postgresql_database_is_made(postgres_url):
    url = postgres_url + "_made_by_migrate"
    upgrade("publisher", url)
    assert fault("publisher", url) is None


def test_a_database_that_is_away_is_told_in_one_line(free_port):
    with pytest.raises(Unavailable, match="the database of consent is away"):
        upgrade("consent", f"postgresql+psycopg://nobody@127.0.0.1:{free_port}/none")
