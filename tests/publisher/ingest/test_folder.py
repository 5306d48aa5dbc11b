"""A watched folder: what is complete, what is left behind, what is told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.errors import Unavailable
from publisher.following import Hand
from publisher.ingest.files import read_file
from publisher.ingest.folder import Busy, Folder
from publisher.ingest.taking import Outcome, Taking, take_all
from tests.publisher.newsroom import Newsroom, picture

TEXT = "A ferry ends\n\nThe last crossing was at nine.\n\nThe ferry at dusk. /Ana Ruiz/Northlight\n"
Look = Callable[[], list[str]]


@pytest.fixture
def folder(newsroom: Newsroom, tmp_path: Path) -> Folder:
    directory = tmp_path / "in"
    directory.mkdir()
    made = Folder(directory, lambda path: take_all(newsroom.house, read_file(path), Taking(Hand("tests"))), settle_s=0)
    with made.held():
        pass
    return made


def looked(folder: Folder, times: int = 2) -> list[str]:
    return [taken.line for _ in range(times) for taken in folder.look()]


def test_files_are_taken_with_their_pictures_and_a_bad_one_lies_apart_with_the_reason(
    folder: Folder, newsroom: Newsroom, tmp_path: Path
) -> None:
    (tmp_path / "in/ferry.txt").write_text(TEXT)
    (tmp_path / "in/ferry.jpg").write_bytes(picture())
    (tmp_path / "in/bad.json").write_text('{"uri": "urn:x", "colour": 1}')
    (tmp_path / "in/half.txt.part").write_text(TEXT)
    (tmp_path / "in/strange.doc").write_text(TEXT)
    lines = looked(folder)
    assert [line.split(" ")[:2] for line in lines] == [
        ["bad.json:", "urn:x:"],
        ["ferry.txt:", "created"],
        ["strange.doc:", "expected"],
    ]
    lies = sorted(
        str(path.relative_to(tmp_path / "in")) for path in (tmp_path / "in").rglob("*.*") if path.name != ".lock"
    )
    assert lies == [
        ".taking", "done/ferry.jpg", "done/ferry.txt", "failed/bad.json", "failed/bad.json.reason",
        "failed/strange.doc", "failed/strange.doc.reason", "half.txt.part",
    ]  # fmt: skip
    assert "colour: expected no field of this name" in (tmp_path / "in/failed/bad.json.reason").read_text()
    made = newsroom.revision(lines[1].split(" ")[2])
    assert made and [each.caption for each in made.article.pictures.values()] == ["The ferry at dusk."]
    (tmp_path / "in/ferry.txt").write_text(TEXT.replace("nine", "ten"))
    assert "updated" in looked(folder)[0] and (tmp_path / "in/done/ferry~2.txt").exists()


def test_a_file_that_still_grows_is_left_alone(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "in", lambda path: [], settle_s=3600)
    (tmp_path / "in").mkdir()
    with folder.held():
        (tmp_path / "in/ferry.txt").write_text("A ferry")
        assert looked(folder) == []


def test_what_was_being_taken_when_the_watch_was_killed_is_taken_once(
    folder: Folder, newsroom: Newsroom, tmp_path: Path
) -> None:
    left = tmp_path / "in/.taking/ferry.txt"
    left.write_text(TEXT)
    # killed after its article was written, before the file was moved
    [outcome] = take_all(newsroom.house, read_file(left), Taking(Hand("tests")))
    assert outcome.outcome == "created" and outcome.revision
    assert looked(folder, 1) == [f"ferry.txt: unchanged {outcome.revision.article_id} revision 1"]
    assert (tmp_path / "in/done/ferry.txt").exists() and not left.exists()


def test_a_file_waits_while_the_store_is_away_and_a_second_watch_is_refused(tmp_path: Path) -> None:
    def away(path: Path) -> list[Outcome]:
        raise Unavailable("the database is away")

    folder = Folder(tmp_path, away, settle_s=0)
    with folder.held():
        (tmp_path / "ferry.txt").write_text(TEXT)
        assert looked(folder, 3) == ["ferry.txt: waits: the database is away"]
        assert os.listdir(tmp_path / "failed") == [] and (tmp_path / ".taking/ferry.txt").exists()
        with pytest.raises(Busy), Folder(tmp_path, away).held():
            pass
