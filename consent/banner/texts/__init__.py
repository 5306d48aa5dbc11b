"""Standard wording, one JSON file per language: where an operator's own notice can start from, and what our pages say.

Each file has four parts: `notice` (every key of a notice's texts but its purposes), `accounts` (how far a choice
reaches where it counts in accounts, by the rule for conflicts), `purposes` (the usual ones) and `pages` (the form and
the receipt, which speak for the service and not for the notice).
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


def standard(wanted: Iterable[str], purposes: Iterable[str], conflict: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the `texts` of a notice in these languages for these purposes.

    Args:
        wanted: the languages.
        purposes: those of the notice.
        conflict: what decides where device and account differ; None where choices stay on the device.

    Raises:
        ValueError: there is no standard wording for a language or a purpose; names the known ones.
    """
    purposes = tuple(purposes)
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise ValueError(f"purpose: expected one of {', '.join(PURPOSES)}, got {purpose!r}")
    return {language: _notice_texts(language, purposes, conflict) for language in wanted}


@lru_cache(maxsize=256)
def pages(language: str) -> tuple[str, Mapping[str, str]]:
    """Return the words of our own pages and the language they are in: the closest to `language`, else English."""
    closest, _ = langcodes.closest_match(language, languages(), max_distance=FARTHEST)
    spoken = "en" if closest == "und" else closest
    return spoken, _read(spoken)["pages"]


def _notice_texts(language: str, purposes: Iterable[str], conflict: str | None) -> dict[str, Any]:
    if language not in languages():
        raise ValueError(f"language: expected one of {', '.join(languages())}, got {language!r}")
    wording = _read(language)
    accounts = {"accounts": wording["accounts"][conflict]} if conflict else {}
    told = {purpose: dict(wording["purposes"][purpose]) for purpose in purposes}
    return {**wording["notice"], **accounts, "purposes": told}


@lru_cache(maxsize=128)
def _read(language: str) -> Any:
    return json.loads((HERE / f"{language}.json").read_text())
