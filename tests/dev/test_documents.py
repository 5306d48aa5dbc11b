import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    assert [link for link in LINK.findall(prose) if not (page.parent / link).exists()] == []


def test_the_readme_has_its_picture() -> None:
    assert (ROOT / "docs" / "images" / "page.webp").stat().st_size < 300_000


def test_the_commands_of_the_readme_are_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^    make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)) == {"run", "test"}
    assert {"run", "test", "check", "bench", "lock", "settings"} <= targets
