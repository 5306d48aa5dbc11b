"""The list, the sign-in that stands before it, and one article's page."""

import re

import pytest
from flask.testing import FlaskClient

from tests.publisher.desk.editor import OWN, Editor, said
from tests.publisher.newsroom import Newsroom, an_article


@pytest.fixture
def filled(newsroom: Newsroom) -> Newsroom:
    newsroom.publish()
    newsroom.publish(
        an_article(slug="sky", headline="Café under a dark sky", section="Science"), "sky", status="withheld"
    )
    newsroom.publish(an_article(slug="puente", language="es", headline="Se abre un puente"), "puente")
    newsroom.translate("es")
    newsroom.give_up("ar")
    return newsroom


ANYTHING = {"article_id": "bridge", "language": "es", "number": "1"}
OPEN = ("desk.sign_in", "desk.openid", "desk.openid_callback", "desk.file")


def test_nobody_sees_a_page_without_signing_in(client: FlaskClient, filled: Newsroom) -> None:
    for rule in client.application.url_map.iter_rules():
        if not rule.endpoint.startswith("desk.") or rule.endpoint in OPEN:
            continue
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ANYTHING[found[1]], str(rule))
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(address, method=method, base_url=OWN)
            assert answer.status_code in (302, 403) and "A bridge opens" not in answer.text, address
            assert answer.status_code == 403 or answer.headers["Location"] == "/desk/sign-in", address


def test_a_token_of_the_api_alone_opens_no_desk(client: FlaskClient, filled: Newsroom) -> None:
    assert Editor(client, "agency").entered.status_code == 403
    editor = Editor(client)
    assert editor.entered.status_code == 303
    assert "__Host-desk=" in editor.entered.headers["Set-Cookie"] and "HttpOnly" in editor.entered.headers["Set-Cookie"]


def test_the_list_tells_states_and_languages_and_is_filtered_by_the_address(
    client: FlaskClient, filled: Newsroom
) -> None:
    editor = Editor(client, "proofreader")
    everything = said(editor.get())
    assert "A bridge opens Published City" in everything and "Café under a dark sky Draft" in everything
    assert "ar: failed" in everything and "es: machine" in everything and "tests" in everything
    for query, headline in (
        ("state=draft", "Café under a dark sky"),
        ("section=science", "Café under a dark sky"),
        ("language=es", "Se abre un puente"),
        ("text=CAFE+dark", "Café under a dark sky"),
    ):
        page = editor.get(f"?{query}")
        others = {"Café under a dark sky", "Se abre un puente", "A bridge opens"} - {headline}
        assert headline in page and not any(other in page for other in others), query
    assert "No article matches" in editor.get("?text=zeppelin")
    refused = editor.get("?state=eaten&cursor=x", 422)
    assert "Expected a state." in refused
    assert editor.client.get("/desk?state=&text=bridge", base_url=OWN).headers["Location"] == "/desk?text=bridge"


def test_an_article_is_shown_with_its_record_and_its_page_in_a_frame_of_our_own(
    client: FlaskClient, filled: Newsroom
) -> None:
    editor = Editor(client, "proofreader")
    filled.move("unpublish", reason="a complaint")
    page = said(editor.get("/articles/bridge"))
    assert "tests took it off the pages Published → Unpublished a complaint" in page
    framed = editor.client.get("/desk/articles/bridge/page/es", base_url=OWN)
    assert "¡A bridge opens" in framed.text and "Preview." not in framed.text
    assert "Vista previa" in framed.text and "<script" not in framed.text and "<noscript" not in framed.text
    policy = framed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "consent.example" not in policy
    assert framed.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in editor.client.get("/desk", base_url=OWN).headers["Content-Security-Policy"]
    editor.get("/articles/nothing", 404)
    editor.get("/articles/bridge/page/tlh", 404)


def test_a_public_article_s_page_is_not_called_a_preview(client: FlaskClient, filled: Newsroom) -> None:
    assert "Preview." not in Editor(client).get("/articles/bridge/page/en")
