"""Texts whose source does not say their language: a guess is told as one, and what is not sure is asked."""

from typing import Any

import pytest

from publisher.house import House
from publisher.ingest.drafting import draft
from publisher.ingest.language_guess import guess
from publisher.ingest.received import Received
from tests.publisher.newsroom import Newsroom, an_article


def item(headline: str, text: str, **more: Any) -> Received:
    return Received(uri="urn:x", headline=headline, blocks=({"type": "paragraph", "html": text},), times={}, **more)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The last bolt went in on Monday morning."),
        ("es", "El último perno se colocó el lunes por la mañana."),
        ("ca", "L’últim pern es va col·locar dilluns al matí."),
        ("gl", "O derradeiro parafuso colocouse o luns pola mañá."),
        ("pt", "O último parafuso foi colocado na manhã de segunda-feira."),
        ("de", "Am Montagmorgen wurde der letzte Bolzen gesetzt."),
        ("eo", "La lasta riglilo estis metita lunde matene."),
        ("ar", "وُضع آخر مسمار صباح الاثنين."),
        ("he", "הבורג האחרון הוכנס ביום שני בבוקר."),
    ],
)
def test_a_sentence_is_enough_in_the_languages_that_are_offered(language: str, text: str) -> None:
    assert guess(["", text]).language == language and guess([text]).sure


@pytest.mark.parametrize("texts", [[], ["", " "], ["12:30"], ["OK 12", "A1"]])
def test_what_tells_nothing_is_not_sure(texts: list[str]) -> None:
    assert not guess(texts).sure


def test_a_guess_is_told_and_never_goes_over_what_is_known(house: House, newsroom: Newsroom) -> None:
    spanish = "El último <em>perno</em> se colocó el lunes por la mañana."
    for given, language, wants, told in (
        (item("Abre un puente", spanish), "es", False, "reads like Spanish, which is a guess"),
        (item("Abre un puente", spanish, language="en"), "en", False, ""),
        (item("OK", "12"), "en", True, "does not tell it surely"),
        (item("Otwarto most", "Ostatnia śruba została włożona w poniedziałek rano."), "en", True, "reads like Polish"),
    ):
        made = draft(house, given, None, None)
        assert (made.data["language"], bool(made.wants)) == (language, wants)
        assert told in " ".join([*made.notes, *made.wants])
    newsroom.publish(an_article(language="es"))
    known = draft(house, item("OK", "12"), newsroom.revision(), None)
    assert (known.data["language"], known.wants) == ("es", []), "a new version is in the language of the article"
