"""NewsML-G2 (IPTC) as received items: messages, text and picture items, and packages that put pictures to a text.

What stands directly in an item and its metadata is closed, as in the standard's schema; elements of other namespaces
are the extensions that it allows, and are passed over.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml.etree import _Element as Element

from chassis.errors import Problem
from publisher.body.credit_texts import read_credit, split_credit
from publisher.body.credits import Credit
from publisher.faults import Fault, refusal
from publisher.ingest.blocks import credit_json
from publisher.ingest.html_body import Body, read_html
from publisher.ingest.moments import moment_ms, moment_or_none
from publisher.ingest.nitf import nitf_html
from publisher.ingest.placing import placed, without_names
from publisher.ingest.plain_body import read_plain
from publisher.ingest.received import PACKAGE, PICTURE, TEXT, USABLE, WITHHELD, Reading, Received, Refused
from publisher.ingest.xml_reading import XML_LANG, as_html, local, namespace, text_of

NAR = "http://iptc.org/std/nar/2006-10-01/"
MOST_ITEMS = 200
_NAMES = {"g": NAR}
_ITEM = (
    "catalogRef catalog hopHistory pubHistory rightsInfo itemMeta contentMeta partMeta assert inlineRef derivedFrom "
)
_CHILDREN = {
    "newsItem": _ITEM + "derivedFromValue contentSet newsItemExtProperty",
    "packageItem": _ITEM + "derivedFromValue groupSet packageItemExtProperty",
    "itemMeta": "itemClass provider versionCreated firstCreated embargoed pubStatus role fileName generator profile "
    "service title edNote memberOf instanceOf signal altRep deliverableOf hash expires origRep incomingFeedId "
    "metadataCreator link itemMetaExtProperty",
    "contentMeta": "icon urgency contentCreated contentModified digitalSourceType located infoSource creator "
    "contributor audience exclAudience altId rating userInteraction language genre keyword subject slugline headline "
    "dateline by creditline description contentMetaExtProperty",
    "contentSet": "inlineXML inlineData remoteContent",
}
_TEXTS, _PICTURES, _PACKAGES = ("text", ""), ("picture", "graphic"), ("composite",)


def read_newsml(root: Element) -> list[Reading]:
    """Read a message, or an item by itself."""
    if namespace(root) != NAR or local(root) not in ("newsMessage", "newsItem", "packageItem"):
        raise refusal([Fault(local(root), f"newsMessage, newsItem or packageItem of {NAR}", namespace(root) or "none")])
    found = root.findall("g:itemSet/*", _NAMES) if local(root) == "newsMessage" else [root]
    elements = [each for each in found if namespace(each) == NAR]
    if not 1 <= len(elements) <= MOST_ITEMS:
        raise refusal([Fault("itemSet", f"1 to {MOST_ITEMS} items", len(elements))])
    return list(_together([_reading(each) for each in elements], elements))


def _together(readings: list[Reading], elements: list[Element]) -> Iterator[Reading]:
    """Put the message's pictures to its texts: those that a package joins, and where there is one text, all."""
    pictures = {each.uri: each.blocks[0] for each in readings if isinstance(each, Received) and each.type == PICTURE}
    texts = [each.uri for each in readings if isinstance(each, Received) and each.type == TEXT]
    wanted: dict[str, list[str]] = {texts[0]: list(pictures)} if len(texts) == 1 else {}
    for reading, element in zip(readings, elements, strict=True):
        if isinstance(reading, Received) and reading.type == PACKAGE:
            named = [each.get("residref", "") for each in element.iterfind(".//g:itemRef", _NAMES)]
            joined = [name for name in named if name in texts]
            if len(joined) == 1:
                wanted.setdefault(joined[0], []).extend(each for each in named if each not in texts)
    for reading in readings:
        if isinstance(reading, Received) and reading.type == TEXT:
            names = dict.fromkeys(wanted.get(reading.uri, []))
            told = [dict(pictures.get(name) or {"type": "image"}) | {"item": name} for name in names]
            reading = replace(reading, blocks=placed(reading.blocks, told))
        elif isinstance(reading, Received) and reading.type == PICTURE:
            reading = replace(reading, blocks=(without_names(reading.blocks[0]),))
        yield reading


def _reading(element: Element) -> Reading:
    guid = element.get("guid", "")
    try:
        if local(element) not in ("newsItem", "packageItem"):
            raise Fault(local(element), "newsItem or packageItem", local(element))
        _check(element)
        return _received(element)
    except Fault as fault:
        return Refused(guid, refusal([fault]))
    except Problem as problem:
        return Refused(guid, problem)


def _check(element: Element) -> None:
    faults = []
    for holder in (element, *element.iterfind("g:itemMeta", _NAMES), *element.iterfind("g:contentMeta", _NAMES),
                   *element.iterfind("g:contentSet", _NAMES)):  # fmt: skip
        allowed = _CHILDREN[local(holder)].split()
        faults += [
            Fault(f"{local(holder)}.{local(each)}", f"one of {', '.join(allowed)}", local(each))
            for each in holder
            if namespace(each) == NAR and local(each) not in allowed
        ]
    if not element.get("guid", "").strip() or len(element.get("guid", "")) > 2000:
        faults.append(Fault("guid", "1 to 2000 characters", len(element.get("guid", ""))))
    if not element.get("version", "1").isdecimal():
        faults.append(Fault("version", "a whole number", repr(element.get("version"))[:40]))
    if element.find("g:itemMeta", _NAMES) is None:
        faults.append(Fault("itemMeta", "a value", "nothing"))
    if faults:
        raise refusal(faults)


def _received(element: Element) -> Received:
    meta, content = _child(element, "itemMeta"), _child(element, "contentMeta")
    kind = "composite" if local(element) == "packageItem" else _code(meta, "itemClass")
    told: dict[str, Any] = {
        "uri": element.get("guid", "").strip(),
        "version": element.get("version", "1"),
        "created_ms": moment_or_none(_text(meta, "versionCreated")),
        "status": WITHHELD if _under_open_embargo(meta) and _status(meta) == USABLE else _status(meta),
        "language": _attribute(content, "language", "tag") or element.get(XML_LANG),
        "times": {
            name: moment_ms(field, _text(meta, field))
            for field, name in (("embargoed", "embargoed_until_ms"), ("expires", "expires_ms"))
            if _text(meta, field) or (field == "expires" and _child(meta, field) is not None)
        },
    }
    if kind in _PACKAGES:
        return Received(**told, type=PACKAGE, notes=("a package: its items are taken each by itself",))
    if kind in _PICTURES:
        return Received(**told, type=PICTURE, blocks=(_picture(element, content),))
    if kind not in _TEXTS:
        raise Fault("itemMeta.itemClass", "text, picture, graphic or composite", repr(kind)[:40])
    headline = _main(content, "headline", "hldrol:main") or _text(meta, "title")
    body, notes = _body(element, headline)
    signals = [_of(each) for each in meta.iterfind("g:signal", _NAMES)] if meta is not None else []
    coded = [each for each in _all(content, "subject") if each.get("qcode") or each.get("uri")]
    plain = [each for each in _all(content, "subject") if each not in coded]
    keywords = [*map(text_of, _all(content, "keyword")), *(text_of(_child(each, "name")) for each in coded)]
    byline = ", ".join(text_of(each) for each in _all(content, "by")) or ", ".join(_names(content, "creator"))
    return Received(
        **told,
        type=TEXT,
        kind="correction" if "correction" in signals else "update",
        headline=headline,
        byline=byline or None,
        description=_main(content, "description", "drol:summary") or None,
        source=", ".join(_names(content, "infoSource")) or text_of(_child(_child(meta, "provider"), "name")) or None,
        section=text_of(_child(plain[0], "name")) or None if plain else None,
        keywords=tuple(each for each in keywords if each),
        slug=_text(content, "slugline") or None,
        by_machine="algorithmic" in _code(content, "digitalSourceType"),
        blocks=tuple(body.blocks),
        notes=tuple(notes),
        left_out=tuple(body.left_out),
    )


def _body(element: Element, headline: str) -> tuple[Body, list[str]]:
    content = _child(element, "contentSet")
    forms = list(content) if content is not None else []
    for form in forms:
        kind = form.get("contenttype", "")
        if local(form) == "inlineXML" and len(form):
            inner = form[0]
            if local(inner) == "nitf":
                return read_html(nitf_html(inner), headline=headline), []
            if local(inner) in ("html", "body", "div"):
                body = next((each for each in inner.iter() if local(each) == "body"), inner)
                return read_html(as_html(body), headline=headline), []
        if local(form) == "inlineData" and (not kind or kind.startswith("text/")):
            text = "".join(form.itertext())
            if "html" in kind:
                return read_html(text, headline=headline), []
            return Body([dict(block) for block in read_plain(text, headline)]), []
    return Body(), [f"a body of {each.get('contenttype') or local(each)} cannot be read" for each in forms]


def _picture(element: Element, content: Element | None) -> Mapping[str, Any]:
    files = element.findall("g:contentSet/g:remoteContent", _NAMES)
    images = [each for each in files if each.get("contenttype", "image/").startswith("image/")]
    ordered = sorted(images, key=lambda each: -_number(each, "width") * _number(each, "height"))
    hrefs = [href for each in ordered if (href := each.get("href", "")).startswith(("http://", "https://"))]
    said = {(each.get("role") or each.get("roleuri") or ""): text_of(each) for each in _all(content, "description")}
    told = next((text for role, text in said.items() if role.endswith("caption")), "")
    further = [text for text in said.values() if text and text != told]
    caption, found = split_credit(told or _text(content, "headline") or next(iter(further), ""))
    line = _text(content, "creditline")
    credit = (read_credit(line) if line else None) or found
    creators = _names(content, "creator")
    if creators:
        named = [*credit.creators, *([credit.agency] if credit.agency else [])] if credit else []
        others = [name for name in named if name not in creators]
        credit = Credit(tuple(creators), others[-1] if others else None)
    return {
        "type": "image", "hrefs": hrefs, **_inside(element), "caption": caption,
        "alt": further[0] if told and further else "",
        "credit": credit_json(credit), "names": [*hrefs, element.get("guid", "").strip()],
    }  # fmt: skip


def _inside(element: Element) -> dict[str, bytes]:
    """The picture that an item holds itself."""
    for each in element.iterfind("g:contentSet/g:inlineData", _NAMES):
        if each.get("contenttype", "").startswith("image/"):
            try:
                return {"data": base64.b64decode("".join("".join(each.itertext()).split()), validate=True)}
            except ValueError:
                raise Fault("contentSet.inlineData", "a picture in base64", "something else") from None
    return {}


def _under_open_embargo(meta: Element | None) -> bool:
    """Whether an item is under an embargo whose end is not told: an empty element says so in the standard."""
    return _child(meta, "embargoed") is not None and not _text(meta, "embargoed")


def _status(meta: Element | None) -> str:
    code = _code(meta, "pubStatus") or USABLE
    if code not in ("usable", "withheld", "canceled"):
        raise Fault("itemMeta.pubStatus", "usable, withheld or canceled", repr(code)[:40])
    return code


def _code(holder: Element | None, name: str) -> str:
    child = _child(holder, name)
    return _of(child) if child is not None else ""


def _of(element: Element) -> str:
    """Code of a qcode or a uri, without its scheme."""
    return re.split(r"[:/]", element.get("qcode") or element.get("uri") or "")[-1].casefold()


def _main(holder: Element | None, name: str, role: str) -> str:
    """The text of a role, else the first."""
    found = _all(holder, name)
    main = next((each for each in found if each.get("role") == role), found[0] if found else None)
    return text_of(main)


def _names(holder: Element | None, name: str) -> list[str]:
    found = (text_of(_child(each, "name")) or each.get("literal", "") for each in _all(holder, name))
    return list(dict.fromkeys(each for each in found if each))


def _child(holder: Element | None, name: str) -> Element | None:
    return holder.find(f"g:{name}", _NAMES) if holder is not None else None


def _all(holder: Element | None, name: str) -> list[Element]:
    return list(holder.findall(f"g:{name}", _NAMES)) if holder is not None else []


def _text(holder: Element | None, name: str) -> str:
    return text_of(_child(holder, name))


def _attribute(holder: Element | None, name: str, attribute: str) -> str | None:
    child = _child(holder, name)
    return child.get(attribute) if child is not None else None


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
