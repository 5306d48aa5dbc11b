"""Which language a text reads like, for items whose source does not say; py3langid, with a model of its own."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

MOST_CHARACTERS = 4000
SURE = 0.9
"""Share from which a guess is taken; less is asked."""


class Guess(NamedTuple):
    """A language by its ISO 639-1 code, and its share of what the text could be in, 0 to 1."""

    language: str
    share: float

    @property
    def sure(self) -> bool:
        """Whether it may be taken without asking."""
        return self.share >= SURE


def guess(texts: Iterable[str]) -> Guess:
    """Guess the language of texts, of which the first few thousand characters count."""
    said = ""
    for text in texts:
        said = f"{said} {text}"
        if len(said) > MOST_CHARACTERS:
            break
    language, share = _identifier().classify(said[:MOST_CHARACTERS])
    return Guess(str(language), float(share))


@cache
def _identifier() -> Any:
    # it takes half a second and a hundred megabytes, and few items lack their language
    from py3langid import langid

    made = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    # of the rarer ones, which longer codes name, many read like a neighbour: Extremaduran, Egyptian, Pidgin
    made.set_languages([each for each in made.labels if len(each) == 2])
    return made
