"""What may be embedded: the address that a frame shows for a page that people share, and who is behind it."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit


class Player(NamedTuple):
    """A provider whose pages are not what its frames show; ``frame`` has {} where the id goes."""

    provider: str
    page: re.Pattern[str]
    frame: str


PLAYERS = (
    Player(
        "YouTube",
        re.compile(
            r"https://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/)|youtu\.be/)([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-]).*"
        ),
        # the address under which it sets no cookies before it is played
        "https://www.youtube-nocookie.com/embed/{}",
    ),
    Player(
        "Vimeo",
        re.compile(r"https://(?:www\.)?vimeo\.com/([0-9]+)(?:[?#].*)?"),
        "https://player.vimeo.com/video/{}?dnt=1",
    ),
)


def player_of(url: str) -> tuple[str, str]:
    """Return who is behind an address, and the address that a frame shows for it: the same one for most."""
    for player in PLAYERS:
        found = player.page.fullmatch(url)
        if found:
            return player.provider, player.frame.format(found[1])
    return (urlsplit(url).hostname or "").removeprefix("www."), url


def origin_of(url: str) -> str:
    """Origin of an address, as a content security policy names it."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))
