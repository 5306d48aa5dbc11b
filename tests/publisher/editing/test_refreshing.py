"""What the worker does for pages."""

from flask.testing import FlaskClient

from publisher.editing import refreshing
from publisher.messages import variant_channel
from publisher.store.media import Rendition
from tests.publisher.newsroom import Newsroom, an_article, picture


def test_a_refreshed_page_is_in_the_cache_before_its_first_reader(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    assert refreshing.refresh(newsroom.house, "bridge", "en")
    assert client.get("/en/harbour-bridge").headers["Cache-Status"].startswith("publisher; hit")


def test_the_last_translation_leaves_every_language_in_the_cache(client: FlaskClient, newsroom: Newsroom) -> None:
    """Each one's end takes the others' pages away, since they list it; none of them is to be a reader's to render."""
    newsroom.publish()
    newsroom.translate("es")
    newsroom.give_up("ar")
    newsroom.translate("en-XA")
    answers = {language: client.get(f"/{language}/harbour-bridge") for language in ("en", "es", "ar", "en-XA")}
    assert all(each.headers["Cache-Status"].startswith("publisher; hit") for each in answers.values())


def test_open_pages_are_told(newsroom: Newsroom) -> None:
    newsroom.publish()
    with newsroom.house.redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(variant_channel("bridge", "es"))
        channel.get_message(timeout=1)
        newsroom.translate("es")
        message = channel.get_message(timeout=1)
    assert message is not None and message["type"] == "message"


def test_an_article_that_is_gone_has_nothing_to_refresh(newsroom: Newsroom) -> None:
    assert not refreshing.refresh(newsroom.house, "none", "en")


def test_a_new_address_leaves_the_way_to_it_at_the_old_one(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    client.get("/en/harbour-bridge")
    newsroom.publish(an_article(slug="new-bridge"))
    moved = client.get("/en/harbour-bridge")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/en/new-bridge")
    assert client.get("/en/new-bridge").status_code == 200


def test_renditions_appear_on_pages_that_were_cached_without_them(client: FlaskClient, newsroom: Newsroom) -> None:
    image = newsroom.image(picture(900, 600))
    newsroom.publish(an_article(blocks=(image,)))
    assert "<source" not in client.get("/en/harbour-bridge").text
    made = [
        Rendition(
            image.media, f"{width}.{kind}", width, width * 2 // 3, f"image/{kind}", f"{image.media}/{width}.{kind}", 9
        )
        for width in (480, 900)
        for kind in ("avif", "webp", "jpeg")
    ]
    refreshing.keep_renditions(newsroom.house, image.media, made)
    refreshing.keep_renditions(newsroom.house, image.media, made)
    html = client.get("/en/harbour-bridge").text
    place = f"/media/{image.media}"
    assert f'<source type="image/avif" srcset="{place}/480.avif 480w, {place}/900.avif 900w"' in html
    assert f'<img src="{place}/900.jpeg" srcset="{place}/480.jpeg 480w, {place}/900.jpeg 900w"' in html
    assert html.index("image/avif") < html.index("image/webp")
    assert 'width="900" height="600"' in html and 'fetchpriority="high"' in html
