import json
import string
from importlib.resources import files

import pytest

from chassis.settings import SettingError
from publisher import wording

FILES = {
    file.name.removesuffix(".json"): file
    for file in files("publisher.wording").iterdir()
    if file.name.endswith(".json")
}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(FILES))
def test_each_language_has_every_text_with_its_places(language: str) -> None:
    english, own = (json.loads(FILES[name].read_text(encoding="utf-8")) for name in ("en", language))
    assert own.keys() == english.keys() and own["section_names"].keys() == english["section_names"].keys()
    for key, text in own.items():
        if isinstance(text, str):
            assert text.strip(), key
            # what a text leaves out it says in another way; what it asks for must be given
            assert places(text) <= places(english[key]), key
    for key in ("disclaimer", "disclaimer_edited", "disclaimer_reviewed"):
        assert places(own[key]) == {"source", "engine"}
    assert own["dir"] == ("rtl" if language in ("ar", "he") else "ltr")


@pytest.mark.parametrize("language", sorted(FILES))
def test_each_language_can_write_dates_and_names(language: str) -> None:
    words = wording.load(language)
    assert "2026" in words.date(1_795_459_880_000) and "UTC" in words.date(1_795_459_880_000)
    assert words.language_name("es") and words.language_name("en-XA")
    assert words.section_title("city life & more") == "City life & more"


def test_british_dates_for_english() -> None:
    assert wording.load("en").date(1_795_459_880_000) == "23 November 2026, 18:51 UTC"


@pytest.mark.parametrize("languages", [("en", "tlh"), ("../en",), (), ("en-XA",)])
def test_languages_that_cannot_be_offered_are_refused(languages: tuple[str, ...]) -> None:
    with pytest.raises(SettingError, match="PUBLISHER_LANGUAGES"):
        wording.check(languages)


def test_the_pseudo_locale_is_not_called_a_translation() -> None:
    words = wording.load("en-XA")
    disclaimers = ("disclaimer", "disclaimer_edited", "disclaimer_reviewed", "disclaimer_person")
    for key in ("translating", "translating_note", "failed", *disclaimers, "announced", "failed_announced"):
        assert "transl" not in words[key].lower() and "pseudo" in (words[key] + words["disclaimer"]).lower()
