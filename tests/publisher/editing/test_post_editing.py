"""A person's words in a translation: kept, shown, recorded, and never lost to an engine."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from chassis import sql
from chassis.errors import Conflict, Invalid, NotFound
from publisher.app import create_app
from publisher.articles import article_texts
from publisher.body.blocks import Paragraph
from publisher.editing.post_editing import Overtaken, Sent, edit, retranslate
from publisher.following import Hand
from publisher.house import House
from publisher.store import articles, variants
from publisher.store.tables import post_edit, search_document, translation_job
from publisher.variants import Variant
from tests.publisher.newsroom import Newsroom, an_article

ANA = Hand("Ana", "reads better")


@pytest.fixture
def newsroom(any_house: House) -> Newsroom:
    newsroom = Newsroom(any_house)
    newsroom.publish()
    newsroom.translate("es")
    return newsroom


def variant(newsroom: Newsroom, language: str = "es") -> Variant:
    with sql.read(newsroom.house.engine) as connection:
        found = variants.load(connection, "bridge", language)
    assert found
    return found


def texts(newsroom: Newsroom) -> dict[str, str]:
    return dict(variant(newsroom).texts or {})


def send(newsroom: Newsroom, approved: tuple[str, ...] = (), **changes: str) -> list[str]:
    """Send texts as a page does; names have two underscores for their slash."""
    shown = texts(newsroom)
    named = {name.replace("__", "/").replace("_", "."): text for name, text in changes.items()}
    sent = {name: Sent(shown.get(name, ""), text) for name, text in named.items()}
    return edit(newsroom.house.engine, "bridge", "es", sent, approved, ANA)


def kept(newsroom: Newsroom) -> int:
    with sql.read(newsroom.house.engine) as connection:
        return len(connection.execute(select(post_edit)).all())


def test_an_edit_is_shown_found_and_recorded(newsroom: Newsroom) -> None:
    assert send(newsroom, headline="  Se abre\n un puente ", b1__html="El <em>último</em> perno.") == [
        "headline",
        "b1/html",
    ]
    now = variant(newsroom)
    assert now.review == "edited" and (now.engine, now.state) == ("Apertium", "machine")
    page = newsroom.house.renderer.article("es", "harbour-bridge").html
    assert "<h1>Se abre un puente</h1>" in page and "ha corregido partes" in page and "¡How to cross" in page
    with sql.read(newsroom.house.engine) as connection:
        found = connection.scalars(select(search_document.c.headline).where(search_document.c.language == "es")).all()
    assert found == ["Se abre un puente"] and kept(newsroom) == 2
    last = newsroom.history()[-1]
    assert (last.action, last.who, last.reason) == ("edit", "Ana", "es: 2 texts. reads better")
    assert send(newsroom, headline="Se abre un puente") == []


def test_a_translation_is_reviewed_once_every_text_was_seen(newsroom: Newsroom) -> None:
    names = tuple(texts(newsroom))
    assert send(newsroom, names[:3]) == list(names[:3]) and variant(newsroom).review is None
    assert send(newsroom, names) == list(names[3:])
    assert variant(newsroom).review == "reviewed" and newsroom.history()[-1].action == "review"
    assert "revisado por" in newsroom.house.renderer.article("es", "harbour-bridge").html
    app = create_app(newsroom.house.settings)
    listed = app.test_client().get("/v1/articles/bridge/variants").json
    app.extensions["house"].engine.dispose()
    assert listed and {each["language"]: each["review"] for each in listed["variants"]}["es"] == "reviewed"
    send(newsroom, headline="Otro titular")
    assert variant(newsroom).review == "reviewed"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("headline", " ", "headline"),
        ("b1__html", "<script>x</script>", "only em strong a code br"),
        ("b1__html", "x" * 20_001, "20000"),
    ],
)
def test_what_may_not_be_shown_is_refused_as_a_whole(newsroom: Newsroom, name: str, text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        send(newsroom, **{"description": "Bueno", name: text})
    assert kept(newsroom) == 0 and texts(newsroom)["description"] == "¡After forty years."


def test_nobody_writes_over_another_s_words_unseen(newsroom: Newsroom) -> None:
    was = texts(newsroom)
    send(newsroom, headline="De Ana")
    engine = newsroom.house.engine
    with pytest.raises(Overtaken) as met:
        edit(engine, "bridge", "es", {"headline": Sent(was["headline"], "De Ben")}, (), Hand("Ben"))
    assert met.value.names == ["headline"] and texts(newsroom)["headline"] == "De Ana"
    untouched = {
        "headline": Sent(was["headline"], was["headline"]),
        "description": Sent(was["description"], "Cuarenta"),
    }
    assert edit(engine, "bridge", "es", untouched, (), Hand("Ben")) == ["description"]
    assert texts(newsroom)["headline"] == "De Ana"
    gone = {"b9/html": Sent("x", "y")}
    with pytest.raises(Overtaken):
        edit(engine, "bridge", "es", gone, (), Hand("Ben"))


def test_only_a_finished_translation_is_edited(newsroom: Newsroom) -> None:
    newsroom.publish(an_article(headline="Another"))
    with pytest.raises(Conflict, match="queued"):
        send(newsroom, headline="x")
    for article, language in (("nothing", "es"), ("bridge", "tlh")):
        with pytest.raises(NotFound):
            edit(newsroom.house.engine, article, language, {}, (), ANA)
    newsroom.move("kill")
    with pytest.raises(Conflict, match="killed"):
        send(newsroom, headline="x")


def test_where_no_engine_helps_a_person_translates_text_by_text(newsroom: Newsroom) -> None:
    newsroom.give_up("ar")
    engine = newsroom.house.engine
    with sql.read(engine) as connection:
        found = articles.load(connection, "bridge")
    assert found
    names = list(article_texts(found.article))
    sent = {name: Sent("", "" if name == names[-1] else f"جسر {number}") for number, name in enumerate(names)}
    assert edit(engine, "bridge", "ar", sent, (), ANA) == names[:-1]
    assert (
        variant(newsroom, "ar").state == "failed"
        and "جسر 0" not in newsroom.house.renderer.article("ar", "harbour-bridge").html
    )
    assert edit(engine, "bridge", "ar", {names[-1]: Sent("", "خاتمة")}, (), ANA) == [names[-1]]
    made = variant(newsroom, "ar")
    assert (made.state, made.review, made.engine) == ("machine", "reviewed", None)
    page = newsroom.house.renderer.article("ar", "harbour-bridge").html
    assert "<h1>جسر 0</h1>" in page and "ترجم محرّر هذا النص" in page and '"translator"' not in page
    newsroom.publish(an_article(headline="Another bridge"))
    newsroom.give_up("ar")
    assert edit(engine, "bridge", "ar", {"headline": Sent("", "جسر آخر")}, (), ANA) == ["headline"]
    assert variant(newsroom, "ar").state == "machine"


def test_a_revision_of_the_pictures_alone_keeps_the_review(newsroom: Newsroom) -> None:
    send(newsroom, tuple(texts(newsroom)))
    newsroom.publish(an_article(byline="Ben"))
    assert (variant(newsroom).review, variant(newsroom).revision) == ("reviewed", 2)


def test_a_text_is_asked_for_anew_and_the_others_stay_a_person_s(newsroom: Newsroom) -> None:
    send(newsroom, headline="De Ana", description="De Ana también")
    house = newsroom.house
    retranslate(house.engine, "bridge", "es", ANA, house.offer, "headline")
    assert variant(newsroom).state == "queued" and kept(newsroom) == 1
    with sql.read(house.engine) as connection:
        jobs = connection.execute(select(translation_job).where(translation_job.c.language == "es")).all()
    assert [(job.state, job.anew_text, job.anew_ms is not None) for job in jobs] == [("queued", "headline", True)]
    assert newsroom.history()[-1].reason == "es: headline. reads better"
    retranslate(house.engine, "bridge", "es", ANA, house.offer)
    for language, name in (("tlh", None), ("en", None), ("es", "b9/html")):
        with pytest.raises(NotFound):
            retranslate(house.engine, "bridge", language, ANA, house.offer, name)
    newsroom.move("unpublish")
    with pytest.raises(Conflict, match="unpublished"):
        retranslate(house.engine, "bridge", "es", ANA, house.offer)


def test_texts_of_the_same_words_share_their_translation(newsroom: Newsroom) -> None:
    twice = replace(an_article(), blocks=(Paragraph("a", "Again."), Paragraph("b", "Again.")))
    newsroom.publish(twice)
    newsroom.translate("es")
    send(newsroom, a__html="Otra vez.")
    assert texts(newsroom)["b/html"] == "Otra vez." and kept(newsroom) == 1
