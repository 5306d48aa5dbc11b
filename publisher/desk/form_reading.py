"""From an article's form to the article's JSON form, and from the faults of that back to the form's fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from publisher.body import inline_markdown
from publisher.body.inline import InlineError
from publisher.body.markdown import slug_of
from publisher.corrections import NOTICED_KINDS
from publisher.desk.form import ON, ArticleForm, BlockForm, PictureForm
from publisher.faults import Fault

NOTICE = "notice"
_MEDIA = re.compile(r"[0-9a-f]{64}")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_BREAK = "\\"
# fields of the JSON form by the first part of their name in a block, where the form's are called otherwise
_CALLED = {"html": "text", "items": "items", "rows": "rows", "credit": "creators"}


class Read(NamedTuple):
    """What a form holds: the article in JSON form, the form's key of each of its blocks, and the faults so far."""

    data: dict[str, Any]
    keys: list[BlockForm | None]
    faults: list[Fault]


def read(form: ArticleForm) -> Read:
    """Write a form as the JSON form of an article; a paragraph with blank lines in it becomes several."""
    faults: list[Fault] = []
    blocks: list[dict[str, Any]] = []
    keys: list[BlockForm | None] = []
    if form.kind in NOTICED_KINDS and form.notice.strip():
        told = _markup(NOTICE, form.notice.strip(), faults)
        blocks.append({"type": "correction", "kind": form.kind, "html": told, "date": None})
        keys.append(None)
    for block in form.blocks:
        made = _block(block, faults)
        blocks += made
        keys += [block] * len(made)
    texts = form.texts
    headline = " ".join(texts["headline"].split())
    data = {
        "slug": texts["slug"].strip() or slug_of(headline),
        "language": texts["language"],
        "headline": headline,
        "byline": texts["byline"].strip() or None,
        "description": " ".join(texts["description"].split()) or None,
        "section": texts["section"].strip(),
        "source": texts["source"].strip() or None,
        "keywords": [word.strip() for word in texts["keywords"].split(",") if word.strip()],
        "slugs": {language: slug for language, slug in form.slugs.items() if language != texts["language"]},
        "blocks": blocks,
    }
    return Read(data, keys, faults)


def by_field(faults: Iterable[tuple[str, str]], keys: list[BlockForm | None]) -> dict[str, str]:
    """Say what was expected of each field of the form that is at fault, given (path in the JSON form, expected)."""
    told: dict[str, str] = {}
    for path, expected in faults:
        told.setdefault(_field(path.split("."), keys), expected)
    return told


def _field(path: list[str], keys: list[BlockForm | None]) -> str:
    match path:
        case ["slugs", language]:
            return f"slug.{language}"
        case ["blocks"]:
            return NOTICE
        case ["blocks", number, *rest] if number.isdecimal() and int(number) < len(keys):
            block = keys[int(number)]
            return NOTICE if block is None else _in_block(block, rest)
    return ".".join(path)


def _in_block(block: BlockForm, rest: list[str]) -> str:
    key = block.key
    if rest[:1] == ["pictures"] and len(rest) > 1:
        key, rest = block.pictures[int(rest[1])].key, rest[2:]
    if rest[:2] == ["credit", "agency"]:
        return f"{key}.agency"
    if rest[:1] == ["focus"]:
        return f"{key}.focus_{rest[1] if len(rest) > 1 else 'x'}"
    name = rest[0] if rest else "type"
    return f"{key}.{_CALLED.get(name, name)}"


def _block(block: BlockForm, faults: list[Fault]) -> list[dict[str, Any]]:
    values, at = block.values, f"{block.key}."
    made: dict[str, Any] = {"type": block.type, "id": block.id or None}
    match block.type:
        case "paragraph":
            parts = [part for part in _PARAGRAPHS.split(values["text"].strip()) if part] or [""]
            return [
                {
                    "type": "paragraph",
                    "id": block.id or None if number == 0 else None,
                    "html": _markup(f"{at}text", part, faults),
                }
                for number, part in enumerate(parts)
            ]
        case "heading":
            made |= {"level": int(values["level"]) if values["level"].isdecimal() else 2}
            made |= {"html": _markup(f"{at}text", values["text"], faults)}
        case "quote":
            made |= {"html": _markup(f"{at}text", values["text"], faults), "attribution": values["attribution"].strip()}
        case "list":
            items = [_markup(f"{at}items", line, faults) for line in _lines(values["items"])]
            made |= {"ordered": values["ordered"] == ON, "items": items}
        case "table":
            rows = [[_markup(f"{at}rows", cell, faults) for cell in _cells(line)] for line in _lines(values["rows"])]
            made |= {"rows": rows, "header": values["header"], "caption": values["caption"].strip()}
        case "correction":
            made |= {"kind": values["kind"], "date": values["date"] or None}
            made |= {"html": _markup(f"{at}text", values["text"], faults)}
        case "image":
            made |= _picture(block.pictures[0], faults)
        case "gallery":
            made |= {"pictures": [_picture(each, faults) for each in block.pictures]}
        case _:
            made |= values
    return [made]


def _markup(field: str, text: str, faults: list[Fault]) -> str:
    try:
        return inline_markdown.read(text.strip())
    except InlineError as error:
        faults.append(Fault(field, error.expected, error.got))
        return ""


def _lines(text: str) -> list[str]:
    """Cut at ends of lines but those that are line breaks of the text itself."""
    lines: list[str] = []
    going_on = False
    for line in text.strip().split("\n"):
        if going_on:
            lines[-1] += f"\n{line}"
        elif line.strip():
            lines.append(line)
        going_on = bool(lines) and line.endswith(_BREAK)
    return lines


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def _picture(picture: PictureForm, faults: list[Fault]) -> dict[str, Any]:
    values, at = picture.values, f"{picture.key}."
    if not _MEDIA.fullmatch(values["media"].strip()):
        faults.append(Fault(f"{at}media", "a picture: choose a file", "none"))
    return {
        "media": values["media"].strip(),
        "caption": values["caption"].strip(),
        "alt": values["alt"].strip(),
        "decorative": values["decorative"] == ON,
        "credit": {
            "creators": [name.strip() for name in values["creators"].split(",") if name.strip()],
            "agency": values["agency"].strip() or None,
        },
        "focus": _focus(values, at, faults),
    }


def _focus(values: Mapping[str, str], at: str, faults: list[Fault]) -> dict[str, float] | None:
    if not values["focus_x"].strip() and not values["focus_y"].strip():
        return None
    focus = {}
    for name in ("x", "y"):
        try:
            focus[name] = float(values[f"focus_{name}"].strip() or "0.5")
        except ValueError:
            faults.append(Fault(f"{at}focus_{name}", "a part of the picture from 0 to 1", values[f"focus_{name}"][:20]))
            return None
    return focus
