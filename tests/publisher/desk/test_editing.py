"""Writing at the desk, without script: nothing typed is lost, and faults stand beside their fields."""

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.articles import Revision
from publisher.body.blocks import Correction, Image, Paragraph
from publisher.desk.form import of_article
from tests.publisher.desk.editor import OWN, Editor, said
from tests.publisher.newsroom import Newsroom, an_article, now_ms, picture


def fields(revision: Revision | None, **changes: str) -> dict[str, Any]:
    """The form as its page shows it, with some fields changed."""
    assert revision
    sent: dict[str, Any] = {}
    for name, value in of_article(revision.article, revision.version, revision.number).fields():
        sent.setdefault(name, []).append(value)
    return sent | changes


def edit(editor: Editor, sent: dict[str, Any], article_id: str = "bridge") -> TestResponse:
    return editor.post(f"/articles/{article_id}/edit", **sent)


def current(newsroom: Newsroom, article_id: str = "bridge") -> Revision:
    revision = newsroom.revision(article_id)
    assert revision
    return revision


def test_an_article_is_written_with_a_picture_and_stored_as_a_draft(client: FlaskClient, newsroom: Newsroom) -> None:
    writer = Editor(client, "writer")
    assert "New article" in writer.get() and "Paragraph" in writer.get("/new")
    form = {"headline": "Ñandú & co", "section": "City", "language": "en", "block": "k0", "k0.type": "paragraph"}
    shown = writer.post("/new", **form, **{"k0.text": "One *two*", "do": "add:image:k0"}).text
    below = writer.post("/new", **form, **{"do": "below:k0", "k0.below": "quote"}).text
    assert 'value="quote"' in below and below.count('name="block"') == 2
    assert 'id="in-sight"' in shown and "One *two*" in shown and shown.count('name="block"') == 2
    form |= {"k0.text": "One *two*", "block": ["k0", "k1"], "k1.type": "image"}  # type: ignore[dict-item]
    form |= {"k1.caption": "A bird.", "k1.creators": "Ana Ruiz, Ben Okri", "k1.agency": "Northlight"}
    file = {"k1.file": (io.BytesIO(picture(90, 60)), "bird.jpg")}
    refused = writer.post("/new", **form, **file)
    assert refused.status_code == 422 and "Picture (block 2), alt: expected a text for those" in said(refused.text)
    kept = re.search(r'name="k1.media"[^>]* value="([0-9a-f]{64})"', refused.text)
    assert kept and f"/media/{kept[1]}/original.jpg" in refused.text and newsroom.revision("nandu-co") is None
    saved = writer.post("/new", **form, **{"k1.media": kept[1], "k1.alt": "A bird", "k1.focus_x": "0.25"})
    assert saved.headers["Location"] == "/desk/articles/nandu-co/edit?saved=1"
    made = current(newsroom, "nandu-co")
    assert made.state == "draft" and made.article.blocks[0] == Paragraph(made.article.blocks[0].id, "One <em>two</em>")
    shot = made.article.blocks[1]
    assert isinstance(shot, Image) and shot.credit.creators == ("Ana Ruiz", "Ben Okri") and shot.focus == (0.25, 0.5)
    assert newsroom.history("nandu-co")[0].who.startswith("Writer (")
    assert "Saved as revision 1." in writer.get("/articles/nandu-co/edit?saved=1")
    assert "one that no article has" in writer.post("/new", **form, **{"k1.media": kept[1], "k1.alt": "A"}).text


def test_saving_what_is_there_already_makes_no_revision(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=newsroom.every_block()))
    editor = Editor(client)
    assert edit(editor, fields(newsroom.revision())).headers["Location"].endswith("saved=0")
    assert current(newsroom).number == 1


@pytest.mark.parametrize(
    ("changes", "name", "told"),
    [
        ({"headline": " "}, "headline", "expected text"),
        ({"slug": "No Slug"}, "slug", "small letters"),
        ({"k0.text": "a <script>b</script>"}, "k0.text", "only em strong a code br"),
        ({"k0.text": "![x](y.jpg)"}, "k0.text", "a picture alone in its paragraph"),
        ({"k0.text": "[x](javascript:alert)"}, "k0.text", "an http, https or mailto address"),
        ({"kind": "correction"}, "notice", "a new correction block"),
        ({"kind": "gossip"}, "kind", "one of update"),
        ({"k2.items": ""}, "k2.items", "at least one item"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, newsroom: Newsroom, changes: dict[str, str], name: str, told: str
) -> None:
    newsroom.publish()
    editor = Editor(client)
    refused = edit(editor, fields(newsroom.revision(), **{"description": "Typed for an hour"} | changes))
    assert refused.status_code == 422 and "Typed for an hour" in refused.text
    assert told in refused.text and f'href="#{name}"' in refused.text and f'id="{name}-fault"' in refused.text
    assert current(newsroom).number == 1


def test_a_correction_brings_its_notice(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    sent = fields(
        newsroom.revision(), kind="correction", notice="It is **310** metres.", headline="A long bridge opens"
    )
    assert edit(editor, sent).status_code == 303
    made = current(newsroom)
    notice = made.article.blocks[0]
    assert (made.state, made.kind) == ("corrected", "correction") and isinstance(notice, Correction)
    assert notice.html == "It is <strong>310</strong> metres." and notice.date
    assert newsroom.history()[-1].reason == "It is **310** metres."


def test_two_editors_at_once_choose_and_lose_nothing(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    mine = fields(newsroom.revision(), headline="My headline", **{"k0.text": "My words"})
    newsroom.publish(an_article(byline="Ben", blocks=(Paragraph("b1", "Their words"), *an_article().blocks[1:])))
    met = edit(editor, mine)
    assert met.status_code == 409
    told = said(met.text)
    assert "tests" in told and "My headline" in told and "My words" in told and "both changed it" in told
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', met.text)
    sent: dict[str, Any] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(value)
    chosen = dict(re.findall(r'name="(choose\.[^"]+)" value="(\w+)" checked', met.text))
    assert chosen == {"choose.headline": "mine", "choose.byline": "theirs", "choose.blocks.b1": "mine"}
    settled = edit(editor, sent | chosen | {"choose.blocks.b1": "theirs", "do": "settle"}).text
    assert "My headline" in settled and "Their words" in settled and 'value="Ben"' in settled
    assert current(newsroom).article.headline == "A bridge opens"
    version = re.search(r'name="version" value="(\d+)"', settled)
    assert version and version[1] == "2"


def test_who_else_writes_is_told_for_a_while(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    newsroom.publish(article_id="quay")
    ana, ben = Editor(client), Editor(client, "administrator")
    assert "writing here" not in ana.get("/articles/quay/edit") + ana.get("/articles/quay/edit")
    told = said(ben.get("/articles/quay/edit"))
    assert "Editor is writing here too. Whoever saves second" in told and "Administrator is" not in told
    begun = now_ms()
    set_clock(begun + 5 * 60_000)
    ben.post("/articles/quay/rendering", **fields(newsroom.revision("quay")))
    assert "Administrator is writing here too" in said(ana.get("/articles/quay/edit"))
    set_clock(begun + 12 * 60_000)
    page = said(ben.get("/articles/quay/edit"))
    assert "Editor was writing here 7 minutes ago" in page
    set_clock(begun + 30 * 60_000)
    assert "writing here" not in ben.get("/articles/quay/edit")


def test_a_move_meanwhile_is_told_before_anything_is_saved(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(status="withheld")
    editor = Editor(client)
    sent = fields(newsroom.revision(), headline="Changed")
    newsroom.move("publish")
    told = edit(editor, sent)
    assert told.status_code == 409 and "It is published now" in told.text and "Changed" in told.text
    assert edit(editor, sent | {"version": "2"}).status_code == 303


def test_the_page_that_a_form_would_make_is_shown_and_not_stored(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    shown = editor.post("/articles/bridge/rendering", **fields(newsroom.revision(), headline="Only tried"))
    assert "<h1>Only tried</h1>" in shown.text and "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    waiting = editor.post("/articles/bridge/rendering", **fields(newsroom.revision(), headline=""))
    assert "Headline: expected text" in waiting.text
    assert (
        "Try"
        in editor.post(
            "/new/rendering", headline="Try", section="City", language="ar", block="k0", **{"k0.type": "divider"}
        ).text
    )
    assert current(newsroom).article.headline == "A bridge opens"


def test_roles_do_what_they_may_and_no_more(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky"), "sky", status="withheld")
    for role, article_id, status in (
        ("proofreader", "sky", 403),
        ("writer", "bridge", 403),
        ("writer", "sky", 303),
        ("editor", "bridge", 303),
    ):
        person = Editor(client, role)
        revision = newsroom.revision(article_id)
        answer = edit(person, fields(revision, byline=role), article_id)
        assert answer.status_code == status, (role, article_id)
        assert (newsroom.revision(article_id) == revision) == (status == 403)
    newsroom.move("kill")
    assert "was killed" in Editor(client).get("/articles/bridge/edit", 409)
    for role, article_id, offered in (
        ("editor", "bridge", False),
        ("editor", "sky", True),
        ("proofreader", "sky", False),
    ):
        shown = Editor(client, role).get(f"/articles/{article_id}")
        assert (f'href="/desk/articles/{article_id}/edit"' in shown) == offered, (role, article_id)


def test_what_was_typed_outlives_the_session(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    sent = fields(newsroom.revision(), headline="Typed for an hour", **{"k0.text": "a < b\nc"})
    editor.post("/sign-out")
    out = edit(editor, sent)
    assert out.status_code == 403 and "You are not signed in any more" in out.text and 'name="csrf"' not in out.text
    again = Editor(client)
    held = again.client.post("/desk/articles/bridge/edit", data=sent, base_url=OWN, headers={"Origin": OWN})
    assert held.status_code == 403 and "You signed in anew" in held.text and "a &lt; b" in held.text
    assert current(newsroom).number == 1
    hidden: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', held.text):
        hidden.setdefault(name, []).append(unescape(value))
    saved = again.client.post("/desk/articles/bridge/edit", data=hidden, base_url=OWN, headers={"Origin": OWN})
    assert saved.status_code == 303 and current(newsroom).article.headline == "Typed for an hour"
    elsewhere = {"Origin": "https://elsewhere.example"}
    forged = again.client.post("/desk/articles/bridge/edit", data=sent, base_url=OWN, headers=elsewhere)
    assert forged.status_code == 403 and "Typed" not in forged.text


def test_a_form_of_another_page_changes_nothing(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    sent = fields(newsroom.revision(), headline="Forged")
    for csrf, origin in (("guessed", "https://news.example"), (None, "https://elsewhere.example")):
        data = sent | ({"csrf": csrf} if csrf else {})
        answer = editor.client.post(
            "/desk/articles/bridge/edit", data=data, base_url="https://news.example", headers={"Origin": origin}
        )
        assert answer.status_code == 403
    assert current(newsroom).number == 1
