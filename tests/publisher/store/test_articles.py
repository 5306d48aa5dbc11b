"""Looking articles up on both databases."""

import pytest

from chassis import sql
from publisher.house import House
from publisher.store import articles, search
from tests.publisher.newsroom import Newsroom, an_article


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


@pytest.mark.parametrize("name", ["\x00", "a\x00", "ü", "", "a" * 500])
def test_a_name_that_no_article_can_have_finds_none(newsroom: Newsroom, name: str) -> None:
    newsroom.publish()
    with sql.read(newsroom.house.engine) as connection:
        assert articles.load(connection, name) is None
        assert articles.load_by_slug(connection, name) is None
        assert articles.latest(connection, section=name) == []


def test_lists_hold_public_articles_the_newest_first(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky", section="Science"), "sky")
    newsroom.publish(an_article(slug="held", section="Science", pub_status="withheld"), "held")
    with sql.read(newsroom.house.engine) as connection:
        assert [each.article_id for each in articles.latest(connection)] == ["sky", "bridge"]
        assert [each.article_id for each in articles.latest(connection, section="science")] == ["sky"]
        assert [each.article_id for each in articles.latest(connection, limit=1)] == ["sky"]
        assert articles.sections(connection) == ["science", "city"]
        assert {row.id for row in articles.every(connection)} == {"bridge", "sky", "held"}


def test_search_looks_into_what_readers_see_in_their_language(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es", headline="El puente")
    newsroom.publish(an_article(slug="held", headline="Bridge", pub_status="withheld"), "held")
    with sql.read(newsroom.house.engine) as connection:
        assert search.matching(connection, "en", ["bridge", "bolt"]) == ["bridge"]
        assert search.matching(connection, "es", ["puente"]) == ["bridge"]
        assert search.matching(connection, "en", ["puente"]) == []
        assert search.matching(connection, "ar", ["bridge"]) == []
        for wildcard in ("%", "_", "\\"):
            assert search.matching(connection, "en", [wildcard]) == []
    newsroom.publish(an_article(headline="Another"))
    with sql.read(newsroom.house.engine) as connection:
        assert search.matching(connection, "es", ["puente"]) == []
