"""Every fault that keeps a translation from readers, and the freedoms that translations have."""

from dataclasses import replace

import pytest

from tests.worker.translation.segment_forms import segment
from worker.translation.checks import faults

LINK = 'Read <pc id="1">this <pc id="2">old</pc> page</pc> today.'


@pytest.mark.parametrize(
    ("source", "translation", "fault"),
    [
        (LINK, "Lee esta página vieja hoy.", "mark-lost"),
        (LINK, 'Lee <pc id="1">esta página</pc> vieja hoy.', "mark-lost"),
        (LINK, 'Lee <pc id="1">esta</pc> página <pc id="1"><pc id="2">vieja</pc></pc> hoy.', "mark-twice"),
        (LINK, 'Lee <pc id="1">esta <pc id="2">vieja</pc></pc> <pc id="3">hoy</pc>.', "mark-twice"),
        (LINK, 'Lee <pc id="1">esta</pc> <pc id="2">vieja</pc> página hoy.', "mark-nesting"),
        ('A <pc id="1">b</pc> c', 'A <pc id="1"> </pc>b c', "mark-lost"),
        ("It rose by 12.5% in 2024.", "Subió un 12,5 % ayer.", "number-lost"),
        ("It cost 1,200 euros.", "Costó 1.300 euros.", "number-lost"),
        ("From 15 to 15.", "De 15 a 51.", "number-lost"),
        ("See https://a.example/x.", "Ve https://a.example/y.", "address-lost"),
        ("Write to me@a.example now.", "Escríbeme ahora.", "address-lost"),
        ("The bridge is open.", "El Xq3x está abierto.", "leftover"),
        ("The bridge is open.", "El &amp;amp; puente.", "leftover"),
        ("The bridge is open.", "El \ue001puente está abierto.", "leftover"),
        ("The bridge is open.", "", "empty"),
        ("The bridge is open to everybody again since this morning.", "Sí.", "length"),
        ("No.", "De ninguna de las maneras, no se puede decir tal cosa, nunca jamás.", "length"),
        ("The bridge will open again in spring.", "The bridge will open again in spring.", "untranslated"),
    ],
)
def test_a_fault_is_found(source: str, translation: str, fault: str):
    assert fault in faults(segment(source), segment(translation))


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        (LINK, 'Hoy lee <pc id="1">esta página <pc id="2">vieja</pc></pc>.'),
        ("It cost €1.2bn, or 1,200,000 a day.", "Costó 1.200 millones de euros, o 1 200 000 al día."),
        ("It cost €1.2bn.", "Costó 1,2 mil millones de euros."),
        ("The 3 bridges and 10 roads", "Los tres puentes y diez carreteras"),
        ("Two bridges", "2 puentes"),
        ("At 7.30pm, or 12pm", "A las 19:30, o a mediodía"),
        ("At 10:30", "A las 10.30"),
        ("See the page www.a.example/the/old/page of ours", "Ve www.a.example/the/old/page, la página nuestra"),
        ("Ana Ruiz, Northlight Agency, London", "Ana Ruiz, Northlight Agency, London"),
        ("The radio: no", "La radio: no"),
        ("Read A & B <now> Xq1x.", "Lee A & B <ahora> Xq1x."),
        ("Look at the page https://a.example/the/old/page/of/this", "Mira https://a.example/the/old/page/of/this hoy"),
    ],
)
def test_translations_may_differ_in_what_languages_differ_in(source: str, translation: str):
    assert faults(segment(source.replace("<now>", "&lt;now&gt;")), segment(translation.replace("<ahora>", ""))) == []


def test_code_must_come_back_as_it_was():
    source = segment('Run <ph id="1"/> now', {1: "make"})
    assert faults(source, segment('Haz <ph id="1"/> ahora', {1: "hacer"})) == ["kept-changed"]
    assert "mark-lost" in faults(source, segment("Hazlo ahora"))


def test_a_text_that_the_engine_hardly_knew_is_not_translated():
    source, translation = segment("Der Hund schläft heute lange."), segment("Der Hund schläft heute largo.")
    assert faults(source, replace(translation, unknown_share=0.8)) == ["untranslated"]
