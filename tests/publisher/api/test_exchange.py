"""Articles as other newsrooms take them: ninjs 3.1 and NewsML-G2."""

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from publisher.body.blocks import Correction
from publisher.body.credits import Credit, parse_line
from tests.publisher.newsroom import Newsroom, an_article, now_ms

NAMES = {"g": "http://iptc.org/std/nar/2006-10-01/", "x": "http://www.w3.org/1999/xhtml"}
Token = dict[str, str]


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    newsroom.publish(an_article(headline="Bridge & <b>", keywords=("ferry",), blocks=newsroom.every_block()))
    newsroom.translate("es")
    return newsroom


def test_ninjs_tells_the_article_its_pictures_and_its_other_languages(
    client: FlaskClient, token: Token, published: Newsroom
) -> None:
    item = client.get("/v1/articles/bridge/ninjs", headers=token).json
    assert item is not None
    assert {name: item[name] for name in ("type", "version", "pubStatus", "language", "by")} == {
        "type": "text",
        "version": "1",
        "pubStatus": "usable",
        "language": "en",
        "by": "Ana Ruiz",
    }
    assert item["headlines"][0]["value"] == "Bridge & <b>" and item["infoSources"][0]["name"] == "Imprimatur Desk"
    assert [each["name"] for each in item["subjects"]] == ["City", "ferry"]
    first = item["associations"][0]
    assert parse_line(first["by"]) == Credit(("Ana Ruiz",), "Northlight")
    assert {each["role"]: each["value"] for each in first["descriptions"]} == {
        "caption": "The bridge at dusk.",
        "altText": "An arch over water",
    }
    [original] = first["renditions"]
    assert (original["name"], original["width"], original["poi"]) == ("original.jpg", 900, {"x": 270, "y": 539})
    assert item["associations"][-1]["uri"] == "https://news.example/v1/articles/bridge/ninjs?language=es"
    translated = client.get("/v1/articles/bridge/ninjs?language=es", headers=token).json
    assert translated is not None and translated["uri"] == item["associations"][-1]["uri"]
    assert translated["headlines"][0]["value"] == "¡Bridge & <b>"
    assert translated["digitalSourceType"]["name"] == "Apertium, 3.8" and "digitalSourceType" not in item


def test_newsml_tells_the_text_and_each_picture_with_its_credit_line(
    client: FlaskClient, token: Token, published: Newsroom
) -> None:
    answer = client.get("/v1/articles/bridge/newsml?language=es", headers=token)
    assert answer.content_type.startswith("application/vnd.iptc.g2.newsmessage+xml")
    text, *pictures = ElementTree.fromstring(answer.data).iterfind("g:itemSet/g:newsItem", NAMES)
    assert text.findtext("g:contentMeta/g:headline", None, NAMES) == "¡Bridge & <b>"
    assert text.find("g:itemMeta/g:pubStatus", NAMES).get("qcode") == "stat:usable"  # type: ignore[union-attr]
    body = text.find("g:contentSet/g:inlineXML/x:html/x:body", NAMES)
    assert body is not None and len(body.findall(".//x:img", NAMES)) == 3
    assert [each.findtext("g:contentMeta/g:creditline", None, NAMES) for each in pictures] == [
        "/Ana Ruiz/Northlight"
    ] * 3
    assert all(each.find("g:contentSet/g:remoteContent", NAMES) is not None for each in pictures)


def test_a_correction_is_signalled_and_a_killed_article_canceled(
    client: FlaskClient, token: Token, published: Newsroom
) -> None:
    published.publish(an_article(blocks=(Correction("k2", "It has two arches."),)), kind="correction")
    corrected = client.get("/v1/articles/bridge/newsml", headers=token).text
    assert 'qcode="sig:correction"' in corrected
    published.move("kill")
    killed = client.get("/v1/articles/bridge/newsml", headers=token).text
    assert 'qcode="stat:canceled"' in killed and "contentSet" not in killed
    item = client.get("/v1/articles/bridge/ninjs", headers=token).json
    assert item is not None and item["pubStatus"] == "canceled" and "bodies" not in item


def test_what_cannot_be_read_in_a_language_is_not_given_in_it(
    client: FlaskClient, token: Token, newsroom: Newsroom
) -> None:
    until = now_ms() + 3_600_000
    newsroom.publish(times={"embargoed_until_ms": until})
    item = client.get("/v1/articles/bridge/ninjs", headers=token).json
    assert item is not None and item["embargoedUntil"].endswith("Z")
    for path in ("bridge/ninjs?language=es", "bridge/ninjs?language=en-XA", "bridge/newsml?language=tlh", "none/ninjs"):
        assert client.get(f"/v1/articles/{path}", headers=token).status_code == 404
    assert client.get("/v1/articles/bridge/ninjs?lang=es", headers=token).status_code == 422
    assert client.get("/v1/articles/bridge/ninjs").status_code == 401
