"""What to read after an article: near ones first, and never one that readers may not see."""

import pytest

from chassis import sql
from publisher.house import House
from publisher.store.related import related
from tests.publisher.newsroom import Newsroom, an_article, now_ms


@pytest.fixture
def any_newsroom(any_house: House) -> Newsroom:
    made = Newsroom(any_house)
    for name, section, keywords in (
        ("bridge", "City", ("Bridge", "ferry", "harbour")),
        ("old-news", "City", ()),
        ("ferry", "Science", ("ferry", "HARBOUR")),
        ("tolls", "Business", ("bridge",)),
        ("concert", "Culture", ("music",)),
        ("new-news", "City", ()),
    ):
        made.publish(an_article(slug=name, section=section, keywords=keywords), name)
    return made


def near(newsroom: Newsroom, article_id: str = "bridge", limit: int = 4) -> list[str]:
    revision = newsroom.revision(article_id)
    assert revision
    with sql.read(newsroom.house.engine) as connection:
        return [each.article_id for each in related(connection, revision, now_ms(), limit)]


def test_shared_keywords_come_before_the_section_and_nothing_comes_twice(any_newsroom: Newsroom) -> None:
    assert near(any_newsroom) == ["ferry", "tolls", "new-news", "old-news"]
    assert near(any_newsroom, limit=1) == ["ferry"]
    assert near(any_newsroom, "concert") == []


def test_what_readers_may_not_see_is_no_way_on(any_newsroom: Newsroom) -> None:
    any_newsroom.move("kill", "ferry")
    any_newsroom.move("unpublish", "tolls")
    any_newsroom.publish(an_article(slug="new-news"), "new-news", times={"embargoed_until_ms": now_ms() + 60_000})
    draft = an_article(slug="draft", keywords=("bridge", "ferry", "harbour"))
    any_newsroom.publish(draft, "draft", status="withheld")
    assert near(any_newsroom) == ["old-news"]
