"""GPP strings: a header that lists sections, and the sections of the United States as far as the service checks them.

IAB Tech Lab, "Global Privacy Platform: consent string". Only what stands before a section's sensitive data is read, and
nothing is ever said of that data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from consent.iab.bits import Malformed, Reader, Writer

TYPE, VERSION = 3, 1
GPC_SEGMENT = 1
BYTE = 8
MSPA, NO = "MspaCoveredTransaction", 2
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
        rest: the bits after that, on sensitive data and children.
        apart: the bits of a sub-section on sensitive data.
        version: of the section.
    """

    id: int
    name: str
    region: str | None
    gpc: bool
    fields: tuple[str, ...]
    rest: int
    apart: int = 0
    version: int = 1


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


def encode(sections: Sequence[Section]) -> str:
    """Write a GPP string as the reference library does; a field that is not there is 0, no transaction is the MSPA's.

    Args:
        sections: in the order of their ids.
    """
    header = Writer()
    for value, width in ((TYPE, 6), (VERSION, 6)):
        header.integer(value, width)
    runs: list[list[int]] = []
    for section in sections:
        if runs and section.layout.id == runs[-1][-1] + 1:
            runs[-1].append(section.layout.id)
        else:
            runs.append([section.layout.id])
    header.integer(len(runs), 12)
    last = 0
    for run in runs:
        header.flag(len(run) > 1)
        header.fibonacci(run[0] - last)
        if len(run) > 1:
            header.fibonacci(run[-1] - run[0])
        last = run[-1]
    return "~".join([header.text(BYTE), *map(_written, sections)])


def _written(section: Section) -> str:
    layout, core = section.layout, Writer()
    core.integer(layout.version, 6)
    fields = {MSPA: NO, **section.fields}
    for name in layout.fields:
        core.integer(fields.get(name, 0), 2)
    core.integer(0, layout.rest)
    if MSPA not in layout.fields:
        core.integer(NO, 2)
        core.integer(0, 4)
    texts = [core.text(BYTE)]
    if layout.apart:
        apart = Writer()
        apart.integer(0, layout.apart)
        texts.append(apart.text(BYTE))
    if layout.gpc:
        signal = Writer()
        signal.integer(GPC_SEGMENT, 2)
        signal.flag(bool(section.gpc))
        texts.append(signal.text(BYTE))
    return ".".join(texts)


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
