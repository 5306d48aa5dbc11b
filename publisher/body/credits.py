"""The credit line of a picture, ``/Photographer/Agency``: one formatter and one parser for every input and output."""

import re
from dataclasses import dataclass

_LINE_AT_END = re.compile(r"(?:^|(?<=\s))(/[^/\s](?:[^/\n]*[^/\s])?(?:/[^/\s](?:[^/\n]*[^/\s])?)*)\s*$")


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made a picture and through whom it came; at least one of the two."""

    creators: tuple[str, ...] = ()
    agency: str | None = None


def format_line(credit: Credit) -> str:
    """Write the line as it is shown: ``/Ana Ruiz/Northlight``."""
    names = (*credit.creators, *([credit.agency] if credit.agency else []))
    return "".join(f"/{name}" for name in names)


def parse_line(line: str) -> Credit:
    """Read a line back: of several names the last is the agency, a single one is the creator."""
    names = [name.strip() for name in line.strip().strip("/").split("/")]
    if not all(names):
        raise ValueError(f"expected /Photographer/Agency, got {line!r}")
    if len(names) == 1:
        return Credit(creators=(names[0],))
    return Credit(creators=tuple(names[:-1]), agency=names[-1])


def split_caption(text: str) -> tuple[str, Credit | None]:
    """Take the credit line, if any, off the end of a caption: ``"The bridge. /Ana Ruiz/Northlight"``."""
    found = _LINE_AT_END.search(text)
    if not found:
        return text.strip(), None
    return text[: found.start(1)].strip(), parse_line(found.group(1))
