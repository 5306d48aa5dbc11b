"""Moves, times and links at the desk."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.tokens import Tokens
from publisher.app import create_app
from publisher.desk import moments
from publisher.faults import Fault
from publisher.house import House
from publisher.roles import ROLES
from publisher.settings import Settings
from publisher.store.tables import api_token
from tests.publisher.desk.editor import OWN, Editor, said
from tests.publisher.newsroom import Newsroom, an_article, now_ms

MADRID = ZoneInfo("Europe/Madrid")
HOUR = 3_600_000


def move(editor: Editor, action: str, newsroom: Newsroom, **fields: str) -> TestResponse:
    revision = newsroom.revision()
    assert revision
    return editor.post("/articles/bridge/move", **{"do": action, "version": str(revision.version)} | fields)


def state(newsroom: Newsroom) -> str:
    revision = newsroom.revision()
    assert revision
    return revision.state


def test_a_draft_goes_its_way_with_a_record_of_who_and_why(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    writer = Editor(client, "writer")
    page = said(writer.get("/articles/bridge"))
    assert "Hand in for review" in page and "Publish now" not in page and "Kill" not in page
    assert move(writer, "submit", newsroom, reason="ready").status_code == 303
    assert move(writer, "publish", newsroom).status_code == 403
    editor = Editor(client)
    assert move(editor, "publish", newsroom).status_code == 303 and state(newsroom) == "published"
    assert client.get("/en/harbour-bridge").status_code == 200
    assert move(editor, "unpublish", newsroom, reason="a complaint").status_code == 303
    record = said(editor.get("/articles/bridge"))
    assert "Editor took it off the pages Published → Unpublished a complaint" in record
    assert "Writer handed it in Draft → In review ready" in record
    assert client.get("/en/harbour-bridge").status_code == 404


def test_a_move_of_a_page_that_is_out_of_date_is_not_made(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    editor = Editor(client)
    newsroom.publish(an_article(headline="Changed meanwhile"))
    told = editor.post("/articles/bridge/move", do="publish", version="1")
    assert told.status_code == 409 and "Somebody else changed it meanwhile" in told.text and state(newsroom) == "draft"
    assert editor.post("/articles/bridge/move", do="eat", version="2").status_code == 422
    assert editor.post("/articles/bridge/move", do="unpublish", version="2").status_code == 409
    assert editor.post("/articles/nothing/move", do="publish", version="2").status_code == 404


@pytest.fixture
def in_madrid(settings: Settings, house: House) -> Iterator[FlaskClient]:
    app = create_app(replace(settings, time_zone=MADRID))
    yield app.test_client()
    app.extensions["house"].engine.dispose()


def test_times_are_those_of_the_newsroom_s_zone(
    in_madrid: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    newsroom.publish(status="withheld")
    editor = Editor(in_madrid)
    at = moments.field(now_ms() + 2 * HOUR, MADRID)
    assert move(editor, "schedule", newsroom, publish_at=at).status_code == 303
    revision = newsroom.revision()
    assert revision and revision.timing.publish_ms == moments.read("x", at, MADRID)
    page = editor.get("/articles/bridge")
    assert (
        f'value="{at}"' in page
        and "Publish at (Europe/Madrid)" in page
        and moments.text(revision.timing.publish_ms, MADRID) in page
    )
    past = move(editor, "schedule", newsroom, publish_at="2020-01-01T12:00")
    assert past.status_code == 422 and "Expected a time to come." in past.text and "2020-01-01T12:00" in past.text
    for wrong in ("", "tomorrow", "2030-01-01T12:00+01:00"):
        assert move(editor, "schedule", newsroom, publish_at=wrong).status_code == 422
    assert move(editor, "publish", newsroom).status_code == 303
    later, last = (moments.field(now_ms() + hours * HOUR, MADRID) for hours in (3, 5))
    sent = {"version": str(revision.version + 1), "embargo": later, "expires": last}
    assert editor.post("/articles/bridge/times", **sent).status_code == 303
    assert in_madrid.get("/en/harbour-bridge").status_code == 404
    assert "not public now" in editor.get() and "Embargoed until" in editor.get("/articles/bridge")
    wrong_way = sent | {"version": str(revision.version + 2), "embargo": last, "expires": later}
    told = editor.post("/articles/bridge/times", **wrong_way)
    assert told.status_code == 422 and "Expected a time after the article became public." in told.text
    cleared = editor.post("/articles/bridge/times", version=str(revision.version + 2), embargo="", expires="")
    assert cleared.status_code == 303 and in_madrid.get("/en/harbour-bridge").status_code == 200


@pytest.mark.parametrize(("given", "hour_utc"), [("2026-10-25T02:30", 0), ("2026-07-01T12:00", 10)])
def test_an_hour_that_comes_twice_is_the_first(given: str, hour_utc: int) -> None:
    ms = moments.read("x", given, MADRID)
    assert ms is not None and ms // HOUR % 24 == hour_utc and moments.field(ms, MADRID) == given


def test_an_hour_that_clocks_pass_over_is_refused() -> None:
    with pytest.raises(Fault, match="a time that there is in Europe/Madrid"):
        moments.read("x", "2026-03-29T02:30", MADRID)


def test_a_kill_is_asked_twice_and_wants_a_reason(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    assert "cannot be undone" in editor.get("/articles/bridge/kill")
    assert move(editor, "kill", newsroom).status_code == 422
    for fields in ({"reason": "a judgement"}, {"sure": "on"}, {"reason": " ", "sure": "on"}):
        told = editor.post("/articles/bridge/kill", version="1", **fields)
        assert told.status_code == 422 and "Expected" in told.text and state(newsroom) == "published"
    sure = {"version": "1", "reason": "a judgement", "sure": "on"}
    with editor.client.session_transaction(base_url=OWN, path="/desk") as kept:
        kept["authenticated"] -= 3600
    asked = editor.post("/articles/bridge/kill", **sure)
    assert asked.status_code == 403 and "A new token of yours" in asked.text and ">a judgement<" in asked.text
    fresh = Tokens(newsroom.house.engine, api_token).create("Editor", ROLES["editor"].scopes, one_time=True)
    assert editor.post("/articles/bridge/kill", **sure, token=fresh).status_code == 303
    assert client.get("/en/harbour-bridge").status_code == 410
    gone = said(editor.get("/articles/bridge"))
    assert "Killed: readers are told that it is gone" in gone and "What to do with it" not in gone
    assert Editor(client, "writer").post("/articles/bridge/kill", version="2").status_code == 403


def test_a_link_to_share_shows_the_draft_to_whoever_has_it(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    reader = Editor(client, "proofreader")
    made = reader.post("/articles/bridge/share", language="en", hours="24").text
    link = re.search(r'value="https://news\.example(/preview/[^"]+)"', made)
    assert link and "A bridge opens" in client.get(link[1]).text
    for wrong in ({"language": "tlh", "hours": "24"}, {"language": "en", "hours": "9999"}):
        assert reader.post("/articles/bridge/share", **wrong).status_code == 422
