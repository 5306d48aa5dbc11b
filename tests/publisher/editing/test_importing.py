"""Markdown files into the store, and the command line that does it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.errors import Conflict, Problem, Unavailable
from chassis.settings import SettingError
from publisher.__main__ import commands
from publisher.editing.illustrating import illustrate
from publisher.editing.importing import import_file
from publisher.house import House
from publisher.settings import Settings
from tests.publisher.newsroom import Newsroom, picture

ARTICLE = """---
title: The bridge
id: bridge
language: en
section: City
---
First paragraph.

![An arch](pictures/a%20b.jpg "At dusk. /Ana Ruiz/Northlight")

## How to cross

On foot.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts" / "pictures").mkdir(parents=True)
    (tmp_path / "texts" / "pictures" / "a b.jpg").write_bytes(picture())
    (tmp_path / "texts" / "bridge.md").write_text(ARTICLE)
    return tmp_path / "texts"


def test_a_file_becomes_an_article_and_again_the_same_one(house: House, folder: Path) -> None:
    first, again = (import_file(house, folder / "bridge.md") for _ in range(2))
    assert (first.new, first.changed, again.changed) == (True, True, False)
    assert again.revision.number == 1
    assert [block.type for block in first.revision.article.blocks] == ["paragraph", "image", "heading", "paragraph"]
    (folder / "bridge.md").write_text(ARTICLE.replace("On foot.", "By bicycle."))
    changed = import_file(house, folder / "bridge.md")
    assert (changed.revision.number, changed.new) == (2, False)
    same = zip(first.revision.article.blocks[:3], changed.revision.article.blocks[:3], strict=True)
    assert all(before.id == after.id for before, after in same)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ARTICLE.replace("a%20b.jpg", "none.jpg"), "line 9: picture pictures/none.jpg: expected a file"),
        (ARTICLE.replace(' "At dusk. /Ana Ruiz/Northlight"', ""), "line 9: picture pictures/a%20b.jpg: expected a"),
        (ARTICLE.replace("pictures/a%20b.jpg", "bridge.md"), "picture bridge.md: file: expected a JPEG"),
        (ARTICLE.replace("language: en", "language: xx"), "language: expected one of en, es, ar, got 'xx'"),
        (ARTICLE.replace("id: bridge", "id: A B"), "id: expected small letters"),
        (ARTICLE.replace("The bridge\nid: bridge", "四十年"), "id: expected small letters"),
        (ARTICLE.replace("title: The bridge", ""), "expected a title"),
        (ARTICLE.replace("First paragraph.", "a <b>b</b>"), "line 7: expected only em strong a code br, got <b>"),
        (ARTICLE.replace("First paragraph.", "x" * 20_001), "line 7: blocks.0.html: expected at most 20000 characters"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_leaves_nothing(
    house: House, newsroom: Newsroom, folder: Path, text: str, told: str
) -> None:
    (folder / "bridge.md").write_text(text)
    with pytest.raises(Problem) as refused:
        import_file(house, folder / "bridge.md")
    assert refused.value.detail.startswith(told)
    assert newsroom.revision() is None and newsroom.messages() == []
    assert not house.media_dir.exists()


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {
        "PUBLISHER_DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MEDIA_DIR": settings.media_dir,
        "PUBLISHER_LANGUAGES": ",".join(settings.languages),
    }
    command = [sys.executable, "-m", "publisher", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_the_command_line_imports_lists_and_tells_faults_in_one_line(settings: Settings, folder: Path) -> None:
    (folder / "wrong.md").write_text("no title")
    done = run(settings, "import", str(folder / "wrong.md"), str(folder / "bridge.md"), str(folder / "none.md"))
    assert done.returncode == 1
    assert done.stdout == "bridge revision 1 new\n"
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        str(folder / "wrong.md"),
        str(folder / "none.md"),
    ]
    listed = run(settings, "list")
    assert listed.stdout.startswith("bridge\t1\tpublished\ten\tthe-bridge\t")


def invoke(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run a command in this process: starting one takes seconds."""
    monkeypatch.setenv("PUBLISHER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PUBLISHER_LANGUAGES", ",".join(settings.languages))
    return CliRunner().invoke(commands, arguments)


def test_the_command_line_makes_and_ends_tokens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made = invoke(settings, monkeypatch, "token", "create", "--label", "desk", "--scope", "articles:write")
    identifier = made.stdout.partition(".")[0]
    assert made.exit_code == 0
    assert f"{identifier}\tdesk\tarticles:write" in invoke(settings, monkeypatch, "token", "list").stdout
    assert invoke(settings, monkeypatch, "token", "revoke", identifier).exit_code == 0
    assert invoke(settings, monkeypatch, "token", "list").stdout == ""
    assert invoke(settings, monkeypatch, "token", "create", "--label", "x", "--scope", "all").exit_code == 2


def test_a_language_without_words_is_refused_at_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = invoke(replace(settings, languages=("en", "tlh")), monkeypatch, "list")
    assert isinstance(refused.exception, SettingError) and "'tlh'" in str(refused.exception)


def test_a_database_without_tables_is_told_in_words(
    sql_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (("list",), ("token", "list")):
        refused = invoke(replace(settings, database_url=sql_url), monkeypatch, *arguments)
        assert isinstance(refused.exception, Unavailable) and "publisher migrate" in refused.exception.detail


def test_languages_offered_later_are_asked_for(
    settings: Settings, house: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(house, folder / "bridge.md")
    more = replace(settings, languages=(*settings.languages, "ca"))
    assert invoke(more, monkeypatch, "translate").stdout == "bridge ca\n"
    assert invoke(more, monkeypatch, "translate").stdout == ""


def test_a_killed_article_stays_killed_with_its_pictures_and_what_is_there_can_be_left_alone(
    house: House, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(house, folder / "bridge.md")
    newsroom = Newsroom(house)
    newsroom.move("kill", "bridge")
    illustrate(house, "bridge")
    assert not list(house.media_dir.iterdir())
    with pytest.raises(Conflict, match="was killed"):
        import_file(house, folder / "bridge.md")
    assert not list(house.media_dir.iterdir()), "a refused file brings no picture back"
    done = invoke(settings, monkeypatch, "import", "--missing", str(folder / "bridge.md"))
    assert (done.exit_code, done.stdout) == (0, "bridge revision 1 unchanged\n")
