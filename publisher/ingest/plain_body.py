"""A body of plain text as paragraphs: parted by empty lines where it has any, else by lines."""

import re
from collections.abc import Iterator
from html import escape
from typing import Any


def read_plain(text: str, headline: str = "") -> Iterator[dict[str, Any]]:
    """Read paragraphs; a first line that repeats the headline is left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = re.split(r"\n[ \t]*\n", lines) if re.search(r"\n[ \t]*\n", lines) else lines.split("\n")
    for number, part in enumerate(parts):
        words = " ".join(part.split())
        if words and not (number == 0 and words == " ".join(headline.split())):
            yield {"type": "paragraph", "html": escape(words, quote=False)}
