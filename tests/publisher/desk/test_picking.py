"""Pictures for an article from the library, without script: the form goes along, and nothing typed is lost."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image as Pillow

from chassis import sql
from publisher.body.blocks import Focus, Image
from publisher.desk.form import ArticleForm, BlockForm
from publisher.desk.rearranging import is_caption, rearrange
from publisher.house import House
from publisher.store import media
from tests.publisher.desk.editor import Editor
from tests.publisher.newsroom import Newsroom, an_article, picture

CAPTION = "*Crowds on the bridge. /Elena Marsh/Northlight*"


def hidden(page: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        sent.setdefault(name, []).append(value)
    return sent


def value(page: str, name: str) -> str:
    found = re.search(rf'<(?:input|textarea)[^>]* name="{re.escape(name)}"[^>]*?(?: value="([^"]*)"|>\n([^<]*)<)', page)
    assert found, name
    return found[1] or found[2] or ""


def test_a_picture_is_picked_with_what_is_said_of_it(client: FlaskClient, newsroom: Newsroom) -> None:
    shot = replace(newsroom.image(picture(64, 40), "The bridge at dusk."), focus=Focus(0.25, 0.5))
    other = replace(newsroom.image(picture(80, 40), "Stars."), id="p2")
    newsroom.publish(an_article(blocks=(shot, other)))
    newsroom.publish(an_article(slug="es", language="es", blocks=(replace(shot, caption="El puente."),)), "es")
    writer = Editor(client, "writer")
    form = {"headline": "Typed for an hour", "section": "City", "language": "en", "block": ["k0", "k1"]}
    form |= {"k0.type": "paragraph", "k0.text": "One *two*", "k1.type": "image"}
    shown = writer.post("/new", **form, do="choose:k1")
    assert shown.text.count('class="pick"') == 2 and "Its caption, credit and text" in shown.text
    found = writer.post("/new", **hidden(shown.text) | {"words": "dusk", "do": "choose:k1"}).text
    assert f"pick:k1:{shot.media}" in found and other.media not in found
    assert "described so" in writer.post("/new", **hidden(shown.text) | {"words": "noon", "do": "choose:k1"}).text
    picked = writer.post("/new", **hidden(found) | {"do": f"pick:k1:{shot.media}"}).text
    assert "Typed for an hour" in picked and value(picked, "k0.text") == "One *two*"
    assert value(picked, "k1.caption") == "The bridge at dusk.", "in the article's own language"
    assert (value(picked, "k1.creators"), value(picked, "k1.agency")) == ("Ana Ruiz", "Northlight")
    assert (value(picked, "k1.focus_x"), value(picked, "k1.media")) == ("0.25", shot.media)
    # the words of the article stay, unless the picture's are wanted
    given = form | {"k1.caption": "Mine.", "k1.media": shot.media, "k1.focus_x": "0.25"}
    assert 'value="on" checked' in writer.post("/new", **given, do="choose:k1").text
    for over, caption in (({}, "Mine."), ({"over": "on"}, "Stars.")):
        kept = writer.post("/new", **given, **over, do=f"pick:k1:{other.media}").text
        assert (value(kept, "k1.caption"), value(kept, "k1.focus_x")) == (caption, "")
    for rubbish in ("choose:k7", "choose:", "pick:k1:none", f"pick:k7:{shot.media}"):
        assert value(writer.post("/new", **form, do=rubbish).text, "headline") == "Typed for an hour"


def test_a_caption_without_a_picture_gets_one_in_one_step(client: FlaskClient, newsroom: Newsroom) -> None:
    shot = newsroom.image(picture(64, 40))
    newsroom.publish(an_article(blocks=(shot,)))
    writer = Editor(client, "writer")
    form = {"headline": "A bridge", "section": "City", "language": "en", "block": "k0", "k0.type": "paragraph"}
    form |= {"k0.text": CAPTION}
    assert "It reads like a caption" in writer.post("/new", **form, do="look").text
    saved = writer.post("/new", **form, do="save", **{"k0.file": (io.BytesIO(picture(90, 60)), "a.jpg")})
    revision = newsroom.revision("a-bridge")
    assert saved.status_code == 303 and revision
    made = revision.article.blocks[0]
    assert isinstance(made, Image) and made.caption == "Crowds on the bridge."
    assert made.credit.creators == ("Elena Marsh",) and made.credit.agency == "Northlight"
    listed = writer.post("/new", **form, do="choose:k0").text
    picked = writer.post("/new", **hidden(listed) | {"do": f"pick:k0:{shot.media}"}).text
    assert value(picked, "k0.caption") == "Crowds on the bridge." and value(picked, "k0.media") == shot.media


def test_a_picture_brings_what_its_file_says(client: FlaskClient, newsroom: Newsroom) -> None:
    writer = Editor(client, "writer")
    exif = Pillow.Exif()
    exif[0x010E], exif[0x013B] = "A lamp on the quay.", "Ana Ruiz"
    form = {"headline": "A lamp", "section": "City", "language": "en", "block": "k0", "k0.type": "image"}
    for given, caption in (("", "A lamp on the quay."), ("Mine.", "Mine.")):
        file = {"k0.file": (io.BytesIO(picture(64, 40, exif=exif)), "a.jpg")}
        page = writer.post("/new", **form, **file, do="receive", **{"k0.caption": given}).text
        assert (value(page, "k0.caption"), value(page, "k0.creators")) == (caption, "Ana Ruiz")
    assert "A lamp on the quay." in writer.get("/pictures?words=quay")
    assert "described so" in writer.get("/pictures?words=bridge")


@pytest.mark.parametrize(
    ("text", "reads_like_one", "caption"),
    [
        (CAPTION, True, "Crowds on the bridge."),
        ("*One* and two. (Photo: Ana Ruiz/EFE)", False, "One and two."),
        ("a <script>", False, "a <script>"),
        ("", False, ""),
    ],
)
def test_a_paragraph_becomes_a_caption(text: str, reads_like_one: bool, caption: str) -> None:
    block = BlockForm("k0", "b1", "paragraph", {"text": text})
    assert is_caption(block) == reads_like_one
    form = ArticleForm({}, {}, [block])
    assert rearrange(form, "caption:k0") == "k0" and form.blocks[0].type == "image"
    assert form.blocks[0].pictures[0].values["caption"] == caption and not form.blocks[0].id
    assert rearrange(form, "caption:k0") is None and rearrange(form, "caption:k9") is None


def test_pictures_are_found_by_all_words_of_one_article(any_house: House) -> None:
    newsroom = Newsroom(any_house)
    shot, other = newsroom.image(picture(64, 40), "Ávila, 中文字."), newsroom.image(picture(80, 40), "Party.")
    newsroom.publish(an_article(headline="A wall", blocks=(shot,)))
    newsroom.publish(
        an_article(slug="b", headline="Dusk", blocks=(replace(other, alt=""), replace(shot, id="p2"))), "b"
    )
    with sql.read(any_house.engine) as connection:
        for words, found in (
            (["avila"], [shot]),
            (["wall", "northl"], [shot]),
            (["dusk"], [shot, other]),
            (["art"], []),
            (["文字"], [shot]),
            (["wall", "dusk"], []),
        ):
            listed = {each.sha256 for each, _ in media.page(connection, None, 9, words)}
            assert listed == {each.media for each in found}, words
    newsroom.move("kill", "b")
    with sql.read(any_house.engine) as connection:
        assert [each.sha256 for each, _ in media.page(connection, None, 9, ["dusk"])] == []
