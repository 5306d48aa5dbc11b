"""What comes in over HTTP: outcomes by item, versions, times, pictures, refusals."""

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.tokens import Tokens
from publisher.app import create_app
from publisher.house import House
from publisher.settings import Settings
from publisher.store.tables import api_token
from tests.publisher.ingest.copied import BROADSHEET
from tests.publisher.ingest.sources import Source, ninjs, picture_item, running_source
from tests.publisher.ingest.test_feeds import RSS
from tests.publisher.ingest.test_newsml import NAR, SHOT, XHTML, item
from tests.publisher.newsroom import Newsroom, picture

Send = Callable[..., Any]
URI = "urn:example:northlight:bridge"


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    with running_source() as running:
        running.put("/bridge.jpg", picture(60, 40))
        yield running


@pytest.fixture
def client(settings: Settings, house: House) -> Iterator[FlaskClient]:
    app = create_app(replace(settings, ingest_private=True))
    yield app.test_client()
    app.extensions["house"].engine.dispose()


@pytest.fixture
def send(client: FlaskClient, house: House) -> Send:
    token = Tokens(house.engine, api_token).create("tests", ("ingest", "articles:read"))
    headers = {"Authorization": f"Bearer {token}"}

    def send(body: Any, path: str = "/v1/ingest", **more: Any) -> Any:
        if isinstance(body, str | bytes) or "content_type" in more:
            return client.post(path, data=body, headers=headers, **more)
        return client.post(path, json=body, headers=headers, **more)

    return send


def one(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.json
    [item] = answer.json["items"]
    return dict(item)


def test_an_item_becomes_a_page_with_its_text_its_picture_and_its_credit(
    send: Send, client: FlaskClient, newsroom: Newsroom, source: Source
) -> None:
    item = one(send(ninjs(associations=[picture_item(source.url + "/bridge.jpg")])))
    assert (item["outcome"], item["state"]) == ("created", "published")
    made = newsroom.revision(item["article"])
    assert made and (made.article.byline, made.article.source, made.article.section) == (
        "Ana Ruiz",
        "Northlight",
        "City",
    )
    assert [block.type for block in made.article.blocks] == ["image", "paragraph", "heading", "list"]
    page = client.get("/en/a-bridge-opens").text
    for shown in (
        "The bridge at dusk.",
        "/Elena Marsh/Northlight",
        "<strong>last</strong> bolt",
        "How to cross",
        "By ferry",
    ):
        assert shown in page
    assert "count()" not in page


def test_a_version_is_taken_once_a_newer_one_updates_and_an_older_one_is_refused(
    send: Send, newsroom: Newsroom
) -> None:
    first = one(send(ninjs(2)))
    assert one(send(ninjs(2)))["outcome"] == "unchanged"
    same = one(send(ninjs(2, headlines=[{"value": "Otherwise"}])))
    assert same["outcome"] == "unchanged" and "another content" in same["notes"][0]
    newer = one(send(ninjs(10, headlines=[{"value": "Ten thousand cross"}], versionCreated=None)))
    assert (newer["outcome"], newer["revision"], newer["url"]) == ("updated", 2, first["url"])
    older = send(ninjs(9))
    assert older.status_code == 409 and "version 10" in older.json["detail"]
    made = newsroom.revision(first["article"])
    assert made and made.article.headline == "Ten thousand cross" and made.state == "updated"


def test_a_correction_tells_readers_and_stays_told(send: Send, newsroom: Newsroom) -> None:
    article = one(send(ninjs(1)))["article"]
    corrected = one(send(ninjs(2, edNote="Corrects the length in the first paragraph", language="en")))
    assert corrected["outcome"] == "corrected" and corrected["state"] == "corrected"
    one(send(ninjs(3, headlines=[{"value": "Another headline"}])))
    made = newsroom.revision(article)
    assert made and made.kind == "update"
    [notice] = made.article.corrections
    assert notice.html.startswith("The source of this article corrected it on 22 November 2026")
    assert "length" not in notice.html


def test_an_embargo_hides_a_withheld_item_goes_and_comes_back_and_a_canceled_one_is_gone(
    send: Send, client: FlaskClient
) -> None:
    one(send(ninjs(1, embargoedUntil="2096-01-01T00:00:00Z")))
    assert client.get("/en/a-bridge-opens").status_code == 404
    other = {"uri": "urn:example:2", "headlines": [{"value": "The ferry ends"}]}
    assert one(send(ninjs(1, **other)))["state"] == "published"
    assert one(send(ninjs(2, **other, pubStatus="withheld")))["outcome"] == "unpublished"
    assert client.get("/en/the-ferry-ends").status_code == 404
    assert one(send(ninjs(3, **other)))["state"] == "published"
    assert one(send(ninjs(4, **other, pubStatus="canceled")))["outcome"] == "killed"
    assert client.get("/en/the-ferry-ends").status_code == 410
    assert send(ninjs(5, **other)).status_code == 409
    assert one(send(ninjs(4, uri="urn:example:3", pubStatus="canceled")))["outcome"] == "unchanged"
    assert send(ninjs(3, uri="urn:example:3")).status_code == 409


def test_what_was_changed_here_is_not_overwritten_unasked_but_is_killed(send: Send, newsroom: Newsroom) -> None:
    article = one(send(ninjs(1)))["article"]
    made = newsroom.revision(article)
    assert made
    newsroom.publish(replace(made.article, headline="Our own words"), article)
    refused = send(ninjs(2))
    assert refused.status_code == 409 and "was changed here" in refused.json["detail"]
    assert one(send(ninjs(2), "/v1/ingest?overwrite=true"))["outcome"] == "updated"
    newsroom.publish(replace(made.article, headline="Again"), article)
    assert one(send(ninjs(3, pubStatus="canceled")))["outcome"] == "killed"


def test_a_picture_without_credit_waits_as_a_draft_until_a_version_has_one(send: Send, source: Source) -> None:
    shot = picture_item(source.url + "/bridge.jpg", by=None)
    del shot["by"]
    draft = one(send(ninjs(1, associations=[shot])))
    assert draft["state"] == "draft" and "a credit" in draft["notes"][-1]
    assert one(send(ninjs(2, associations=[picture_item(source.url + "/bridge.jpg")])))["state"] == "published"


def test_a_picture_that_cannot_be_had_leaves_its_caption_and_credit(
    send: Send, client: FlaskClient, settings: Settings, source: Source
) -> None:
    item = one(send(ninjs(1, associations=[picture_item(source.url + "/none.jpg")])))
    assert item["state"] == "published" and "status 404" in item["notes"][-1]
    assert "The bridge at dusk. /Elena Marsh/Northlight" in client.get("/en/a-bridge-opens").text
    strict = create_app(settings)
    token = Tokens(strict.extensions["house"].engine, api_token).create("tests", ("ingest",))
    inside = ninjs(1, uri="urn:example:4", associations=[picture_item(source.url + "/bridge.jpg")])
    answer = strict.test_client().post("/v1/ingest", json=inside, headers={"Authorization": f"Bearer {token}"})
    assert "leads to a private address" in one(answer)["notes"][-1]
    strict.extensions["house"].engine.dispose()


def test_what_a_machine_made_waits_for_a_person(send: Send) -> None:
    made = {"name": "x", "uri": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"}
    item = one(send(ninjs(1, digitalSourceType=made)))
    assert item["state"] == "draft" and "a person's look" in item["notes"][-1]
    assert one(send(ninjs(2, digitalSourceType=made)))["state"] == "draft"


def test_pictures_that_come_by_themselves_are_found_by_the_texts_that_name_them(
    send: Send, newsroom: Newsroom, source: Source
) -> None:
    alone = {name: value for name, value in picture_item(source.url + "/bridge.jpg").items() if name != "name"}
    named = {"name": "main", "uri": alone["uri"], "type": "picture"}
    text, shot = send([ninjs(1, associations=[named]), alone]).json["items"]
    assert shot["outcome"] == "created" and len(shot["media"]) == 64
    made = newsroom.revision(text["article"])
    assert made and [each.media for each in made.article.pictures.values()] == [shot["media"]]


def test_each_of_several_items_has_its_own_outcome_and_a_refused_one_its_problem(send: Send) -> None:
    answer = send([ninjs(1), ninjs(1, uri="urn:example:5", colour="red"), {"version": 3}, ninjs(1)])
    outcomes = [each["outcome"] for each in answer.json["items"]]
    assert outcomes == ["created", "refused", "refused", "unchanged"]
    assert answer.json["items"][1]["problem"]["errors"][0]["field"] == "colour"
    assert {each["field"] for each in answer.json["items"][2]["problem"]["errors"]} == {"version", "uri"}


def test_a_lone_item_that_cannot_be_taken_is_a_problem_that_names_the_field(send: Send) -> None:
    for field, changes in {
        "embargoedUntil": {"embargoedUntil": ""},
        "expires": {"expires": "tomorrow"},
        "language": {"language": "tlh"},
        "headline": {"headlines": [{"value": " "}]},
        "type": {"type": "video"},
        "standard.version": {"standard": {"version": "9.9"}},
        "digitalSourceType.nme": {"digitalSourceType": {"nme": "x"}},
    }.items():
        answer = send(ninjs(1, **changes))
        assert answer.status_code == 422 and answer.json["errors"][0]["field"] == field, field


def test_a_dry_run_tells_what_was_understood_and_changes_nothing(send: Send, newsroom: Newsroom) -> None:
    item = one(send(ninjs(1, associations=[picture_item("https://far.example/a.jpg")]), "/v1/ingest?dry_run=true"))
    assert item["outcome"] == "created" and item["article"] is None
    assert item["understood"]["blocks"][0]["hrefs"] == ["https://far.example/a.jpg"]
    assert item["understood"]["blocks"][0]["credit"] == {"creators": ["Elena Marsh"], "agency": "Northlight"}
    assert one(send(ninjs(1)))["outcome"] == "created"


def test_other_media_types_and_tokens_without_the_scope_are_refused(
    client: FlaskClient, send: Send, token: dict[str, str]
) -> None:
    assert send("x", content_type="image/png").status_code == 415
    assert client.post("/v1/ingest", json=ninjs(), headers=token).status_code == 403


def test_a_copied_text_becomes_a_page_with_everything_that_it_said(
    send: Send, client: FlaskClient, newsroom: Newsroom
) -> None:
    before = one(send(BROADSHEET.text, "/v1/ingest?dry_run=true&language=en", content_type="text/plain"))
    assert before["understood"]["blocks"][0]["caption"] == "Crowds walk over the new harbour bridge at dusk."
    item = one(send(BROADSHEET.text, "/v1/ingest?language=en&section=City", content_type="text/plain; charset=utf-8"))
    assert "its caption and credit stand as text" in item["notes"][-1]
    page = client.get(item["url"].removeprefix("https://news.example")).text
    assert page.count("Crowds walk over the new harbour bridge at dusk.") == 1
    for shown in ("/Elena Marsh/Northlight", "How to cross", "By bicycle", "Source: Northlight", "By Ana Ruiz"):
        assert shown in page
    assert {"text": "Advertisement", "why": "an advertisement's place"} in item["leftOut"]
    form = {"text": BROADSHEET.text, "pictures": [(io.BytesIO(picture(70, 50)), "a.jpg")]}
    again = one(send(form, "/v1/ingest?language=en&section=City", content_type="multipart/form-data"))
    made = newsroom.revision(again["article"])
    assert (
        again["outcome"] == "updated"
        and made
        and [each.caption for each in made.article.pictures.values()]
        == ["Crowds walk over the new harbour bridge at dusk."]
    )
    assert send("\n \n", content_type="text/plain").status_code == 422
    assert send(b"\xff\xfe", content_type="text/plain").status_code == 400


def test_a_feed_a_message_and_a_markdown_file_come_in_by_their_media_types(
    send: Send, client: FlaskClient, source: Source
) -> None:
    feed = RSS.replace("https://h.example/b.jpg", source.url + "/bridge.jpg").replace(
        "/b.jpg", source.url + "/bridge.jpg"
    )
    made, refused, short = send(feed, content_type="application/rss+xml").json["items"]
    assert (made["outcome"], refused["outcome"], short["outcome"]) == ("created", "refused", "created")
    assert send(feed, content_type="application/xml").json["items"][0]["outcome"] == "unchanged"
    changed = feed.replace("One <a", "Two <a").replace("18:30", "19:30")
    assert send(changed, content_type="application/rss+xml").json["items"][0]["outcome"] == "updated"
    shot = SHOT.replace("https://n.example/b.jpg", source.url + "/bridge.jpg")
    text = item(XHTML.format("<p>One.</p>"), meta="<signal qcode='sig:update'/>")
    message = f'<newsMessage xmlns="{NAR}"><itemSet>{text}{shot}</itemSet></newsMessage>'
    both = send(message, content_type="application/vnd.iptc.g2.newsmessage+xml").json["items"]
    assert [each["outcome"] for each in both] == ["created", "created"]
    page = client.get(both[0]["url"].removeprefix("https://news.example")).text
    assert "/Elena Marsh/Northlight" in page and "The bridge at dusk." in page
    inside = base64.b64encode(picture(50, 50)).decode()
    within = f'<inlineData contenttype="image/jpeg" encoding="base64">{inside}</inlineData>'
    given = one(send(item(within, "urn:example:6", "picture"), content_type="application/vnd.iptc.g2.newsitem+xml"))
    assert given["outcome"] == "created" and len(given["media"]) == 64
    written = "---\ntitle: A ferry ends\nlanguage: en\n---\nThe *last* crossing.\n\n## What now\n\nA bridge.\n"
    manuscript = one(send(written, content_type="text/markdown"))
    assert (manuscript["uri"], manuscript["outcome"]) == ("markdown:a-ferry-ends", "created")
    assert one(send(written, content_type="text/markdown"))["outcome"] == "unchanged"
    assert one(send(written.replace("bridge", "tunnel"), content_type="text/markdown"))["outcome"] == "updated"
