"""Articles from Markdown files, by the same rules as over HTTP. A file is published whole or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from chassis.errors import Invalid, Problem
from chassis.sql import read
from publisher import pictures
from publisher.articles import ID, read_article
from publisher.body.markdown import Manuscript, read_manuscript
from publisher.editing.moving import ANY_VERSION, Published
from publisher.editing.publishing import Writing, check_not_killed, publish
from publisher.editing.receiving import receive
from publisher.following import NOBODY, Hand
from publisher.house import House
from publisher.store import articles
from publisher.variants import is_pseudo

MOST_BYTES = 4 * 1024 * 1024


def import_file(
    house: House,
    path: Path,
    note: Callable[[str], None] = lambda text: None,
    hand: Hand = NOBODY,
    missing: bool = False,
) -> Published:
    """Publish a file's article, new or as its next revision; the same content again changes nothing.

    An article that is there keeps its state: a draft stays one.

    Args:
        house: where to.
        path: the file; its pictures' paths are relative to it.
        note: told what in the file was passed over.
        hand: whose doing it is.
        missing: leave an article alone that is there, whatever became of it.

    Raises:
        Problem: what is wrong, with its line.
    """
    manuscript = read_manuscript(text_of(path))
    if manuscript.ignored:
        note(f"passed over in the front matter: {', '.join(manuscript.ignored)}")
    found = {block["path"]: _picture_bytes(path, block, line) for line, block in _pictures(manuscript)}
    # every picture is checked before the first is kept
    hashes = {name: _hash(name, data) for name, data in found.items()}
    data = _article_data(manuscript, hashes, house.settings.languages)
    article_id = str(manuscript.fields["id"])
    if not ID.fullmatch(article_id):
        raise Invalid(f"id: expected small letters, digits and hyphens (`id:` in the front matter), got {article_id!r}")
    try:
        article = read_article(data, [each for each in house.settings.languages if not is_pseudo(each)])
    except Invalid as problem:
        raise _with_lines(problem, manuscript.lines) from None
    with read(house.engine) as connection:
        known = articles.load(connection, article_id)
    if known and missing:
        return Published(known, known, changed=False)
    check_not_killed(known)
    for picture in found.values():
        receive(house.engine, house.media_dir, picture)
    writing = Writing(expected=ANY_VERSION if known else None, hand=hand)
    done = publish(house.engine, article_id, article, writing, house.offer)
    if done.changed:
        house.announce(article_id)
    return done


def text_of(path: Path) -> str:
    """Read a file's text; raise Invalid for one that is too large or no UTF-8."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"expected at most {MOST_BYTES // 1024**2} MB of text")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"expected UTF-8 text, got other bytes at offset {error.start}") from None
    except OSError as error:
        raise Invalid(f"expected a file that can be read, got: {error.strerror}") from None


def _pictures(manuscript: Manuscript) -> list[tuple[int, dict[str, Any]]]:
    both = zip(manuscript.lines, manuscript.blocks, strict=True)
    return [(line, picture) for line, block in both for picture in _of_block(block)]


def _of_block(block: dict[str, Any]) -> list[dict[str, Any]]:
    if block["type"] == "image":
        return [block]
    return list(block["pictures"]) if block["type"] == "gallery" else []


def _picture_bytes(path: Path, block: dict[str, Any], line: int) -> bytes:
    name = block["path"]
    if not block["caption"] or not block["credit"]:
        raise Invalid(
            f'line {line}: picture {name}: expected a caption and a credit line, "Caption. /Photographer/Agency"'
        )
    try:
        return (path.parent / unquote(name)).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise Invalid(f"line {line}: picture {name}: expected a file beside the article, got: {reason}") from None


def _hash(name: str, data: bytes) -> str:
    try:
        return pictures.check(data).media.sha256
    except Problem as problem:
        raise Invalid(f"picture {name}: {problem.detail}") from None


def _article_data(manuscript: Manuscript, hashes: dict[str, str], languages: Sequence[str]) -> dict[str, Any]:
    for block in manuscript.blocks:
        for picture in _of_block(block):
            picture["media"] = hashes[picture.pop("path")]
    language = manuscript.fields["language"] or languages[0]
    return manuscript.fields | {"language": language, "blocks": manuscript.blocks}


def _with_lines(problem: Invalid, lines: list[int]) -> Invalid:
    """Say the line of the block to blame."""
    step = problem.detail.split(".")
    if step[0] == "blocks" and len(step) > 1 and step[1].isdecimal() and int(step[1]) < len(lines):
        return Invalid(f"line {lines[int(step[1])]}: {problem.detail}", *problem.fields)
    return problem
