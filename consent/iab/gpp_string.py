"""GPP strings: a header that lists sections, and the sections of the United States as far as the service checks them.

IAB Tech Lab, "Global Privacy Platform: consent string". Only what stands before a section's sensitive data is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from consent.iab.bits import Malformed, Reader

TYPE, VERSION = 3, 1
GPC_SEGMENT = 1
LAYOUTS = Path(__file__).parent / "us_sections.yaml"


@dataclass(frozen=True)
class Layout:
    """What a section of the United States holds.

    Attributes:
        id: its number in the header.
        name: what callers of `__gpp` name it.
        region: ISO 3166 code of its state; None: the whole country.
        gpc: whether a sub-section with the browser's signal may follow.
        fields: the fields of two bits after the version, up to the last opt-out.
    """

    id: int
    name: str
    region: str | None
    gpc: bool
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """What a section says; `gpc` is None where it has no such sub-section."""

    layout: Layout
    fields: Mapping[str, int]
    gpc: bool | None


@lru_cache(maxsize=1)
def layouts() -> dict[int, Layout]:
    """Return the layouts by section id."""
    read = yaml.safe_load(LAYOUTS.read_text(encoding="utf-8"))
    found = (Layout(name=name, **{**data, "fields": tuple(data["fields"])}) for name, data in read.items())
    return {layout.id: layout for layout in found}


def decode(text: str) -> tuple[Section, ...]:
    """Read a GPP string.

    Raises:
        Malformed: its header breaks the format or does not fit its sections, or a section is none of the United States.
    """
    header, *texts = text.split("~")
    ids = _header(Reader(header))
    if len(ids) != len(texts):
        raise Malformed(f"as many sections as the header names, {len(ids)}, got {len(texts)}")
    unknown = [each for each in ids if each not in layouts()]
    if unknown:
        raise Malformed(f"sections {min(layouts())} to {max(layouts())}, got {unknown[0]}")
    return tuple(_section(layouts()[each], section) for each, section in zip(ids, texts, strict=True))


def _header(bits: Reader) -> list[int]:
    kind, version = bits.integer(6), bits.integer(6)
    if (kind, version) != (TYPE, VERSION):
        raise Malformed(f"a header of type {TYPE} and version {VERSION}, got {kind} and {version}")
    ids: list[int] = []
    last = 0
    for _ in range(bits.integer(12)):
        ranged = bits.flag()
        first = last + bits.fibonacci()
        last = first + bits.fibonacci() if ranged else first
        if last > max(layouts()):
            raise Malformed(f"sections up to {max(layouts())}, got {last}")
        ids.extend(range(first, last + 1))
    return ids


def _section(layout: Layout, text: str) -> Section:
    core, *others = text.split(".")
    bits = Reader(core)
    bits.integer(6)  # the section's version: they differ behind the fields that are read
    fields = {name: bits.integer(2) for name in layout.fields}
    gpc = None
    for segment in others if layout.gpc else ():
        bits = Reader(segment)
        if bits.integer(2) != GPC_SEGMENT or gpc is not None:
            raise Malformed(f"one sub-section of type {GPC_SEGMENT} in {layout.name}")
        gpc = bits.flag()
    return Section(layout, fields, gpc)
