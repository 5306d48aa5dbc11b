"""Pasting: a text from anywhere is read as the ingest reads it, looked at, and becomes a draft."""

from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Problem, Unavailable
from chassis.sign_in import session
from publisher.api.forms import the_house
from publisher.desk.frame import hand, language_name, may, source_languages
from publisher.desk.keeping import keeps_form
from publisher.desk.outlines import outline
from publisher.desk.rights import require_writing
from publisher.editing.receiving import receive
from publisher.ingest.formats import READERS, SUFFIXES, Given, media_type_of, read_items
from publisher.ingest.received import Reading, Received
from publisher.ingest.taking import Outcome, Taking, take_all

AUTO, FORMATTED = "auto", "formatted"
READ_AS = {
    AUTO: "what it looks like",
    FORMATTED: "the formatted text that was pasted",
    "text/plain": "text copied from a page",
    "text/markdown": "Markdown",
    "text/html": "HTML",
    "application/ninjs+json": "ninjs or JSON Feed",
    "application/xml": "NewsML-G2, RSS or Atom",
}
MOST_SHOWN = 50
"""Items of one paste that are shown block by block."""


@dataclass
class Pasted:
    """A form as it was sent; ``media`` are the pictures given to the text's captions, by their number."""

    text: str = ""
    formatted: str = ""
    read_as: str = AUTO
    language: str = ""
    section: str = ""
    media: dict[int, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """What it is read as."""
        if self.read_as == FORMATTED or (self.read_as == AUTO and self.formatted):
            return "text/html"
        return media_type_of(self.text) if self.read_as == AUTO else self.read_as

    @property
    def data(self) -> bytes:
        """What is read."""
        formatted = self.read_as == FORMATTED or (self.read_as == AUTO and self.formatted)
        return (self.formatted if formatted else self.text).encode()


@keeps_form
@session.signed_in
def paste() -> Response | tuple[str, int] | str:
    """Show what would become of a text, and make a draft of it."""
    require_writing(None)
    if request.method == "GET":
        return _page(Pasted())
    session.check_form()
    pasted, faults = _sent()
    create = request.form.get("do") == "create" and not faults
    try:
        readings = _with_media(_read(pasted), pasted.media)
        outcomes = take_all(the_house(), readings, Taking(hand(), dry_run=not create, as_draft=True))
    except Unavailable:
        raise
    except Problem as problem:
        told = [f"{each.field}: expected {each.expected}" for each in problem.fields] or [problem.detail]
        return _page(pasted, faults=[*faults, *told]), 422
    made = outcomes[0].revision if create and len(outcomes) == 1 else None
    if made and outcomes[0].outcome == "created" and len(made.article.pictures) == _pictures(readings[0]):
        return redirect(url_for("desk.edit", article_id=made.article_id, saved=made.number), 303)
    if create and all(each.outcome != "refused" for each in outcomes):
        pasted = Pasted()  # what is in articles now is not to be pasted again
    status = 422 if faults or all(each.outcome == "refused" for each in outcomes) else 200
    return _page(pasted, outcomes, faults, done=create), status


def _sent() -> tuple[Pasted, list[str]]:
    sent, faults = request.form, []
    text, formatted = (sent.get(name, "").replace("\x00", "") for name in ("text", "formatted"))
    read_as = sent.get("read_as", AUTO)
    pasted = Pasted(text, formatted, read_as if read_as in READ_AS else AUTO)
    pasted.language, pasted.section = sent.get("language", "").strip()[:40], sent.get("section", "").strip()[:200]
    file = request.files.get("file")
    if file is not None and file.filename:
        suffix = PurePath(file.filename).suffix.lower()
        try:
            pasted.text, pasted.formatted = file.read().decode("utf-8-sig").replace("\x00", ""), ""
            pasted.read_as = SUFFIXES.get(suffix, AUTO)
        except UnicodeDecodeError:
            faults.append(f"{file.filename[:80]}: expected a text in UTF-8")
    for name, value in sent.items():
        number = name.removeprefix("media.")
        if name.startswith("media.") and number.isdecimal() and len(value) == 64 and value.isalnum():
            pasted.media[int(number)] = value
    return pasted, faults + _receive(pasted)


def _receive(pasted: Pasted) -> list[str]:
    """Take in the pictures that were chosen for captions."""
    house, faults = the_house(), []
    for name, file in request.files.items():
        number = name.removeprefix("picture.")
        if not name.startswith("picture.") or not number.isdecimal() or not file.filename:
            continue
        if not may("media:write"):
            faults.append("your token may not send pictures (media:write)")
            continue
        try:
            pasted.media[int(number)] = receive(house.engine, house.media_dir, file.read()).sha256
        except Problem as problem:
            faults.append(f"{file.filename[:80]}: {problem.detail.removeprefix('file: ')}")
    house.relay()
    return faults


def _read(pasted: Pasted) -> list[Reading]:
    known = {"language": pasted.language or None, "section": pasted.section or None}
    return read_items(pasted.media_type, pasted.data, Given(**known))  # type: ignore[arg-type]


def _with_media(readings: list[Reading], chosen: dict[int, str]) -> list[Reading]:
    """Give the pictures of a text that comes alone the ones that were chosen for them."""
    if len(readings) != 1 or not isinstance(readings[0], Received) or not chosen:
        return readings
    numbers = iter(range(10_000))

    def given(block: Any) -> dict[str, Any]:
        number = next(numbers)
        return {**block, "media": chosen[number]} if number in chosen else dict(block)

    blocks: list[Any] = []
    for block in readings[0].blocks:
        if block.get("type") == "image":
            blocks.append(given(block))
        elif block.get("type") == "gallery":
            blocks.append({**block, "pictures": [given(each) for each in block["pictures"]]})
        else:
            blocks.append(block)
    return [replace(readings[0], blocks=tuple(blocks))]


def _pictures(reading: Reading) -> int:
    blocks = reading.blocks if isinstance(reading, Received) else ()
    return sum(len(block.get("pictures", ())) or block.get("type") == "image" for block in blocks)


def _page(
    pasted: Pasted, outcomes: list[Outcome] | None = None, faults: list[str] | None = None, done: bool = False
) -> str:
    given = outcomes or []
    shown = [outline(each) for each in given[:MOST_SHOWN]]
    hashes = {picture["media"] for each in shown for block in each["blocks"] for picture in block["pictures"]}
    with the_house().renderer.assembly() as assembly:
        views = assembly.pictures(hashes)
    return render_template(
        "desk/paste.html",
        pasted=pasted,
        items=shown,
        more=max(0, len(given) - MOST_SHOWN),
        views=views,
        faults=faults or [],
        done=done,
        alone=len(given) == 1,
        creatable=not done and any(each.outcome == "created" and each.data for each in given),
        read_as=[(value, word) for value, word in READ_AS.items() if value != FORMATTED or pasted.formatted],
        understood_as=READ_AS[pasted.media_type] if pasted.media_type in READERS else "",
        languages=source_languages(),
        names={each: language_name(each) for each in source_languages()},
        label=g.signed_in.label,
    )
