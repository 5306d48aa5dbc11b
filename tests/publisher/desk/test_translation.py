"""A translation beside its source, at the desk."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from publisher.articles import Article
from publisher.body.blocks import Paragraph
from publisher.desk.translation import label
from tests.publisher.desk.editor import Editor, said
from tests.publisher.newsroom import Newsroom, an_article

PATH = "/articles/bridge/translations/es"


@pytest.fixture
def translated(newsroom: Newsroom) -> Newsroom:
    newsroom.publish()
    newsroom.translate("es", **{"b1/html": "El <em>último</em> perno entró."})
    return newsroom


def send(editor: Editor, page: str, do: str = "save", **texts: str) -> TestResponse:
    """Send the form of a page with some texts changed; names have two underscores for their slash."""
    sent: dict[str, Any] = {"do": do, "note": "read aloud"}
    for name, value in re.findall(r'<textarea id="text\.([^"]+)" name[^>]*>\n([^<]*)</textarea>', page):
        sent[f"text.{name}"] = value.replace("&lt;", "<").replace("&amp;", "&")
    for name, value in re.findall(r'name="(was\.[^"]+)" value="([^"]*)"', page):
        sent[name] = value.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&")
    return editor.post(PATH, **sent | {f"text.{name.replace('__', '/')}": text for name, text in texts.items()})


def texts(newsroom: Newsroom) -> str:
    return newsroom.house.renderer.article("es", "harbour-bridge").html


def test_texts_stand_side_by_side_and_are_edited_as_markdown(client: FlaskClient, translated: Newsroom) -> None:
    editor = Editor(client)
    page = editor.get(PATH)
    assert "The *last* bolt went in." in page and "El *último* perno entró." in page
    assert "Translated by Apertium, 3.8. 0 of 8 texts were seen by a person." in said(page)
    saved = send(editor, page, b1__html="El **último** perno.", headline="Se abre un puente")
    assert saved.headers["Location"].endswith("?done=save")
    assert "<p>El <strong>último</strong> perno.</p>" in texts(translated) and "<h1>Se abre un puente</h1>" in texts(
        translated
    )
    after = editor.get(PATH)
    assert "2 of 8 texts were seen by a person. The page says that an editor corrected parts" in said(after)
    assert "es: 2 texts. read aloud" in editor.get("/articles/bridge") and "edited a translation" in editor.get(
        "/articles/bridge"
    )
    assert send(editor, after, "approve:b2/html").status_code == 303 and "3 of 8" in editor.get(PATH)
    assert send(editor, editor.get(PATH), "review").status_code == 303
    assert "The page says that an editor reviewed it." in editor.get(PATH) and "es: reviewed" in said(editor.get())


def test_a_fault_is_told_beside_its_text_and_nothing_is_lost(client: FlaskClient, translated: Newsroom) -> None:
    editor = Editor(client)
    page = editor.get(PATH)
    for wrong, told in (("<b>x</b>", "only em strong a code br"), (" ", "text"), ("![a](b.jpg)", "a picture alone")):
        refused = send(editor, page, b1__html=wrong, headline="Typed for an hour")
        assert refused.status_code == 422 and told in refused.text and "Typed for an hour" in refused.text
        assert 'id="fault.b1/html"' in refused.text and 'href="#text.b1/html"' in refused.text
    assert "Typed for an hour" not in texts(translated)


def test_another_editor_s_words_are_shown_before_they_are_written_over(
    client: FlaskClient, translated: Newsroom
) -> None:
    ana, ben = Editor(client), Editor(client)
    page = ben.get(PATH)
    send(ana, ana.get(PATH), headline="De Ana")
    met = send(ben, page, headline="De Ben")
    assert met.status_code == 409 and "De Ben" in met.text and "Stored: De Ana" in said(met.text)
    assert send(ben, met.text).status_code == 303 and "<h1>De Ben</h1>" in texts(translated)


def test_a_person_s_words_of_before_are_offered_with_what_changed(client: FlaskClient, translated: Newsroom) -> None:
    editor = Editor(client)
    send(editor, editor.get(PATH), b1__html="Mis palabras de 300 metros.")
    changed = an_article(blocks=(Paragraph("b1", "The <em>last</em> bolt came in."), *an_article().blocks[1:]))
    translated.publish(changed)
    waiting = editor.get(PATH)
    assert (
        "Being translated" in waiting and "<del>went</del><ins>came</ins>" in waiting and 'name="text.' not in waiting
    )
    assert send(editor, editor.get(PATH), b1__html="x").status_code == 409
    translated.translate("es")
    offered = editor.get(PATH)
    assert "Mis palabras de 300 metros." in offered and "<del>went</del><ins>came</ins>" in offered
    assert "Mis palabras" not in texts(translated)
    taken = send(editor, offered, "take:b1/html").text
    assert re.search(r'<textarea id="text\.b1/html"[^>]*>\nMis palabras de 300 metros\.</textarea>', taken)
    assert send(editor, taken).status_code == 303 and "Mis palabras de 300 metros." in texts(translated)


def test_a_failed_translation_is_asked_for_anew(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.give_up("es")
    editor = Editor(client)
    assert "There is no translation: no engine." in said(editor.get(PATH))
    assert send(editor, editor.get(PATH), headline="Se abre un puente").status_code == 303
    written = editor.get(PATH)
    assert "1 of 8 are written" in said(written) and "Se abre un puente</textarea>" in written
    assert send(editor, written, "anew").status_code == 303
    assert "Being translated" in editor.get(PATH)
    newsroom.translate("es")
    assert send(editor, editor.get(PATH), "anew:headline").status_code == 303
    assert "es: headline. read aloud" in editor.get("/articles/bridge")


def test_translations_are_read_by_all_and_written_by_editors(client: FlaskClient, translated: Newsroom) -> None:
    for role in ("proofreader", "writer"):
        person = Editor(client, role)
        page = person.get(PATH)
        assert "readonly" in page and "Save" not in said(page)
        assert person.post(PATH, do="anew").status_code == 403
    editor = Editor(client)
    for path in (
        "/articles/bridge/translations/en",
        "/articles/bridge/translations/tlh",
        "/articles/x/translations/es",
    ):
        editor.get(path, 404)
    translated.move("kill")
    assert send(editor, editor.get(PATH), headline="x").status_code == 409


def test_texts_have_names_for_people(newsroom: Newsroom) -> None:
    article: Article = an_article(blocks=newsroom.every_block())
    names = ("headline", "b1/html", "b3/items.1", "b4/attribution", "g1/pictures.1.alt", "t1/rows.0.2")
    assert [label(article, name) for name in names] == [
        "Headline",
        "Paragraph 1",
        "List 3: item 2",
        "Quote 4: attribution",
        "Gallery 6: picture 2 alt",
        "Table 7: cell 1 3",
    ]
