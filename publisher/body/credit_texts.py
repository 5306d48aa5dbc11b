"""Credits as others write them: ``(Photo by Ana Ruiz/AFP)``, ``REUTERS/Ana Ruiz``, ``Foto: dpa``, ``Getty Images``.

What is found becomes a ``credits.Credit``, whose own form is read by ``credits`` alone.
"""

import re

from publisher.body.credits import Credit, parse_line, split_caption

AGENCIES = frozenset({
    "aap", "afp", "agence france-presse", "alamy", "alamy stock photo", "anadolu", "anadolu agency", "ani", "anp",
    "ansa", "ap", "apa", "associated press", "belga", "bloomberg", "bloomberg news", "canadian press", "cp", "dpa",
    "efe", "epa", "epa-efe", "europa press", "getty", "getty images", "imago", "interfax", "istock", "keystone",
    "kyodo", "kyodo news", "lusa", "magnum", "magnum photos", "nasa", "ntb", "nurphoto", "pa", "pa media", "pa wire",
    "pap", "pexels", "picture alliance", "press association", "pti", "reuters", "ritzau", "ritzau scanpix",
    "scanpix", "shutterstock", "sipa", "spa", "stt", "tass", "the associated press", "the canadian press", "tt",
    "unsplash", "upi", "wam", "wikimedia commons", "xinhua", "yonhap", "zuma", "zuma press",
})  # fmt: skip
"""News and picture agencies, in small letters: a name alone that is one of them is nobody's own."""
LONGEST_CAPTION = 2000
_AGENCY_WORDS = re.compile(r"\b(?:agency|images|pictures|press|photos?|wire|media|commons|news)$", re.IGNORECASE)
_WORDS = r"(?:Photo(?:graph)?s?|Pictures?|Images?|Foto(?:graf[íi]a)?|Bild|Imagen|Imatge|Cr[ée]dit[oe]?s?|Credit)"
_LABEL = re.compile(
    rf"^(?:{_WORDS}(?:\s+(?:credit|courtesy))?\s*(?::|\bby\b|\bof\b)\s*|(?:©|\(c\))\s*(?:\d{{4}}\s+)?|courtesy of\s+)+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*/\s*|\s+via\s+|\s*\|\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"(?:^|(?<=\s))[(\[]([^()\[\]]{2,120})[)\]]\s*\.?\s*$")
_LABELLED = re.compile(
    rf"(?:^|(?<=[\s.!?\"”’|–—-]))((?:{_WORDS}(?:\s+(?:credit|courtesy))?\s*:|Photo(?:graph)? by\b|©)\s*[^\n]{{2,100}})$"
)
_AFTER_SENTENCE = re.compile(r"(?:(?<=[.!?…\"”’])\s+|\s+[|–—-]\s+)([^.!?|–—\n]{2,80})\.?$")
_SMALL = {"de", "da", "di", "del", "der", "den", "von", "van", "bin", "al", "la", "le", "for", "of", "the"}


def is_agency(name: str) -> bool:
    """Whether a name is an agency's, not a person's."""
    known = name.strip().casefold()
    return known in AGENCIES or known.removesuffix(" photo") in AGENCIES or bool(_AGENCY_WORDS.search(known))


def read_credit(text: str) -> Credit | None:
    """Read a text that is known to be a credit; None where it names nobody."""
    line = text.strip().strip("()[]").strip()
    if line.startswith("/"):
        try:
            return _agency_alone(parse_line(line))
        except ValueError:
            pass
    line = _LABEL.sub("", line).strip().rstrip(".").strip()
    names = [name for part in _SEPARATOR.split(line) if (name := _cleaned(part))]
    agencies = [name for name in names if is_agency(name)]
    people = [name for name in names if name not in agencies]
    if not agencies and len(people) > 1:
        agencies = [people.pop()]
    if not names or any(len(name) > 200 for name in names):
        return None
    return Credit(tuple(dict.fromkeys(people)), " via ".join(dict.fromkeys(agencies)) or None)


def is_credit(text: str) -> bool:
    """Whether a line of its own is a credit and nothing else."""
    line = text.strip()
    if len(line) > 120:
        return False
    inner = line.strip("()[]").strip()
    if split_caption(line) != (line, None) and line.startswith("/"):
        return True
    labelled = _LABEL.sub("", inner) != inner
    return (labelled and _named(_LABEL.sub("", inner), unknown=True)) or _named(inner, unknown=False)


def split_credit(caption: str) -> tuple[str, Credit | None]:
    """Take the credit, however it is written, off the end of a caption."""
    text = " ".join(caption.split())
    if len(text) > LONGEST_CAPTION:
        return text, None
    if is_credit(text) and (alone := read_credit(text)):
        return "", alone
    rest, credit = split_caption(text)
    if credit is not None:
        return rest, _agency_alone(credit)
    for pattern in (_BRACKETED, _LABELLED, _AFTER_SENTENCE):
        found = pattern.search(text)
        if found and is_credit(found[1]) and (credit := read_credit(found[1])):
            return text[: found.start()].rstrip(" |–—-").strip(), credit
    return text, None


def _agency_alone(credit: Credit) -> Credit:
    """Take a single name for an agency's where it is one that we know."""
    alone = credit.creators[0] if len(credit.creators) == 1 and credit.agency is None else ""
    return Credit((), alone) if alone.casefold() in AGENCIES else credit


def _named(text: str, unknown: bool) -> bool:
    """Whether a text is names alone; where ``unknown`` is not allowed, an agency we know has to be among them."""
    names = [_cleaned(part) for part in _SEPARATOR.split(text.strip().rstrip("."))]
    if not all(names) or not all(_is_name(name) for name in names):
        return False
    return unknown or any(name.casefold().removesuffix(" photo") in AGENCIES for name in names)


def _is_name(name: str) -> bool:
    words = name.split()
    return len(words) <= 6 and all(
        word[:1].isupper() or word.casefold() in _SMALL or word in AGENCIES for word in words
    )


def _cleaned(part: str) -> str:
    name = re.sub(r"^(?:by|for)\s+", "", part.strip(), flags=re.IGNORECASE).strip(" .,;")
    known = name.casefold().removesuffix(" photo")
    return name[: -len(" photo")] if known != name.casefold() and known in AGENCIES else name
