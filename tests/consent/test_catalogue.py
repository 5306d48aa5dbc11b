import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from chassis.errors import NotFound, Unavailable
from chassis.sql import connect
from consent import notices, sites
from consent.catalogue import REFRESH_S, Catalogue
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine(tmp_path: Path, migrated: Path) -> Engine:
    engine = connect(f"sqlite:///{shutil.copy(migrated, tmp_path / 'consent.db')}")
    Sites(engine).put(sites.make("newsroom", ["https://news.example"]), 1)
    Notices(engine).publish(notices.of(document()), 1)
    return engine


def test_a_publication_is_seen_within_the_refresh(engine: Engine) -> None:
    seconds = Seconds()
    catalogue = Catalogue(Sites(engine), Notices(engine), seconds)
    before = catalogue.current("newsroom")
    Notices(engine).publish(notices.of(document(validity_days=30)), 2)
    assert catalogue.current("newsroom") == before
    seconds.now += REFRESH_S
    assert catalogue.current("newsroom").validity_days == 30
    assert catalogue.notice(before.sha256) == before


def test_what_is_not_there_is_named(engine: Engine) -> None:
    catalogue = Catalogue(Sites(engine), Notices(engine))
    Sites(engine).put(sites.make("silent", ["https://silent.example"]), 1)
    for ask in (
        lambda: catalogue.site("elsewhere"),
        lambda: catalogue.current("silent"),
        lambda: catalogue.notice("0"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_without_the_database_the_last_known_state_is_served(engine: Engine, tmp_path: object) -> None:
    seconds, working = Seconds(), engine
    stores = Sites(working), Notices(working)
    catalogue = Catalogue(*stores, seconds)
    known = catalogue.current("newsroom")
    away = create_engine(f"sqlite:///{tmp_path}/no/such/directory/x.db")
    for store in stores:
        store._engine = away
    seconds.now += REFRESH_S
    assert catalogue.current("newsroom") == known
    assert catalogue.knows_origin("https://news.example")


def test_without_the_database_from_the_start_nothing_is_pretended(tmp_path: object) -> None:
    away = create_engine(f"sqlite:///{tmp_path}/no/such/directory/x.db")
    with pytest.raises(Unavailable):
        Catalogue(Sites(away), Notices(away)).site("newsroom")
