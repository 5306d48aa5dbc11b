"""States and times as a client and a reader meet them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.cache.layer import make_page
from publisher.page.answers import page_headers
from tests.publisher.api.test_articles import Token, put
from tests.publisher.newsroom import Newsroom, an_article, now_ms, sent_article

HOUR = 3_600_000


def post(client: FlaskClient, token: Token, action: str, body: Any = None, **headers: str) -> TestResponse:
    more = {"json": body} if body is not None else {}
    return client.post(f"/v1/articles/bridge/{action}", headers=token | headers, **more)  # type: ignore[arg-type]


def at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def everywhere(client: FlaskClient) -> str:
    """All that a reader can see of articles."""
    paths = ("/en/harbour-bridge", "/es/harbour-bridge", "/en/", "/en/section/city", "/en/search?q=bridge", "/es/")
    return "".join(client.get(path).text for path in paths)


def test_an_article_goes_its_way(client: FlaskClient, token: Token) -> None:
    made = put(client, token, sent_article(pubStatus="withheld"))
    assert made.json is not None and (made.json["state"], made.json["pubStatus"]) == ("draft", "withheld")
    assert "A bridge opens" not in everywhere(client)
    for action, state in (("submit", "in_review"), ("draft", "draft"), ("publish", "published")):
        moved = post(client, token, action)
        assert moved.status_code == 200 and moved.json is not None and moved.json["state"] == state
    assert moved.headers["ETag"] == '"4"' and client.get("/en/harbour-bridge").status_code == 200
    updated = put(client, token, sent_article(headline="It opened"), '"4"')
    assert updated.json is not None and (updated.json["state"], updated.json["revision"]) == ("updated", 2)
    gone = post(client, token, "unpublish", {"reason": "a complaint"}, **{"If-Match": '"5"'})
    assert gone.json is not None and gone.json["state"] == "unpublished"
    assert "It opened" not in everywhere(client)
    told = client.get("/v1/articles/bridge/history", headers=token).json
    assert told is not None and told["next"] is None
    last = told["transitions"][0]
    assert (last["action"], last["fromState"], last["toState"], last["reason"]) == (
        "unpublish",
        "updated",
        "unpublished",
        "a complaint",
    )
    assert last["who"].startswith("tests (")


def test_the_record_is_told_page_by_page_and_outlives_its_article(client: FlaskClient, token: Token) -> None:
    put(client, token)
    post(client, token, "unpublish")
    client.delete("/v1/articles/bridge", headers=token | {"If-Match": "*"})
    first = client.get("/v1/articles/bridge/history?limit=2", headers=token).json
    assert first is not None and [each["action"] for each in first["transitions"]] == ["delete", "unpublish"]
    rest = client.get(f"/v1/articles/bridge/history?limit=2&cursor={first['next']}", headers=token).json
    assert rest is not None and [each["action"] for each in rest["transitions"]] == ["create"]
    assert client.get("/v1/articles/other/history", headers=token).status_code == 404
    for query in (f"cursor={2**80}", "cursor=0", "limit=x", "page=2"):
        assert client.get(f"/v1/articles/bridge/history?{query}", headers=token).status_code == 422


@pytest.mark.parametrize(
    ("action", "body", "status", "told"),
    [
        ("submit", {}, 409, "submit: expected an article that is draft, scheduled, unpublished, got one that is pub"),
        ("publish", {"when": 1}, 422, "when"),
        ("publish", {"reason": "x" * 1001}, 422, "reason"),
        ("schedule", {}, 422, "publishAt"),
        ("schedule", {"publishAt": "tomorrow"}, 422, "publishAt"),
        ("schedule", {"publishAt": "2030-01-01T00:00:00"}, 422, "publishAt"),
        ("spike", {}, 404, ""),
    ],
)
def test_a_move_that_cannot_be_made_says_why(
    client: FlaskClient, token: Token, action: str, body: Any, status: int, told: str
) -> None:
    put(client, token)
    refused = post(client, token, action, body)
    assert refused.status_code == status and refused.json is not None and told in refused.json["detail"]
    assert post(client, token, "unpublish", **{"If-Match": '"9"'}).status_code == 412
    assert post(client, {}, "kill").status_code == 401


def test_a_schedule_is_told_and_leaks_nowhere(client: FlaskClient, token: Token, newsroom: Newsroom) -> None:
    put(client, token, sent_article(pubStatus="withheld"))
    when = at(now_ms() + HOUR)
    moved = post(client, token, "schedule", {"publishAt": when})
    assert moved.json is not None and moved.json["state"] == "scheduled"
    assert datetime.fromisoformat(moved.json["publishAt"]) == datetime.fromisoformat(when)
    newsroom.translate("es")
    assert "bridge opens" not in everywhere(client)
    for path in ("/v1/articles/bridge/variants", "/v1/articles/bridge/es/events", "/harbour-bridge"):
        assert client.get(path).status_code == 404
    passed = post(client, token, "schedule", {"publishAt": at(now_ms() - 1)})
    assert passed.status_code == 422 and passed.json is not None and "publishAt" in passed.json["detail"]


def test_a_killed_article_is_gone_from_everywhere_at_once(
    client: FlaskClient, token: Token, newsroom: Newsroom
) -> None:
    put(client, token)
    newsroom.translate("es")
    newsroom.publish(an_article(slug="new-slug"))
    newsroom.translate("es")
    assert "A bridge opens" in everywhere(client)
    assert post(client, token, "kill", {"reason": "a judgement"}).status_code == 200
    for path in ("/en/new-slug", "/es/new-slug", "/en/harbour-bridge", "/ar/new-slug"):
        page = client.get(path)
        assert page.status_code == 410 and "A bridge opens" not in page.text
        assert page.headers["X-Robots-Tag"] == "noindex" and "s-maxage=3600" in page.headers["Cache-Control"]
    assert "This article is no longer available" in client.get("/en/new-slug").text
    assert "A bridge opens" not in everywhere(client)
    assert client.get("/v1/articles/bridge/variants").status_code == 410
    kept = client.get("/v1/articles/bridge", headers=token).json
    assert kept is not None and (kept["state"], kept["pubStatus"]) == ("killed", "canceled")
    assert put(client, token, sent_article(headline="Again"), "*").status_code == 409


def test_a_page_that_was_being_rendered_while_its_article_was_killed_is_not_kept(
    client: FlaskClient, newsroom: Newsroom
) -> None:
    newsroom.publish()
    house = newsroom.house
    found = house.cache.read("/en/harbour-bridge")
    rendered = house.renderer.article("en", "harbour-bridge")
    page = make_page(200, page_headers(rendered, newsroom.house.site), rendered.html.encode())
    newsroom.move("kill")
    assert page is not None and not house.cache.store("/en/harbour-bridge", page, found)
    assert client.get("/en/harbour-bridge").status_code == 410


def test_an_embargoed_article_is_shown_to_nobody_until_its_time(
    client: FlaskClient, token: Token, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    until = now_ms() + HOUR
    made = put(client, token, sent_article(embargoedUntil=at(until)))
    assert made.json is not None and made.json["state"] == "published" and made.json["embargoedUntil"] is not None
    newsroom.translate("es")
    assert "bridge opens" not in everywhere(client)
    again = put(client, token, sent_article(headline="The bridge opens"), '"1"')
    assert again.json is not None and again.json["embargoedUntil"] == made.json["embargoedUntil"]
    set_clock(until)
    assert client.get("/en/harbour-bridge").status_code == 200
    early = put(client, token, sent_article(headline="The bridge opens", embargoedUntil=None), "*")
    assert early.json is not None and early.json["embargoedUntil"] is None


def test_what_expires_is_kept_by_nobody_for_longer(
    client: FlaskClient, token: Token, set_clock: Callable[[int], None]
) -> None:
    expires = now_ms() + 20_000
    put(client, token, sent_article(expires=at(expires)))
    for path in ("/en/harbour-bridge", "/en/", "/en/section/city"):
        control = client.get(path).headers["Cache-Control"]
        life = re.search(r"max-age=(\d+), s-maxage=(\d+), must-revalidate", control)
        assert life and int(life[1]) <= 20 and 1 <= int(life[2]) <= 20 and "stale" not in control
    set_clock(expires)
    assert client.get("/en/new-address-of-nothing").status_code == 404
    assert client.get("/es/harbour-bridge").status_code == 404


def test_a_preview_is_for_those_who_have_the_link_and_for_a_while(
    client: FlaskClient, token: Token, set_clock: Callable[[int], None]
) -> None:
    put(client, token, sent_article(pubStatus="withheld"))
    made = post(client, token, "previews", {"ttl_s": 600})
    assert made.status_code == 201 and made.json is not None
    path = made.json["url"].removeprefix("https://news.example")
    page = client.get(path)
    assert page.status_code == 200 and "A bridge opens" in page.text and "Preview." in page.text
    assert page.headers["Cache-Control"] == "private, no-store" and page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer" and '<meta name="robots" content="noindex">' in page.text
    assert 'rel="canonical"' not in page.text and "ld+json" not in page.text
    # not the last letter: of that, base64 leaves some bits unused
    assert client.get(path[:-9] + ("a" if path[-9] != "a" else "b") + path[-8:]).status_code == 404
    assert client.get("/preview/nonsense").status_code == 404
    set_clock(now_ms() + 600_000)
    assert client.get(path).status_code == 410


def test_a_preview_shows_a_translation_where_there_is_one_and_nothing_of_a_killed_article(
    client: FlaskClient, token: Token, newsroom: Newsroom
) -> None:
    put(client, token)
    newsroom.translate("es")
    post(client, token, "unpublish")
    links = {}
    for language in ("es", "ar"):
        made = post(client, token, "previews", {"language": language})
        assert made.json is not None
        links[language] = made.json["url"].removeprefix("https://news.example")
    assert "¡A bridge opens" in client.get(links["es"]).text
    assert "<h1>A bridge opens</h1>" in client.get(links["ar"]).text
    assert post(client, token, "previews", {"language": "tlh"}).status_code == 422
    post(client, token, "kill")
    assert client.get(links["es"]).status_code == 410 and "bridge opens" not in client.get(links["es"]).text


def test_a_corrected_page_says_so(client: FlaskClient, token: Token, set_clock: Callable[[int], None]) -> None:
    put(client, token)
    set_clock(now_ms() + HOUR)
    notice = {"id": "k", "type": "correction", "html": "It has two arches."}
    blocks = [*sent_article()["blocks"], notice]
    assert put(client, token, sent_article(blocks=blocks, kind="correction"), '"1"').status_code == 200
    page = client.get("/en/harbour-bridge").text
    assert re.search(r"<span>Corrected \d+ \w+ \d{4}", page) and "It has two arches." in page
    set_clock(now_ms() + 3 * HOUR)
    before = re.search(r'"dateModified":"([^"]+)"', page)
    put(client, token, sent_article(blocks=blocks, byline="B", kind="minor"), "*")
    minor = client.get("/en/harbour-bridge").text
    after = re.search(r'"dateModified":"([^"]+)"', minor)
    assert before and after and before[1] == after[1] and "Corrected" in minor
    put(client, token, sent_article(blocks=blocks, byline="C", kind="update"), "*")
    assert "<span>Updated" in client.get("/en/harbour-bridge").text
