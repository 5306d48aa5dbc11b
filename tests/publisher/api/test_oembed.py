"""``/oembed`` as other sites meet it: of public articles, with a picture that fits."""

import html
import re

import pytest
from flask.testing import FlaskClient

from publisher.editing.illustrating import illustrate
from tests.publisher.newsroom import Newsroom, an_article, picture

SITE = "https://news.example"


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    newsroom.publish(an_article(headline="A & B", blocks=(newsroom.image(picture(1280, 720)),)))
    illustrate(newsroom.house, "bridge")
    newsroom.translate("es")
    return newsroom


def test_a_page_leads_to_its_description(client: FlaskClient, published: Newsroom) -> None:
    found = re.search(
        r'type="application/json\+oembed" title="¡A &amp; B" href="([^"]+)"', client.get("/es/harbour-bridge").text
    )
    assert found
    answer = client.get(html.unescape(found[1]).removeprefix(SITE))
    assert answer.json == {
        "version": "1.0", "type": "link", "title": "¡A & B", "author_name": "Ana Ruiz",
        "provider_name": "The Imprimatur", "provider_url": SITE, "cache_age": 3600,
        "thumbnail_url": answer.json["thumbnail_url"], "thumbnail_width": 1200, "thumbnail_height": 675,
    }  # fmt: skip
    with client.get(answer.json["thumbnail_url"].removeprefix(SITE)) as thumbnail:
        assert thumbnail.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "max-age=60" in answer.headers["Cache-Control"]


def test_a_picture_goes_along_only_if_it_fits(client: FlaskClient, published: Newsroom) -> None:
    address = f"/oembed?url={SITE}/en/harbour-bridge&dnt=1&format=json"
    sizes = {"&maxwidth=1000": 960, "&maxheight=700": 1200, "&maxwidth=300": None}
    for asked, width in sizes.items():
        told = client.get(address + asked).json
        assert told is not None and told.get("thumbnail_width") == width, asked


@pytest.mark.parametrize(
    "url",
    [f"{SITE}/en/none", f"{SITE}/xx/harbour-bridge", f"{SITE}/en/", "https://other.example/en/harbour-bridge",
     f"{SITE}/en/harbour-bridge%00", f"{SITE}.evil.example/en/harbour-bridge", f"{SITE}/ar/draft"],
)  # fmt: skip
def test_of_anything_else_nothing_is_told(client: FlaskClient, published: Newsroom, url: str) -> None:
    published.publish(an_article(slug="draft"), "draft", status="withheld")
    refused = client.get("/oembed", query_string={"url": url})
    assert (refused.status_code, refused.content_type) == (404, "application/problem+json")


def test_what_cannot_be_answered_says_so(client: FlaskClient, published: Newsroom) -> None:
    address = f"/oembed?url={SITE}/en/harbour-bridge"
    assert client.get(f"{address}&format=xml").status_code == 501
    assert client.get("/oembed").status_code == 422
    assert client.get(f"{address}&maxwidth=many").status_code == 422
    published.move("kill")
    assert client.get(address).status_code == 404
