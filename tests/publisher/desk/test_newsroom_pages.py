"""Pictures, trends, and who did what in the whole newsroom."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from publisher.desk import activity, library
from tests.publisher.desk.editor import OWN, Editor, said
from tests.publisher.newsroom import Newsroom, an_article, now_ms, picture


def test_pictures_are_listed_with_what_articles_say_of_them_found_by_its_words_and_used_by_their_id(
    client: FlaskClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, set_clock: Callable[[int], None]
) -> None:
    shot = newsroom.image(picture(64, 40))
    newsroom.publish(an_article(blocks=(*an_article().blocks, shot)))
    editor = Editor(client, "writer")
    set_clock(now_ms() + 1000)
    sent = [(io.BytesIO(picture(90, 60)), "b.jpg"), (io.BytesIO(b"no picture"), "c.jpg")]
    refused = editor.post("/pictures", file=sent)
    assert refused.status_code == 422 and "c.jpg: expected a JPEG" in refused.text
    page = said(editor.get("/pictures"))
    assert "The bridge at dusk. /Ana Ruiz/Northlight" in page and "In bridge" in page and "In no article." in page
    ids = re.findall(r'src="/media/([0-9a-f]{64})/', editor.get("/pictures"))
    assert len(ids) == 2 and ids[1] == shot.media
    monkeypatch.setattr(library, "PER_PAGE", 1)
    first = editor.get("/pictures")
    older = re.search(r'href="/desk/pictures(\?before=[^"]+)"', first)
    assert older and ids[0] in first and ids[1] not in first
    assert ids[1] in editor.get(f"/pictures{older[1]}") and ids[0] not in editor.get(f"/pictures{older[1]}")
    assert editor.get("/pictures?before=rubbish")
    assert ids[1] in editor.get("/pictures?words=DUSK+northl") and "described so" in editor.get("/pictures?words=noon")
    form = {"headline": "Again", "section": "City", "language": "en", "block": "k0", "k0.type": "image"}
    form |= {"k0.media": f" {ids[0]} ", "k0.caption": "A.", "k0.creators": "B", "k0.decorative": "on"}
    assert editor.post("/new", **form).status_code == 303
    unknown = editor.post("/new", **form | {"headline": "Other", "k0.media": "0" * 64})
    assert unknown.status_code == 422 and 'id="k0.media-fault"' in unknown.text
    assert Editor(client, "proofreader").post("/pictures").status_code == 403


def test_everything_that_was_done_is_listed_page_by_page(
    client: FlaskClient, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky"), "sky", status="withheld")
    newsroom.move("unpublish", reason="a complaint")
    editor = Editor(client, "proofreader")
    everything = said(editor.get("/activity"))
    assert "tests took it off the pages: bridge Published → Unpublished a complaint" in everything
    assert "wrote it: sky" in everything
    for query, there, gone in (
        ("action=unpublish", ": bridge", ": sky"),
        ("article=sky", ": sky", ": bridge"),
        ("who=TEST", ": sky", "Nothing matches"),
        ("who=nobody", "Nothing matches", ": sky"),
        ("article=a%2Fb", "Nothing matches", ": sky"),
    ):
        page = said(editor.get(f"/activity?{query}"))
        assert there in page and gone not in page, query
    monkeypatch.setattr(activity, "PER_PAGE", 2)
    older = re.search(r'href="(/desk/activity\?[^"]*before=[^"]+)"', editor.get("/activity"))
    assert older and "wrote it: bridge" in said(editor.get(older[1].removeprefix("/desk").replace("&amp;", "&")))


def test_a_term_is_pinned_hidden_and_left_to_readers(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    editor = Editor(client)
    assert "Readers see none." in editor.get("/trends")
    assert editor.post("/trends", language="en", term="Bridge", do="pin").status_code == 303
    page = said(editor.get("/trends"))
    assert "bridge pinned" in page and "Chosen by editors" in page and "Editor, " in page
    assert "bridge" in client.get("/en/", base_url=OWN).text
    assert editor.post("/trends", language="en", term="bridge", do="hide").status_code == 303
    assert "bridge hidden" in said(editor.get("/trends"))
    assert editor.post("/trends", language="en", term="bridge", do="back").status_code == 303
    assert "Chosen by editors" not in editor.get("/trends")
    for wrong in ({"language": "tlh"}, {"do": "eat"}, {"term": " "}):
        told = editor.post("/trends", **{"language": "en", "term": "bridge", "do": "pin"} | wrong)
        assert told.status_code == 422 and "Nothing was changed." in told.text
    assert editor.post("/trends", language="en", term="other", do="back").status_code == 404
    assert Editor(client, "writer").post("/trends", language="en", term="x", do="pin").status_code == 403
