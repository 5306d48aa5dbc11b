"""Trends between what readers search for, what editors want, and what can be found."""

import pytest

from chassis.errors import Invalid, NotFound
from publisher.editing import trending
from publisher.following import Hand
from publisher.house import House
from publisher.store.trend_choices import HIDE, PIN
from tests.publisher.newsroom import Newsroom, an_article

HAND = Hand("an editor")


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def shown(newsroom: Newsroom) -> list[tuple[str, bool]]:
    trending.compute(newsroom.house)
    return [(each.term, each.pinned) for each in newsroom.house.trends.current("en").terms]


def test_what_is_killed_leaves_the_trends_with_it(newsroom: Newsroom) -> None:
    newsroom.publish()
    for reader in range(3):
        newsroom.house.trends.count("en", "Bridge", f"192.0.2.{reader}")
    assert trending.compute(newsroom.house) == ["en"] and shown(newsroom) == [("bridge", False)]
    newsroom.move("kill")
    assert trending.compute(newsroom.house) == ["en"] and shown(newsroom) == []


def test_pins_and_hides_hold_until_they_are_taken_back(newsroom: Newsroom) -> None:
    house = newsroom.house
    newsroom.publish()
    newsroom.publish(an_article(slug="sky", headline="Night sky"), "sky")
    for reader in range(3):
        house.trends.count("en", "bridge", f"192.0.2.{reader}")
    assert trending.choose(house, "en", " Night  SKY ", PIN, HAND) == "night sky"
    trending.choose(house, "en", "unwritten", PIN, HAND)
    assert shown(newsroom) == [("night sky", True), ("bridge", False)]
    trending.choose(house, "en", "Bridge", HIDE, HAND)
    trending.choose(house, "en", "night sky", HIDE, HAND)
    assert shown(newsroom) == []
    trending.take_back(house, "en", "bridge")
    assert shown(newsroom) == [("bridge", False)]
    with pytest.raises(NotFound):
        trending.take_back(house, "en", "bridge")
    for language, term in (("xx", "bridge"), ("en", "  !"), ("en", "x" * 61)):
        with pytest.raises(Invalid):
            trending.choose(house, language, term, PIN, HAND)
    for number in range(4):
        trending.choose(house, "en", f"term {number}", PIN, HAND)
    with pytest.raises(Invalid, match="no more than 5 pins"):
        trending.choose(house, "en", "one more", PIN, HAND)
