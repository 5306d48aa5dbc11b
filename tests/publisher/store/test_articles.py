"""Looking articles up on both databases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select

from chassis import sql
from publisher.house import House
from publisher.states import STATES, Timing, is_public
from publisher.store import articles, transitions, webhooks
from publisher.store.tables import article as table
from tests.publisher.newsroom import Newsroom, an_article, now_ms


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


@pytest.mark.parametrize("name", ["\x00", "a\x00", "ü", "", "a" * 500])
def test_a_name_that_no_article_can_have_finds_none(newsroom: Newsroom, name: str) -> None:
    newsroom.publish()
    with sql.read(newsroom.house.engine) as connection:
        assert articles.load(connection, name) is None
        assert articles.load_by_slug(connection, name) is None
        assert articles.latest(connection, now_ms(), section=name) == []
        assert articles.content_of(connection, name, 1) is None
        assert transitions.of_article(connection, name) == []
        assert webhooks.load(connection, name) is None and not webhooks.remove(connection, name)


def test_lists_hold_public_articles_the_newest_first(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky", section="Science"), "sky")
    newsroom.publish(an_article(slug="held", section="Science"), "held", status="withheld")
    with sql.read(newsroom.house.engine) as connection:
        assert [each.article_id for each in articles.latest(connection, now_ms())] == ["sky", "bridge"]
        assert [each.article_id for each in articles.latest(connection, now_ms(), section="science")] == ["sky"]
        assert [each.article_id for each in articles.latest(connection, now_ms(), limit=1)] == ["sky"]
        assert articles.sections(connection, now_ms()) == ["science", "city"]


@settings(max_examples=60)
@given(st.sampled_from(STATES), *[st.none() | st.integers(0, 3)] * 3, st.integers(0, 3))
def test_the_database_and_the_rules_agree_on_what_is_public(
    state: str, publish_ms: int | None, embargo_ms: int | None, expires_ms: int | None, now: int
) -> None:
    rest = {column.name: 0 for column in table.c if not column.nullable}
    row = rest | {"state": state, "embargoed_until_ms": embargo_ms, "expires_ms": expires_ms}
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(insert(table).values(**row))
        found = connection.execute(select(table.c.id).where(articles.is_public(now))).all()
    engine.dispose()
    assert bool(found) == is_public(state, Timing(publish_ms, embargo_ms, expires_ms), now)
