"""The form in which texts and queries are compared: without case, accents, vowel points and width.

Folding looks at one character at a time, so that every folded character leads back to its place in the text.
"""

import re
import unicodedata

_LETTERS = {
    # letters that Unicode does not take apart
    **dict(zip("øłđðħŧıß", ("o", "l", "d", "d", "h", "t", "i", "ss"), strict=True)),
    **{"þ": "th", "æ": "ae", "œ": "oe"},
    # Arabic: alef wasla, alef maqsura, teh marbuta, Persian kaf and yeh; the tatweel only stretches
    **{"ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": ""},
    # Hebrew letters at the end of a word
    **dict(zip("ךםןףץ", "כמנפצ", strict=True)),
}
# Accents and vowel points: Latin, Greek, Cyrillic, Hebrew and Arabic. Others are letters in their scripts.
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05BD), (0x05BF, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip
_INSIDE_HEBREW = re.compile("(?<=[א-ת])[\"'״׳’](?=[א-ת])")
# katakana whose sound marks are characters of their own
_HALF_WIDTH = re.compile("[\uff66-\uff9f]+")
WORD_JOINER = "\u2060"


class _Characters(dict[int, str]):
    """What becomes of each character, filled in as they come; made for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        made = self[code] = self.make(chr(code))
        return made

    def make(self, char: str) -> str:
        return _folded(char)


class _Written(_Characters):
    """As they are written but for case, at the same word boundaries as the folded ones."""

    def make(self, char: str) -> str:
        folded = _folded(char)
        return char.casefold() if folded.isalnum() else folded


_FOLDED = _Characters()
_WRITTEN = _Written()


def composed(text: str) -> str:
    """Compose a text (NFC), and join the Hebrew acronyms that have a quotation mark inside; lengths can only shrink."""
    whole = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text))
    return _INSIDE_HEBREW.sub(WORD_JOINER, whole)


def fold(text: str) -> str:
    """Fold a text: what belongs to no word becomes a space."""
    return composed(text).translate(_FOLDED)


def folded_characters(text: str) -> list[str]:
    """Fold a ``composed`` text: what each of its characters becomes, in order."""
    return [_FOLDED[ord(char)] for char in text]


def words(text: str) -> list[tuple[str, str]]:
    """Take a text's words, folded and as written in small letters."""
    whole = composed(text)
    return list(zip(whole.translate(_FOLDED).split(), whole.translate(_WRITTEN).split(), strict=True))


def normalised(text: str) -> str:
    """Fold a text, with one space between words: ``"Ávila  CAFÉ"`` becomes ``avila cafe``."""
    return " ".join(fold(text).split())


def _folded(char: str) -> str:
    # twice: what is taken apart may have capitals (Unicode, toNFKC_Casefold)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char.casefold()).casefold())
    kept = "".join(_folded_part(part) for part in apart if not _is_accent(part))
    return unicodedata.normalize("NFC", kept)


def _folded_part(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Cf":
        return ""
    return char if kind[0] in "LNM" else " "


def _is_accent(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _ACCENTS)
