"""Dates, sums, addresses, people and numbers: what is found, and what readers get."""

import pytest

from tests.worker.translation.segment_forms import segment, to_xliff
from worker.engines.apertium import Apertium
from worker.engines.apertium.addresses import addresses
from worker.engines.apertium.amounts import amounts
from worker.engines.apertium.dates import dates
from worker.engines.apertium.english import reworded
from worker.engines.apertium.headlines import in_title_case
from worker.engines.apertium.numerals import localised
from worker.engines.apertium.stand_in import StandIn, without_overlaps
from worker.engines.segment import Piece, plain


def said(engine: Apertium, text: str) -> str:
    (result,) = engine.translate([plain(text)], "en", "es", "")
    return " ".join(result.text.split()).replace(" .", ".")


@pytest.mark.parametrize(
    ("text", "target", "shown"),
    [
        ("It closes on 5 March 2021.", "es", ["the |5 de marzo de 2021"]),
        ("It closes on March 5, 2021.", "ca", ["the |5 de març del 2021"]),
        ("On 5 March it closes.", "es", ["The |5 de marzo"]),
        ("Until the 31st of December", "es", ["Until the |31 de diciembre"]),
        ("until 31 December", "es", ["until the |31 de diciembre"]),
        ("the 3rd of May", "es", ["|3 de mayo"]),
        ("In April 2020 and in August", "ca", ["|A l’abril del 2020", "|a l’agost"]),
        ("In March 2020 and in May", "es", ["|En marzo de 2020", "|en mayo"]),
        ("They march in may be 5 march steps", "es", []),
        ("on 5 March", "gl", []),
    ],
)
def test_dates_are_written_as_the_target_language_writes_them(text: str, target: str, shown: list[str]):
    found = without_overlaps(dates(text, target))
    assert [f"{one.lead}|{one.shown}" for one in found] == shown


@pytest.mark.parametrize(
    ("text", "target", "shown"),
    [
        ("It cost €1.2bn.", "es", ["1,2 mil millones de euros"]),
        ("It cost €1 million.", "es", ["1 millón de euros"]),
        ("about £20m", "ca", ["20 milions de lliures esterlines"]),
        ("$450 million", "gl", ["450 millóns de dólares estadounidenses"]),
        ("€15 and $2.50 and €12,500", "es", ["15\u00a0€", "2,50\u00a0$", "12.500\u00a0€"]),
        ("€30k", "es", ["30.000\u00a0€"]),
        ("€10-20 or €1.2.3 or A$5", "es", []),
        ("€15", "eo", []),
    ],
)
def test_sums_of_money_are_said_in_the_target_language(text: str, target: str, shown: list[str]):
    assert [one.shown for one in amounts(text, target)] == shown


def test_addresses_are_found_whole_and_without_the_full_stop():
    text = "See https://a.example/b?c=d#e, www.city.org/x, a.b@c.example. Ask @the-mayor about #bridge or e.g. this."
    assert [one.shown for one in addresses(text)] == [
        "https://a.example/b?c=d#e", "www.city.org/x", "a.b@c.example", "@the-mayor", "#bridge",
    ]  # fmt: skip


def test_the_first_found_wins_where_two_overlap():
    found = [StandIn(5, 9, "a"), StandIn(0, 6, "b"), StandIn(0, 4, "c")]
    assert without_overlaps(found) == [StandIn(0, 4, "c"), StandIn(5, 9, "a")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They don’t know it's late, and we can't wait.", "They do not know it is late, and we cannot wait."),
        ("Mary's house isn't new.", "Mary's house is not new."),
        ("1.2 billion people, 3bn stars, 2 trillion", "1,200 million people, 3,000 million stars, 2,000,000 million"),
        ("a billion people, billions of stars", "a thousand million people, thousands of millions of stars"),
        ("at 10.30am or 9 pm", "at 10:30 a.m. or 9 p.m."),
        ("They said no. No. 5 said “no.”", "They said no . No. 5 said “no .”"),
        ("I am a pm at the bn", "I am a pm at the bn"),
    ],
)
def test_english_is_said_more_plainly(text: str, expected: str):
    assert reworded([Piece(text)]) == [Piece(expected)]


def test_code_is_not_reworded():
    assert reworded([Piece("don't", (1,), kept=True)]) == [Piece("don't", (1,), kept=True)]


@pytest.mark.parametrize(
    ("source", "target", "text", "expected"),
    [
        ("en", "es", "12,500 or 3.5 or 1,200", "12.500 or 3,5 or 1.200"),
        ("en", "ca", "12,500", "12.500"),
        ("en", "eo", "12,500", "12\u00a0500"),
        ("es", "en", "12.500 or 3,5", "12,500 or 3.5"),
        ("en", "es", "2024, 1.2.3, 10:30.5, v1.5, 1,2,3", "2024, 1.2.3, 10:30.5, v1.5, 1,2,3"),
    ],
)
def test_numbers_have_the_signs_of_the_target_language(source: str, target: str, text: str, expected: str):
    assert localised(plain(text), plain(text), source, target).text == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ms. White lives here.", "White"),
        ("The mayor met Mary Smith and left.", "Mary Smith"),
        ("Brown said no to it.", "Brown"),
        ("The engineer, Dr. John Brown, agreed.", "Dr. John Brown"),
        ("They saw Mr. T. S. Eliot there.", "T. S. Eliot"),
        ("Prime Minister John Major resigned.", "John Major"),
        ("Ludwig van Beethoven was deaf.", "Ludwig van Beethoven"),
    ],
)
def test_people_keep_their_names(eng_spa: Apertium, text: str, name: str):
    assert name in said(eng_spa, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The White House is white.", "La Casa Blanca es blanca."),
        ("Paris is a city.", "París es una ciudad."),
        ("The brown house is open.", "La casa marrón es abierta."),
    ],
)
def test_what_is_no_person_is_translated(eng_spa: Apertium, text: str, expected: str):
    assert said(eng_spa, text) == expected


def test_a_name_in_a_link_stays_in_it_and_may_be_that_of_the_stand_in(eng_spa: Apertium):
    source = segment('The mayor met <pc id="1">Mary White</pc> and Ana Ruiz.')
    (result,) = eng_spa.translate([source], "en", "es", "")
    assert '<pc id="1">Mary White</pc> y Ana Ruiz.' in to_xliff(result)


def test_a_billion_is_no_billon(eng_spa: Apertium):
    assert said(eng_spa, "The city has 1.2 billion trees.") == "La ciudad tiene 1.200 millones de árboles."


def test_a_headline_in_capitals_stays_in_capitals(eng_spa: Apertium):
    assert said(eng_spa, "THE BRIDGE IS NEW") == "EL PUENTE ES NUEVO"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("City Council Approves New Bridge", "El ayuntamiento aprueba puente nuevo"),
        ("Mary Smith Wins the Election in London", "Mary Smith gana la elección en Londres"),
    ],
)
def test_a_headline_in_title_case_becomes_one_in_sentence_case(eng_spa: Apertium, text: str, expected: str):
    assert said(eng_spa, text) == expected


def test_the_case_of_a_sentence_is_its_own():
    assert not in_title_case("Mary Smith Lives In London Today.")
    assert not in_title_case("The bridge that took forty years opens on Saturday")
