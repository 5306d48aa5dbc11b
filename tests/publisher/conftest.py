"""A newsroom on real servers: database, Redis, a media directory, and articles to publish."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from chassis.tokens import Tokens
from publisher import clock
from publisher.app import create_app
from publisher.house import House, open_house
from publisher.settings import Settings
from publisher.store.tables import api_token
from tests.publisher.newsroom import Newsroom
from tests.servers.templates import Templates


@pytest.fixture(scope="session")
def migrated(templates: Templates) -> Path:
    """An empty SQLite file to copy."""
    return templates.sqlite("publisher")


@pytest.fixture
def settings(migrated: Path, redis_url: str, tmp_path: Path) -> Settings:
    copied = shutil.copy(migrated, tmp_path / "publisher.db")
    return make_settings(f"sqlite:///{copied}", redis_url, tmp_path)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """One on SQLite, for what does not depend on the database."""
    yield from opened(settings)


@pytest.fixture
def any_house(publisher_database: str, redis_url: str, tmp_path: Path) -> Iterator[House]:
    """One on each kind of database."""
    yield from opened(make_settings(publisher_database, redis_url, tmp_path))


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the publisher believe that it is this moment (unix ms)."""
    return lambda ms: monkeypatch.setattr(clock, "now_ms", lambda: ms)


@pytest.fixture
def newsroom(house: House) -> Newsroom:
    return Newsroom(house)


@pytest.fixture
def client(settings: Settings, house: House) -> Iterator[FlaskClient]:
    app = create_app(settings)
    yield app.test_client()
    app.extensions["house"].engine.dispose()


@pytest.fixture
def token(house: House) -> dict[str, str]:
    scopes = ("articles:read", "articles:write", "media:write")
    return {"Authorization": f"Bearer {Tokens(house.engine, api_token).create('tests', scopes)}"}


def make_settings(database_url: str, redis_url: str, directory: Path) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        media_dir=str(directory / "media"),
        public_url="https://news.example",
        consent_public_url="https://consent.example",
        languages=("en", "es", "ar", "en-XA"),
        log_level="error",
        trends_min_readers=3,
    )


def opened(settings: Settings) -> Iterator[House]:
    house = open_house(settings)
    yield house
    house.engine.dispose()
    house.redis.close()
