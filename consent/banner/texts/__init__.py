"""Standard wording, one JSON file per language: where an operator's own notice can start from, and what our pages say.

Each file has three parts: `notice` (every key of a notice's texts but its purposes), `purposes` (the usual ones) and
`pages` (the form and the receipt, which speak for the service and not for the notice).
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import langcodes

HERE = Path(__file__).parent

#: The purposes that have standard wording.
PURPOSES = ("necessary", "functional", "analytics", "marketing", "media")


#: CLDR's distance, up to which a reader of one language is known to read another.
FARTHEST = 25


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """List the languages with standard wording, as BCP 47 tags in alphabetical order."""
    return tuple(sorted(path.stem for path in HERE.glob("*.json")))


def standard(wanted: Iterable[str], purposes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the `texts` of a notice in these languages for these purposes.

    Raises:
        ValueError: there is no standard wording for a language or a purpose; names the known ones.
    """
    purposes = tuple(purposes)
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise ValueError(f"purpose: expected one of {', '.join(PURPOSES)}, got {purpose!r}")
    return {language: _notice_texts(language, purposes) for language in wanted}


@lru_cache(maxsize=256)
def pages(language: str) -> tuple[str, Mapping[str, str]]:
    """Return the words of our own pages and the language they are in: the closest to `language`, else English."""
    closest, _ = langcodes.closest_match(language, languages(), max_distance=FARTHEST)
    spoken = "en" if closest == "und" else closest
    return spoken, _read(spoken)["pages"]


def _notice_texts(language: str, purposes: Iterable[str]) -> dict[str, Any]:
    if language not in languages():
        raise ValueError(f"language: expected one of {', '.join(languages())}, got {language!r}")
    wording = _read(language)
    return {**wording["notice"], "purposes": {purpose: dict(wording["purposes"][purpose]) for purpose in purposes}}


@lru_cache(maxsize=128)
def _read(language: str) -> Any:
    return json.loads((HERE / f"{language}.json").read_text())
