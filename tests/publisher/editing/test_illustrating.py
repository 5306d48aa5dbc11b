"""An article's pictures after a change: crops where pages name them, and nothing left of what was taken down."""

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from chassis import sql
from publisher.body.blocks import Focus
from publisher.editing import refreshing
from publisher.editing.effects import take_effect
from publisher.editing.illustrating import illustrate
from publisher.house import House
from publisher.store import media
from tests.publisher.newsroom import Newsroom, an_article, picture


@pytest.fixture
def any_newsroom(any_house: House) -> Newsroom:
    return Newsroom(any_house)


def there(house: House, sha256: str) -> bool:
    with sql.read(house.engine) as connection:
        return sha256 in media.pictures(connection, {sha256})


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_a_page_names_its_pictures_in_three_shapes_around_their_focus(newsroom: Newsroom, client: FlaskClient) -> None:
    shown = replace(newsroom.image(picture(1600, 1200)), focus=Focus(0.25, 0.9))
    second = replace(newsroom.image(picture(300, 200)), id="p2")
    newsroom.publish(an_article(blocks=(shown, second)))
    assert len(data_of(client.get("/en/harbour-bridge").text)["image"]) == 2, "crops do not hold up the page"
    assert take_effect(newsroom.house, newsroom.history()[0].id)
    page = client.get("/en/harbour-bridge").text
    images = data_of(page)["image"]
    sizes = [(1200, 675), (1200, 900), (1200, 1200), (300, 169), (266, 200), (200, 200)]
    assert [(each["width"], each["height"]) for each in images] == sizes
    assert {each["creditText"] for each in images} == {"/Ana Ruiz/Northlight"}
    assert f'<meta property="og:image" content="{images[0]["contentUrl"]}">' in page
    assert 'name="twitter:card"' in page
    assert '<meta property="og:image:width" content="1200">\n<meta property="og:image:height" content="675">' in page
    for each in images:
        with client.get(each["contentUrl"].removeprefix("https://news.example")) as answer:
            assert answer.status_code == 200 and Image.open(io.BytesIO(answer.data)).size == (
                each["width"],
                each["height"],
            )


def test_another_focus_gets_other_crops_and_new_renditions_leave_them(newsroom: Newsroom) -> None:
    shown = newsroom.image(picture(400, 300))
    for focus in (None, Focus(0, 0)):
        newsroom.publish(an_article(blocks=(replace(shown, focus=focus),)))
        illustrate(newsroom.house, "bridge")
    refreshing.keep_renditions(newsroom.house, shown.media, [])
    with sql.read(newsroom.house.engine) as connection:
        assert {"16x9-50-50.jpg", "16x9-0-0.jpg"} <= set(media.crops_of(connection, {shown.media})[shown.media])
        assert media.renditions(connection, {shown.media}) == {}


def test_pictures_of_a_killed_article_leave_the_disk_unless_another_shows_them(any_newsroom: Newsroom) -> None:
    house = any_newsroom.house
    own, shared = any_newsroom.image(picture(70, 40)), replace(any_newsroom.image(picture(80, 40)), id="p2")
    any_newsroom.publish(an_article(blocks=(own, shared)))
    any_newsroom.publish(an_article(slug="other", blocks=(shared,)), "other")
    any_newsroom.move("unpublish")
    illustrate(house, "bridge")
    assert there(house, own.media), "what was only taken off the pages can come back"
    any_newsroom.move("kill")
    illustrate(house, "bridge")
    illustrate(house, "bridge")
    assert not there(house, own.media) and not (house.media_dir / own.media).exists()
    assert there(house, shared.media) and (house.media_dir / shared.media / "original.jpg").is_file()
    any_newsroom.move("kill", "other")
    illustrate(house, "other")
    assert not there(house, shared.media)


def test_a_picture_that_cannot_be_read_holds_nothing_else_up(newsroom: Newsroom) -> None:
    shown = newsroom.image(picture(300, 200))
    newsroom.publish(an_article(blocks=(shown,)))
    (newsroom.house.media_dir / shown.media / "original.jpg").write_bytes(b"spoilt")
    assert take_effect(newsroom.house, newsroom.history()[0].id), "nothing is left open"


def test_addresses_of_what_was_taken_away_say_so_until_it_is_sent_again(
    newsroom: Newsroom, client: FlaskClient
) -> None:
    shown = newsroom.image(picture(90, 60))
    newsroom.publish(an_article(blocks=(shown,)))
    illustrate(newsroom.house, "bridge")
    newsroom.move("kill")
    illustrate(newsroom.house, "bridge")
    for name in ("original.jpg", "16x9-50-50.jpg", "480.avif"):
        assert client.get(f"/media/{shown.media}/{name}").status_code == 410
    assert client.get(f"/media/{'0' * 64}/original.jpg").status_code == 404
    refreshing.keep_renditions(newsroom.house, shown.media, [])
    assert not (newsroom.house.media_dir / shown.media).exists(), "a late rendition does not bring it back"
    newsroom.publish(an_article(slug="again", blocks=(newsroom.image(picture(90, 60)),)), "again")
    with client.get(f"/media/{shown.media}/original.jpg") as answer:
        assert answer.status_code == 200


def test_a_page_without_a_picture_asks_for_no_large_card(newsroom: Newsroom, client: FlaskClient) -> None:
    newsroom.publish(an_article())
    page = client.get("/en/harbour-bridge").text
    assert "og:title" in page and "og:image" not in page and "twitter:" not in page
