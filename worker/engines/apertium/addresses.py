"""Web and mail addresses, handles and hashtags, which pass untouched."""

import re
from collections.abc import Iterator

from worker.engines.addresses import ADDRESS
from worker.engines.apertium.stand_in import StandIn

_UNTOUCHED = re.compile(rf"{ADDRESS.pattern}|(?<!\w)[@#]\w[\w-]*")


def addresses(text: str) -> Iterator[StandIn]:
    """Find addresses; each is shown as it is."""
    return (StandIn(match.start(), match.end(), match[0]) for match in _UNTOUCHED.finditer(text))
