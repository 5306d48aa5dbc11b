from dev import summary


def test_engines_that_are_set_up_are_named_in_the_order_in_which_they_are_tried() -> None:
    told = summary.translation({"AZURE_TRANSLATOR_KEY": "k", "LIBRETRANSLATE_URL": "http://localhost:5000"})
    assert told.startswith("Azure Translator; LibreTranslate; ")
    assert "Azure" not in summary.translation({"AZURE_TRANSLATOR_KEY": ""})
