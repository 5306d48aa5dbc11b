"""Pasting at the desk, without script: what becomes of a text is seen before it is one's draft."""

import io
import json
import re

from flask.testing import FlaskClient

from publisher.body.blocks import Image, Paragraph
from tests.publisher.desk.editor import Editor, said
from tests.publisher.ingest.copied import BROADSHEET
from tests.publisher.newsroom import Newsroom, picture


def value_of_text(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>\n([^<]*)</textarea>', page)
    assert found
    return found[1]


def test_a_copied_text_is_looked_at_given_a_picture_and_made_a_draft(client: FlaskClient, newsroom: Newsroom) -> None:
    writer = Editor(client, "writer")
    assert "/desk/new/paste" in writer.get() and "See what becomes of it" in writer.get("/new/paste")
    seen = writer.post("/new/paste", text=BROADSHEET.text)
    told = said(seen.text)
    assert seen.status_code == 200 and "Byline Ana Ruiz" in told and "Source Northlight" in told
    assert "Crowds walk over the new harbour bridge at dusk. /Elena Marsh/Northlight" in told
    assert "Skip to main content how to move around the site" in told
    assert "List On foot, day and night By bicycle" in told and "no language is told" in told
    given = writer.post("/new/paste", text=BROADSHEET.text, **{"picture.0": (io.BytesIO(picture(90, 60)), "a.jpg")})
    kept = re.search(r'name="media.0" value="([0-9a-f]{64})"', given.text)
    assert kept and f"/media/{kept[1]}/original.jpg" in given.text and not newsroom.history("x")
    made = writer.post("/new/paste", text=BROADSHEET.text, do="create", **{"media.0": kept[1]})
    address = re.fullmatch(r"/desk/articles/([\w-]+)/edit\?saved=1", made.headers["Location"])
    assert made.status_code == 303 and address
    revision = newsroom.revision(address[1])
    assert revision and revision.state == "draft" and revision.article.byline == "Ana Ruiz"
    shot = revision.article.blocks[0]
    assert isinstance(shot, Image) and shot.media == kept[1] and shot.credit.creators == ("Elena Marsh",)
    assert newsroom.history(address[1])[0].who.startswith("Writer (")
    again = writer.post("/new/paste", text=BROADSHEET.text)
    assert "It is here already" in again.text and "Create the draft" not in again.text
    changed = writer.post("/new/paste", text=BROADSHEET.text + "\nOne sentence more was added.", do="create")
    assert changed.status_code == 200 and "It is here already" in changed.text
    assert newsroom.revision(address[1]) == revision


def test_every_format_is_pasted_dropped_or_sent_as_a_file(client: FlaskClient, newsroom: Newsroom) -> None:
    editor = Editor(client)
    item = {"uri": "urn:x:1", "language": "es", "headline": "El faro", "body_text": "Se apaga.", "pubstatus": "usable"}
    item |= {"version": "1", "versioncreated": "2026-11-26T10:00:00Z", "type": "text"}
    seen = editor.post("/new/paste", file=(io.BytesIO(json.dumps(item).encode()), "item.json"))
    assert "El faro" in seen.text and "Written in Spanish" in said(seen.text) and "urn:x:1" in seen.text
    both = json.dumps([item, item | {"uri": "urn:x:2", "headline": "El mar"}, item | {"uri": "urn:x:3", "type": "?"}])
    made = editor.post("/new/paste", text=both, do="create")
    assert made.status_code == 200 and made.text.count("open it in the editor") == 2
    assert "type: expected one of text" in said(made.text) and "El mar" in value_of_text(made.text)
    lost = editor.post("/new/paste", text="# A lamp post\n\nIt glows.\n\n![A lamp. /Ana Ruiz/EFE](a.jpg)", do="create")
    assert "open it in the editor" in lost.text and "could not be had" in lost.text
    assert value_of_text(lost.text) == "", "what was taken in is not there to be pasted again"
    written = editor.post("/new/paste", text="# A lamp\n\nIt *glows*.", do="create")
    pasted = editor.post("/new/paste", text="A bell", formatted="<h1>A bell</h1><p>It <b>rings</b>.</p>", do="create")
    for answer, html in ((written, "It <em>glows</em>."), (pasted, "It <strong>rings</strong>.")):
        revision = newsroom.revision(answer.headers["Location"].split("/")[3])
        assert revision and revision.state == "draft"
        assert isinstance(block := revision.article.blocks[0], Paragraph) and block.html == html


def test_what_cannot_be_read_is_told_and_stays_in_the_form(client: FlaskClient, newsroom: Newsroom) -> None:
    editor = Editor(client)
    for text, read_as, told in (
        ("", "auto", "a title and paragraphs"),
        ("<p>x", "application/xml", "XML"),
        ('{"uri": 7, "typed": "for an hour"}', "auto", "uri"),
        ("# Only a title", "auto", "body: expected a text"),
    ):
        refused = editor.post("/new/paste", text=text, read_as=read_as, do="create")
        assert refused.status_code == 422 and told in refused.text, text
        assert "for an hour" in refused.text or "hour" not in text
    assert "UTF-8" in editor.post("/new/paste", file=(io.BytesIO(b"\xff\xfe"), "a.txt")).text
    wrong = {"picture.0": (io.BytesIO(b"none"), "a.jpg")}
    assert "a.jpg: expected a JPEG" in editor.post("/new/paste", text=BROADSHEET.text, **wrong).text
    assert not newsroom.messages()
    assert Editor(client, "proofreader").post("/new/paste", text="A").status_code == 403
