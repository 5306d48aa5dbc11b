from pathlib import Path

from dev import settings_page

ROOT = Path(__file__).parents[2]


def test_the_page_lists_what_the_code_reads() -> None:
    """`make settings` writes it."""
    assert (ROOT / "docs" / "settings.md").read_text() == settings_page.page()


def test_every_variable_that_compose_sets_is_a_setting_of_somebody() -> None:
    lines = (ROOT / "compose.yaml").read_text().partition("x-environment:")[2].partition("\n\n")[0].splitlines()[1:]
    variables = {line.split(":")[0].strip() for line in lines}
    assert variables - {"PGPASSFILE"} <= {word.strip("`") for word in settings_page.page().split() if word[0] == "`"}
