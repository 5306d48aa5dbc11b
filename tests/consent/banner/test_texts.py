import pytest

from consent.banner import texts


def keys(tree: object, path: str = "") -> set[str]:
    if not isinstance(tree, dict):
        return {path}
    return {leaf for key, value in tree.items() for leaf in keys(value, f"{path}.{key}")}


@pytest.mark.parametrize("language", texts.languages())
def test_every_language_has_every_key_and_a_text_for_it(language: str) -> None:
    wording = texts._read(language)
    assert keys(wording) == keys(texts._read("en"))
    assert all(value.strip() == value != "" for part in wording.values() for value in leaves(part))


def leaves(tree: object) -> list[str]:
    return [leaf for value in tree.values() for leaf in leaves(value)] if isinstance(tree, dict) else [str(tree)]


@pytest.mark.parametrize("language", texts.languages())
def test_date_and_purpose_have_their_places_in_every_language(language: str) -> None:
    notice = texts._read(language)["notice"]
    assert notice["chosen_on"].count("{date}") == 1
    assert notice["allow"].count("{purpose}") == 1


@pytest.mark.parametrize("language", texts.languages())
def test_the_three_answers_differ(language: str) -> None:
    notice = texts._read(language)["notice"]
    assert len({notice[key] for key in ("agree", "refuse", "preferences", "save", "withdraw")}) == 5


def test_standard_wording_covers_the_purposes_asked_for_and_no_others() -> None:
    told = texts.standard(["en", "es"], ["necessary", "analytics"])
    assert list(told) == ["en", "es"]
    assert list(told["es"]["purposes"]) == ["necessary", "analytics"]
    assert told["es"]["agree"] == "Aceptar todo"


def test_standard_wording_is_a_copy_to_edit() -> None:
    texts.standard(["en"], ["necessary"])["en"]["purposes"]["necessary"]["title"] = "edited"
    assert texts.standard(["en"], ["necessary"])["en"]["purposes"]["necessary"]["title"] == "Necessary"


@pytest.mark.parametrize(
    ("languages", "purposes", "named"),
    [(["en"], ["telepathy"], "telepathy"), (["xx"], ["necessary"], "xx"), (["../en"], ["necessary"], "../en")],
)
def test_unknown_language_or_purpose_is_named(languages: list[str], purposes: list[str], named: str) -> None:
    with pytest.raises(ValueError, match="expected one of") as raised:
        texts.standard(languages, purposes)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("es-MX", "es"), ("zh-TW", "zh-Hant"), ("no", "nb"), ("de-AT", "de"), ("tlh", "en")]
)
def test_pages_speak_the_closest_language_else_english(wanted: str, spoken: str) -> None:
    assert texts.pages(wanted)[0] == spoken


def test_forty_five_languages_and_several_from_right_to_left() -> None:
    assert len(texts.languages()) >= 45
    assert {"ar", "fa", "he", "ur"} < set(texts.languages())
