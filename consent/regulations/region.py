"""Where a reader is taken to be, and who said so: the edge's header, the site's setting, or nobody."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from consent.regulations import STRICTEST, Pack, applying, packs

CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
# ISO 3166 leaves these to users; edges mean by them that they do not know.
UNKNOWN = frozenset({"XX", "ZZ"})


@dataclass(frozen=True, slots=True)
class Region:
    """An ISO 3166 code, None where nothing is known; source: `header`, `setting` or `strictest`."""

    code: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The pack that applies to a reader, and the region that it follows from."""

    pack: Pack
    region: Region

    def in_token(self) -> tuple[str, str | None, str]:
        """Return what a display token keeps of them, in its order: regulation, region, source."""
        return self.pack.id, self.region.code, self.region.source


def decide(header: str | None, setting: str | None) -> Region:
    """Take the edge's word, else the site's, else none; what is no code is no word.

    Args:
        header: the trusted edge's header; None where none is trusted.
        setting: the site's own region; None where it has none.
    """
    for text, source in ((header, "header"), (setting, "setting")):
        code = (text or "").strip().upper()
        if CODE.fullmatch(code) and code not in UNKNOWN:
            return Region(code, source)
    return Region(None, "strictest")


def rules(region: Region, now_ms: int, floor: str) -> Rules:
    """Return what applies to a reader now; see `applying`."""
    return Rules(applying(region.code, datetime.fromtimestamp(now_ms / 1000, UTC).date(), floor), region)


def as_shown(regulation: str, region: str | None, source: str) -> Rules:
    """Return the rules that a display token names."""
    return Rules(packs().get(regulation, packs()[STRICTEST]), Region(region, source))
