"""Web and mail addresses, handles and hashtags, which pass untouched."""

import re
from collections.abc import Iterator

from worker.engines.apertium.stand_in import StandIn

_ADDRESS = re.compile(
    r"https?://[^\s<>]*[\w/]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:[\w-]+\.)+(?:com|org|net|eu|info|io|gov|edu|cat|es|uk)\b(?:/[\w/.-]*\w)?"
    r"|(?<!\w)[@#]\w[\w-]*"
)


def addresses(text: str) -> Iterator[StandIn]:
    """Find addresses; each is shown as it is."""
    return (StandIn(match.start(), match.end(), match[0]) for match in _ADDRESS.finditer(text))
