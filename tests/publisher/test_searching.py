"""Searching on both databases: what is found, in which order, and that nothing is found that is not public."""

from collections.abc import Callable

import pytest

from chassis import sql
from publisher import searching
from publisher.body.blocks import Paragraph
from publisher.house import House
from publisher.search.asked import Filter, Place
from publisher.searching import Found
from publisher.store import search
from tests.publisher.newsroom import Newsroom, an_article, now_ms

ANY = Filter()


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def find(
    newsroom: Newsroom, typed: str, language: str = "en", wanted: Filter = ANY, after: Place | None = None
) -> Found:
    with sql.read(newsroom.house.engine) as connection:
        return searching.find(connection, language, typed, wanted, now_ms(), after)


def names(newsroom: Newsroom, typed: str, language: str = "en", wanted: Filter = ANY) -> list[str]:
    found = find(newsroom, typed, language, wanted)
    assert found.count == len(found.places)
    return [place.article for place in found.places]


def write(newsroom: Newsroom, name: str, headline: str, text: str = "", language: str = "en", **more: object) -> None:
    changes = {"slug": name, "headline": headline, "language": language, "description": None, "byline": None} | more
    newsroom.publish(an_article(**changes, blocks=(Paragraph("b1", text or "Nothing."),)), name)


def test_a_search_looks_into_what_readers_see_in_their_language(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es", headline="El puente")
    newsroom.publish(an_article(slug="held", headline="Bridge"), "held", status="withheld")
    for typed in ("bridge bolt", "BRIDGES", "“last bolt”", "elena marsh", "bicy"):
        assert names(newsroom, typed) == ["bridge"], typed
    assert names(newsroom, "puentes", "es") == ["bridge"]
    assert names(newsroom, "puente") == [] and names(newsroom, "bridge", "ar") == []
    assert names(newsroom, '"bolt last"') == [] and names(newsroom, "bridge nothing") == []
    newsroom.publish(an_article(headline="Another", byline="Ines Alba"))
    assert names(newsroom, "puente", "es") == [], "its translation is of before"


def test_a_revision_that_changes_no_text_is_found_by_its_new_byline_in_every_language(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es", headline="El puente")
    newsroom.publish(an_article(byline="Ines Alba"))
    assert names(newsroom, "ines puente", "es") == ["bridge"] and names(newsroom, "ana ruiz", "es") == []


def test_scripts_are_found_as_their_readers_type_them(newsroom: Newsroom) -> None:
    write(newsroom, "avila", "Ávila canción", "Straße, łódź, œuvre, Ｆｕｌｌ width, 東京都庁の展望室。한국은행은 ไทย")
    write(newsroom, "arabic", "أُفتُتِحَ الجِسْرُ في المدينـــة", language="ar")
    latin = ("avila", "CANCIÓNES", "strasse", "lodz", "oeuvre", "full")
    for typed in (*latin, "東京", "東京都庁", "京", "展望", "한국은행", "ไทย"):
        assert names(newsroom, typed) == ["avila"], typed
    assert names(newsroom, "東庁") == [], "its characters are there, and not side by side"
    for typed in ("افتتح", "الجسر", "جسر", "المدينه", "مدينة"):
        assert names(newsroom, typed, "ar") == ["arabic"], typed


def test_the_headline_comes_before_the_text_phrases_before_words_and_the_newest_first(
    newsroom: Newsroom, set_clock: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = now_ms() - 1_000_000
    told = {
        "words": ("Other", "The bridge over the harbour"),
        "older": ("Other", "A harbour bridge"),
        "newer": ("Other", "A harbour bridge"),
        "headline": ("A bridge in the harbour", ""),
        "best": ("The harbour bridge", ""),
        "half": ("Harbour", ""),
    }
    for number, (name, (headline, text)) in enumerate(told.items()):
        set_clock(start - 1000 * number if name != "newer" else start)
        write(newsroom, name, headline, text)
    assert names(newsroom, "harbour bridge") == ["best", "headline", "newer", "older", "words"]
    assert names(newsroom, '"harbour bridge"') == ["best", "newer", "older"]
    monkeypatch.setattr(search, "COUNTED", 3)
    many = [place.article for place in find(newsroom, "harbour bridge").places]
    assert many == ["best", "headline", "newer", "words", "older"], "among many, phrases in texts are words"


def test_filters_narrow_a_search(newsroom: Newsroom, set_clock: Callable[[int], None]) -> None:
    start = now_ms() - 1_000_000
    for number, (section, language) in enumerate((("City life", "en"), ("Science", "en"), ("Science", "es"))):
        set_clock(start + 1000 * number)
        write(newsroom, f"a{number}", "Bridge", section=section, language=language)
    newsroom.translate("en", "a2", prefix="")
    assert names(newsroom, "bridge") == ["a2", "a1", "a0"]
    assert names(newsroom, "bridge", wanted=Filter(section="city-life")) == ["a0"]
    assert names(newsroom, "bridge", wanted=Filter(written="es")) == ["a2"]
    assert names(newsroom, "bridge", wanted=Filter(from_ms=start + 1000, before_ms=start + 2000)) == ["a1"]
    assert names(newsroom, "bridge", wanted=Filter(section="none")) == []


def test_pages_follow_one_another_and_miss_nothing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PER_PAGE", 2)
    for number in range(5):
        write(newsroom, f"a{number}", "Bridge" if number % 2 else "Other", "The bridge.")
    first = find(newsroom, "bridge")
    second = find(newsroom, "bridge", after=first.places[-1])
    third = find(newsroom, "bridge", after=second.places[-1])
    assert [page.more for page in (first, second, third)] == [True, True, False]
    walked = [place.article for page in (first, second, third) for place in page.places]
    assert walked == ["a3", "a1", "a4", "a2", "a0"] and {page.count for page in (first, second, third)} == {5}


def test_a_mistyped_word_finds_what_was_meant(newsroom: Newsroom) -> None:
    newsroom.publish()
    write(newsroom, "secret", "The bribe", "Bridgeton")
    newsroom.move("unpublish", "secret")
    for typed in ("brigde", "brdge", "xbridge", "bridgge", "birdge"):
        found = find(newsroom, typed)
        assert [place.article for place in found.places] == ["bridge"] and not found.whole, typed
        assert dict(found.meant) == {typed: "bridge"}
    assert find(newsroom, "bridge opnes").meant == (("opnes", "opens"),)
    assert dict(find(newsroom, "bribee").meant) == {"bribee": "bridge"}, "what is not public offers no word"
    assert find(newsroom, "zzzzzz").places == () and find(newsroom, "brigde", "ar").places == ()


def test_suggestions_complete_by_what_public_headlines_say(newsroom: Newsroom) -> None:
    def suggest(typed: str, language: str = "en") -> list[str]:
        with sql.read(newsroom.house.engine) as connection:
            return searching.suggest(connection, language, typed, now_ms())

    write(newsroom, "a", "Ávila harbour bridge opens")
    write(newsroom, "b", "The harbour market", "Harvest")
    write(newsroom, "c", "東京都庁の展望室")
    write(newsroom, "hidden", "Harassment inquiry")
    newsroom.move("unpublish", "hidden")
    assert suggest("har") == ["harbour", "harbour bridge", "harbour market", "harvest"]
    assert suggest("harbour br") == ["harbour bridge", "harbour bridge opens"]
    assert suggest("avi") == ["ávila", "ávila harbour"]
    assert suggest("harbour\u00a0BRI") == ["harbour\u00a0bridge", "harbour\u00a0bridge opens"]
    assert suggest("東") == ["東京都庁の展望室"]
    assert suggest("h") == suggest("") == suggest("harbour ") == suggest("har", "es") == suggest('"') == []


def test_whatever_is_typed_is_a_query(newsroom: Newsroom) -> None:
    newsroom.publish()
    rubbish = [
        '"', "“bridge", "bridge AND", "NEAR(bridge)", "title:bridge", "*", "bridge*", "(", "'; DROP TABLE article", "%",
        "\\", "a & b | !c <-> d", "\x00", "\ud800", "😀", "\ue000en", "bridge\x00", "x" * 10_000, "a b " * 3000, "^",
    ]  # fmt: skip
    for typed in rubbish:
        assert find(newsroom, typed).whole == (typed in ("“bridge", "bridge*", "bridge\x00")), typed
        with sql.read(newsroom.house.engine) as connection:
            searching.suggest(connection, "en", typed, now_ms())


def test_an_article_as_long_as_may_be_is_taken_in(newsroom: Newsroom) -> None:
    words = " ".join(f"wörd{number:x}{'ü' * 50}" for number in range(12_000))
    write(newsroom, "long", "Long", words[:900_000])
    assert names(newsroom, "long wörd1" + "ü" * 50) == ["long"]
