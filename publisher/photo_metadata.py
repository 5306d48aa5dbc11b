"""What a picture's file says of itself (IPTC Photo Metadata Standard): description, alternative text, who made it.

The same is written in up to three places, of which the first that has it counts: XMP, IPTC-IIM, EXIF. Nothing else of
a file's metadata is read, and none of it is kept in the file.
"""

import io
import struct
from typing import Any, NamedTuple

from lxml import etree
from PIL import Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

from publisher.body.credit_texts import is_agency, read_credit

LONGEST_TEXT, LONGEST_NAME, MOST_NAMES = 1000, 200, 10
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC, _PHOTOSHOP = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/photoshop/1.0/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_XMP = {
    "caption": f"{_DC}description",
    "alt": f"{_IPTC}AltTextAccessibility",
    "creators": f"{_DC}creator",
    "credit": f"{_PHOTOSHOP}Credit",
    "source": f"{_PHOTOSHOP}Source",
}
_IIM = {"caption": (2, 120), "creators": (2, 80), "credit": (2, 110), "source": (2, 115)}
_EXIF = {"caption": 0x010E, "creators": 0x013B}
_UNREADABLE = (OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error, etree.XMLSyntaxError)

Texts = dict[str, list[str]]


class PhotoMetadata(NamedTuple):
    """Texts of a picture, empty where its file has none."""

    caption: str = ""
    alt: str = ""
    creators: tuple[str, ...] = ()
    agency: str | None = None


def read(data: bytes) -> PhotoMetadata:
    """Read a picture's file that can be decoded; what of its metadata cannot be read is passed over."""
    with Image.open(io.BytesIO(data)) as image:
        found = [_told(reader, image) for reader in (_of_xmp, _of_iim, _of_exif)]
    texts = {name: next((each[name] for each in found if each.get(name)), []) for name in _XMP}
    creators = tuple(each[:LONGEST_NAME] for each in texts["creators"][:MOST_NAMES])
    agency = _agency(texts["credit"], creators) or _agency(texts["source"], creators)
    return PhotoMetadata(_one(texts["caption"]), _one(texts["alt"]), creators, agency)


def _agency(lines: list[str], creators: tuple[str, ...]) -> str | None:
    """The agency of a credit line, which may name the photographer as well, or nobody else."""
    credit = read_credit(lines[0]) if lines else None
    if credit is None:
        return None
    others = [name for name in credit.creators if name.casefold() not in {each.casefold() for each in creators}]
    name = credit.agency or (others[0] if others and (creators or is_agency(others[0])) else None)
    return name[:LONGEST_NAME] if name else None


def _told(reader: Any, image: ImageFile) -> Texts:
    try:
        told: Texts = reader(image)
    except _UNREADABLE:
        return {}
    return {
        name: [text for each in texts if (text := " ".join(each.replace("\0", " ").split()))]
        for name, texts in told.items()
    }


def _of_xmp(image: ImageFile) -> Texts:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    data = packet.encode() if isinstance(packet, str) else packet
    if not data:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    root = etree.fromstring(data.strip(b"\0 \n\t\r"), parser)
    told: Texts = {}
    for described in root.iter(f"{_RDF}Description"):
        for name, tag in _XMP.items():
            element = described.find(tag)
            given = [described.get(tag) or ""] if element is None else _items(element)
            told.setdefault(name, []).extend(given)
    return told


def _items(element: etree._Element) -> list[str]:
    listed = list(element.iter(f"{_RDF}li"))
    if element.find(f"{_RDF}Alt") is not None:
        listed = listed[:1]  # the same in several languages; the default comes first
    return [each.text or "" for each in listed] if listed else [element.text or ""]


def _of_iim(image: ImageFile) -> Texts:
    records: dict[tuple[int, int], Any] = IptcImagePlugin.getiptcinfo(image) or {}
    return {name: [_text(each) for each in _several(records.get(key))] for name, key in _IIM.items()}


def _several(given: Any) -> list[bytes]:
    return given if isinstance(given, list) else [given] if given else []


def _text(data: bytes) -> str:
    """A text of IPTC-IIM, whose encoding is seldom said and mostly one of two."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _of_exif(image: ImageFile) -> Texts:
    exif = image.getexif()
    return {name: [str(exif[tag]).rstrip("\0")] for name, tag in _EXIF.items() if tag in exif}


def _one(texts: list[str]) -> str:
    return texts[0][:LONGEST_TEXT] if texts else ""
