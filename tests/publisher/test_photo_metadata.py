"""What picture files say of themselves, written as cameras and agencies' systems write it."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from publisher.photo_metadata import PhotoMetadata, read

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
MORE = 'xmlns:p="http://ns.adobe.com/photoshop/1.0/" xmlns:i="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'


Records = dict[tuple[int, int], list[bytes]]


def xmp(inside: str, attributes: str = "") -> bytes:
    described = f"<rdf:Description {attributes}>{inside}</rdf:Description>"
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF} {MORE}>{described}</rdf:RDF></x:xmpmeta>'
    return f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{packet}<?xpacket end="w"?>'.encode()


def told(tag: str, *texts: str, kind: str = "Alt") -> str:
    items = "".join(f'<rdf:li xml:lang="x-default">{text}</rdf:li>' for text in texts)
    return f"<{tag}><rdf:{kind}>{items}</rdf:{kind}></{tag}>"


def jpeg(
    packet: bytes = b"", iim: dict[tuple[int, int], list[bytes]] | None = None, exif: dict[int, str] | None = None
) -> bytes:
    out, written = io.BytesIO(), Image.Exif()
    for tag, text in (exif or {}).items():
        written[tag] = text
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", exif=written, **({"xmp": packet} if packet else {}))
    data = out.getvalue()
    if iim is None:
        return data
    records = b"".join(
        struct.pack(">BBBH", 0x1C, *key, len(value)) + value for key, values in iim.items() for value in values
    )
    # an image resource block of Photoshop's, 0x0404, in an APP13 segment
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(records)) + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


IIM = {(2, 120): [b"A lamp on the quay."], (2, 80): [b"Ana Ruiz", b"Ben Okri"], (2, 110): [b"Northlight"]}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            jpeg(
                xmp(
                    told("dc:description", "The bridge.", "Le pont.")
                    + told("dc:creator", "Ana Ruiz", kind="Seq")
                    + told("i:AltTextAccessibility", "An arch")
                    + "<p:Credit>Ana Ruiz/Northlight</p:Credit>"
                ),
                IIM,
            ),
            PhotoMetadata("The bridge.", "An arch", ("Ana Ruiz",), "Northlight"),
        ),
        (jpeg(xmp("", 'p:Credit="AFP"')), PhotoMetadata("", "", (), "AFP")),
        (jpeg(iim=IIM), PhotoMetadata("A lamp on the quay.", "", ("Ana Ruiz", "Ben Okri"), "Northlight")),
        (jpeg(iim={(2, 120): [b"Caf\xe9"]}), PhotoMetadata("Café")),
        (jpeg(exif={0x010E: "From a camera.", 0x013B: "Ana Ruiz"}), PhotoMetadata("From a camera.", "", ("Ana Ruiz",))),
        (jpeg(b"<not xml", IIM | {(2, 110): []}), PhotoMetadata("A lamp on the quay.", "", ("Ana Ruiz", "Ben Okri"))),
        (jpeg(b'<!DOCTYPE x [<!ENTITY a "boo">]><x>&a;</x>'), PhotoMetadata()),
        (jpeg(), PhotoMetadata()),
    ],
)  # fmt: skip
def test_what_a_file_says_is_found_where_it_stands(data: bytes, found: PhotoMetadata) -> None:
    assert read(data) == found


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_rubbish_in_metadata_keeps_no_picture_out(packet: bytes, record: bytes) -> None:
    said = read(jpeg(packet, {(2, 120): [record]}))
    assert "\0" not in said.caption and len(said.caption) <= 80
