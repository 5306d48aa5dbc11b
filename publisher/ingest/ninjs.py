"""ninjs 1.0 to 3.1 (IPTC) as received items. The names of all versions differ by case alone, but for those of 1.x."""

import re
from collections.abc import Mapping
from typing import Any

from chassis.errors import Problem
from publisher.articles import KINDS
from publisher.body.credit_texts import read_credit, split_credit
from publisher.faults import Fault, refusal
from publisher.ingest.blocks import credit_json
from publisher.ingest.html_body import Body, plain_words, read_html
from publisher.ingest.moments import moment_ms, moment_or_none
from publisher.ingest.ninjs_shapes import VERSIONS, check
from publisher.ingest.placing import placed, without_names
from publisher.ingest.plain_body import read_plain
from publisher.ingest.received import PICTURE, TEXT, USABLE, LeftOut, Reading, Received, Refused

NEWEST = ("3.1", "2.2", "1.6")
TEXTS = ("text", "composite", "component", None)
PICTURES = ("picture", "graphic")
MOST_ITEMS = 200
_OWN_KIND = re.compile(r"revision kind: (\w+)")
_CORRECTS = re.compile(r"\bcorrect(?:s|ed|ing|ion)\b|\berrat(?:um|a)\b", re.IGNORECASE)

Item = Mapping[str, Any]


def read_ninjs(value: object) -> list[Reading]:
    """Read one item, or a list of them."""
    items = value if isinstance(value, list) else [value]
    if not 1 <= len(items) <= MOST_ITEMS:
        raise refusal([Fault("items", f"1 to {MOST_ITEMS} items", len(items))])
    return [_reading(item) for item in items]


def _reading(item: object) -> Reading:
    uri = item.get("uri") if isinstance(item, dict) else None
    written = {name.lower(): name for name in item} if isinstance(item, dict) else {}
    try:
        version = _version(item)
        faults = check(item, version)
        if faults:
            raise refusal(faults)
        return _received(_lowered(item), written)
    except Fault as fault:
        return Refused(uri if isinstance(uri, str) else "", refusal([fault]))
    except Problem as problem:
        return Refused(uri if isinstance(uri, str) else "", problem)


def _version(item: object) -> str:
    """Which version an item is of: the one that it declares, else the newest that it fits, or fits best."""
    declared = (item.get("standard") or item.get("$standard")) if isinstance(item, dict) else None
    if isinstance(declared, dict) and isinstance(declared.get("version"), str):
        if declared["version"] not in VERSIONS:
            raise Fault("standard.version", f"one of {', '.join(VERSIONS)}", repr(declared["version"][:40]))
        return str(declared["version"])
    return min(NEWEST, key=lambda version: len(check(item, version)))


def _received(item: Item, written: Mapping[str, str]) -> Received:
    """Make an item of its properties in small letters; ``written`` is how it wrote them."""
    if not item["uri"].strip() or len(item["uri"]) > 2000:
        raise Fault("uri", "1 to 2000 characters", len(item["uri"]))
    kind = item.get("type")
    if kind not in (*TEXTS, *PICTURES):
        raise Fault("type", "text, composite, component, picture or graphic", repr(kind))
    picture = kind in PICTURES or (kind is None and "renditions" in item and not _said(item, "bod"))
    headline, further = _headline(item)
    told = {
        "uri": item["uri"].strip(),
        "version": item.get("version"),
        "created_ms": moment_or_none(item.get("versioncreated")),
        "status": item.get("pubstatus", USABLE),
        "language": item.get("language"),
        "times": {
            name: moment_ms(written[field], item[field]) for field, name in _TIMES.items() if field in item
        },
    }  # fmt: skip
    if picture:
        return Received(**told, type=PICTURE, blocks=(without_names(_picture(item)),))
    body, notes = _body(item, headline)
    description, more = _description(item)
    revision_kind = _kind(item.get("ednote") or "")
    return Received(
        **told,
        type=TEXT,
        kind=revision_kind,
        headline=headline,
        byline=item.get("by") or item.get("byline"),
        description=description,
        source=_source(item),
        slug=item.get("slugline"),
        by_machine=by_machine((item.get("digitalsourcetype") or {}).get("uri")),
        section=next((each.get("name") for each in _subjects(item) if each.get("rel") == "section"), None),
        keywords=tuple(each["name"] for each in _subjects(item) if each.get("name") and each.get("rel") != "section"),
        blocks=placed(body.blocks, [_picture(each) for each in _associated(item) if _is_picture(each)]),
        notes=(*notes, *_others(item)),
        left_out=(*body.left_out, *further, *more),
    )


_TIMES = {"embargoed": "embargoed_until_ms", "embargoeduntil": "embargoed_until_ms", "expires": "expires_ms"}


def by_machine(source_type: str | None) -> bool:
    """Whether a digital source type of IPTC's codes is one of what machines make."""
    return "algorithmic" in (source_type or "").rpartition("/")[2].rpartition(":")[2].casefold()


def _headline(item: Item) -> tuple[str, list[LeftOut]]:
    said = _said(item, "headline")
    if not said:
        return " ".join((item.get("title") or "").split()), []
    main = next((each for each in said if each[0] in ("main", "")), said[0])
    others = [LeftOut(each[2], f"a further headline ({each[0]})") for each in said if each is not main]
    return _plain(main), [each for each in others if each.text != main[2]]


def _description(item: Item) -> tuple[str | None, list[LeftOut]]:
    said = [each for each in _said(item, "description") if _plain(each)]
    if not said:
        return None, []
    main = next((each for each in said if each[0] in ("summary", "main", "short", "text", "")), said[0])
    others = {_plain(each): each[0] for each in said if _plain(each) != _plain(main)}
    return _plain(main), [LeftOut(text, f"a further description ({role})") for text, role in others.items()]


def _body(item: Item, headline: str) -> tuple[Body, list[str]]:
    said = _said(item, "bod")
    forms = [each for each in said if _is_html(each)] or [each for each in said if "xml" not in each[1]]
    if not forms:
        return Body(), [f"a body of {each[1]} cannot be read" for each in said]
    chosen = next((each for each in forms if each[0] == "main"), forms[0])
    notes = [
        f"body {each[0] or each[1]} was passed over: another form of the text" for each in said if each is not chosen
    ]
    if _is_html(chosen):
        return read_html(chosen[2], headline=headline), notes
    return Body([dict(block) for block in read_plain(chosen[2], headline)]), notes


def _said(item: Item, name: str) -> list[tuple[str, str, str]]:
    """Texts of a kind as (role, content type, text): ``bodies`` of 2 and 3, ``body_html`` and its like of 1."""
    plural = {"bod": "bodies", "headline": "headlines", "description": "descriptions"}[name]
    if isinstance(item.get(plural), list):
        return [
            (str(each.get("role", "")).lower(), str(each.get("contenttype", "")).lower(), each["value"])
            for each in item[plural]
        ]
    single = "body" if name == "bod" else name
    found = [("", "", item[single])] if isinstance(item.get(single), str) else []
    for key, value in item.items():
        if key.startswith(f"{single}_"):
            form = key.partition("_")[2]
            kind = "text/html" if "html" in form else "text/plain" if form == "text" else ""
            found.append(("" if kind else form, kind, value))
    return sorted(found, key=lambda each: each[1] != "text/html") if name == "bod" else found


def _is_html(said: tuple[str, str, str]) -> bool:
    return "html" in said[1] or (
        not said[1] and bool(re.search(r"<(?:p|div|br|h[1-6]|section|article)[\s>/]", said[2]))
    )


def _plain(said: tuple[str, str, str]) -> str:
    return plain_words(said[2]) if _is_html(said) or said[1] == "text/html" else " ".join(said[2].split())


def _source(item: Item) -> str | None:
    sources = item.get("infosources") or item.get("infosource") or []
    named = [each["name"] for each in sources if each.get("name")]
    main = next((each["name"] for each in sources if each.get("role") == "source" and each.get("name")), None)
    return main or ", ".join(dict.fromkeys(named)) or item.get("copyrightholder") or None


def _subjects(item: Item) -> list[Item]:
    return item.get("subjects") or item.get("subject") or []


def _kind(note: str) -> str:
    own = _OWN_KIND.fullmatch(note.strip())
    if own and own[1] in KINDS:
        return own[1]
    return "correction" if _CORRECTS.search(note) else "update"


def _associated(item: Item) -> list[Item]:
    given = item.get("associations") or []
    return list(given.values()) if isinstance(given, dict) else given


def _is_picture(item: Item) -> bool:
    files = _files(item)
    return item.get("type") in PICTURES or (item.get("type") is None and any(_is_image(each) for each in files))


def _others(item: Item) -> list[str]:
    return [
        f"association {each['uri']} was passed over: {each.get('type') or 'something without type'} is no picture"
        for each in _associated(item)
        if not _is_picture(each) and each.get("rel") != "translation"
    ]


def _files(item: Item) -> list[Item]:
    given = item.get("renditions") or []
    return list(given.values()) if isinstance(given, dict) else given


def _is_image(file: Item) -> bool:
    kind = file.get("contenttype") or file.get("mimetype") or "image/"
    return str(kind).startswith("image/")


def _picture(item: Item) -> dict[str, Any]:
    """A picture item as an image block, with the names by which a text may mean it."""
    files = sorted((each for each in _files(item) if each.get("href") and _is_image(each)), key=_size, reverse=True)
    hrefs = [each["href"] for each in files]
    said = _said(item, "description")
    alt = next((_plain(each) for each in said if each[0] in ("alttext", "alt")), "")
    told = next((_plain(each) for each in said if each[0] == "caption"), "") or next(
        (_plain(each) for each in said if each[0] not in ("alttext", "alt")), ""
    )
    caption, found = split_credit(told)
    by = item.get("by") or item.get("byline")
    holder = item.get("copyrightholder")
    credit = (read_credit(by) if by else None) or found or (read_credit(holder) if holder else None)
    names = [*hrefs, item["uri"]]
    block = {
        "type": "image", "hrefs": hrefs, "caption": caption or _headline(item)[0], "alt": alt,
        "credit": credit_json(credit), "focus": _focus(files), "names": names,
    }  # fmt: skip
    return block if hrefs else block | {"item": item["uri"]}


def _size(file: Item) -> float:
    return float(file.get("width") or 0) * float(file.get("height") or 0)


def _focus(files: list[Item]) -> dict[str, float] | None:
    for file in files:
        point, width, height = file.get("poi"), file.get("width") or 0, file.get("height") or 0
        if point and {"x", "y"} <= set(point) and width > 1 and height > 1:
            x, y = point["x"] / (width - 1), point["y"] / (height - 1)
            return {"x": x, "y": y} if 0 <= x <= 1 and 0 <= y <= 1 else None
    return None


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.lower(): _lowered(inner) for name, inner in value.items()}
    return [_lowered(each) for each in value] if isinstance(value, list) else value
