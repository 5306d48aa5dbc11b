"""Captions in a text copied from a web page, where a picture leaves its alternative text, its title and its caption.

Copies differ in white space, punctuation and in whether the credit is there; together they are one picture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from publisher.body.credit_texts import is_credit, read_credit, split_credit
from publisher.body.credits import Credit
from publisher.ingest.copied_lines import Line, address_of, is_sentence, key

LEAST_WORDS = 4
LONGEST = 600
"""Characters of a caption; what is longer is a paragraph that came twice."""
_LABEL = re.compile(
    r"^\[?(?:(?:image|photo|picture|media|video)\s+(caption|source|credit|copyright)\s*[,:]|"
    r"(alt|alt[- ]text|title|caption|figcaption|image|img)\s*[:=])\s*[\"“]?(.*?)[\"”]?\]?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|por|von|par|di|per)\s", re.IGNORECASE)
_CREDIT_LABELS = ("source", "credit", "copyright")


@dataclass
class Caption:
    """A picture as a text tells it.

    ``told`` is the line that it is from, ``copies`` are those that say it again, ``first`` is where it stands.
    """

    first: int
    text: str
    credit: Credit | None = None
    lines: list[int] = field(default_factory=list)
    told: str = ""
    copies: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)


def find_captions(lines: Sequence[Line]) -> list[Caption]:
    """Find the pictures, in reading order."""
    found: list[Caption] = []
    for at, line in enumerate(lines):
        before = found[-1] if found and found[-1].lines[-1] == at - 1 else None
        href = address_of(line.text)
        if href is not None:
            _add_address(found, before, at, href)
            continue
        labelled, text = _unlabelled(line.text)
        if labelled in _CREDIT_LABELS:
            _add_credit(found, before, at, line.text, text)
            continue
        if before is not None and labelled and not before.text and text:
            before.text, before.told = text, line.text
            before.credit = before.credit or split_credit(text)[1]
            before.lines.append(at)
            continue
        caption, credit, copies = _once(text)
        if before is not None and _adds_to(before, at, line.text, caption, credit):
            continue
        if before is None and at and _is_lone_credit(lines, at):
            told = lines[at - 1].text
            found.append(Caption(at - 1, told, read_credit(line.text), [at - 1, at], told))
            continue
        sure = copies or labelled or _repeated(lines, at) or _told(text, credit)
        if sure and len(caption) <= LONGEST:
            found.append(Caption(at, caption, credit, [at], line.text, copies))
    return _folded([each for each in found if each.text or each.credit or each.hrefs])


def labels_joined(lines: Sequence[Line]) -> list[Line]:
    """Put a label that has a line of its own before the line that it labels."""
    joined: list[Line] = []
    for line in lines:
        if joined and _LABEL.match(joined[-1].text) and not _unlabelled(joined[-1].text)[1]:
            joined[-1] = joined[-1]._replace(text=f"{joined[-1].text} {line.whole}")
        else:
            joined.append(line)
    return joined


def by_line(captions: Sequence[Caption]) -> dict[int, Caption]:
    """The caption of each line that is one's."""
    return {at: caption for caption in captions for at in caption.lines}


def same(one: str, other: str) -> bool:
    """Whether two texts are copies of one: equal but for a few words at the end, or a letter here and there."""
    short, long = sorted((key(one), key(other)), key=len)
    if short == long:
        return bool(short)
    words, more = short.split(), long.split()
    if len(words) < LEAST_WORDS or len(long) > 2 * LONGEST:
        return False
    if long.startswith(short + " "):
        return len(more) - len(words) <= max(3, len(words) // 2)
    return len(words) == len(more) and _misspelt(words, more)


def _misspelt(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether texts of equally many words differ in a letter here and there; another number is another picture."""
    differing = [(one, other) for one, other in zip(words, others, strict=True) if one != other]
    if len(differing) > max(1, len(words) // 8) or any(
        char.isdecimal() for pair in differing for char in "".join(pair)
    ):
        return False
    return all(SequenceMatcher(None, one[:30], other[:30]).ratio() > 0.6 for one, other in differing)


def _adds_to(caption: Caption, at: int, line: str, text: str, credit: Credit | None) -> bool:
    """Take a line as one more copy of the caption before it, or as its credit."""
    if (not text and credit) or is_credit(line):
        if caption.credit:
            caption.copies.append(line)
        caption.credit = caption.credit or credit or read_credit(line)
        caption.lines.append(at)
        return True
    if not caption.text:
        return False
    if not same(caption.text, text):
        return False
    shorter, longer = sorted((caption.text, text), key=len)
    more = " ".join(longer.split()[len(shorter.split()) :])
    if more and is_credit(more):
        # without a full stop between, only the other copy tells where the caption ends and its credit begins
        credit, text = credit or read_credit(more), shorter
        caption.text = shorter
    if len(text) > len(caption.text):
        caption.copies.append(caption.told)
        caption.text, caption.told = text, line
    else:
        caption.copies.append(line)
    caption.credit = caption.credit or credit
    caption.lines.append(at)
    return True


def _add_address(found: list[Caption], before: Caption | None, at: int, href: str) -> None:
    if before is None:
        found.append(Caption(at, "", None, [at], hrefs=[href]))
    else:
        before.hrefs.append(href)
        before.lines.append(at)


def _add_credit(found: list[Caption], before: Caption | None, at: int, line: str, text: str) -> None:
    credit = read_credit(text)
    if before is None:
        found.append(Caption(at, "", credit, [at], line))
    else:
        if before.credit:
            before.copies.append(line)
        before.credit = before.credit or credit
        before.lines.append(at)


def _unlabelled(line: str) -> tuple[str, str]:
    """What a line says it is, in small letters, and the rest of it."""
    found = _LABEL.match(line)
    return ((found[1] or found[2]).casefold(), found[3].strip()) if found else ("", line)


def _once(text: str) -> tuple[str, Credit | None, list[str]]:
    """A caption without its credit, how it is told, and what else of the line says it again."""
    caption, credit = split_credit(text)
    words = caption.split()
    for times in (3, 2):
        size, over = divmod(len(words), times)
        if over or size < LEAST_WORDS:
            continue
        parts = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
        if len({key(part) for part in parts}) == 1:
            return parts[-1], credit, parts[:-1]
    return caption, credit, []


def _repeated(lines: Sequence[Line], at: int) -> bool:
    """Whether the line after says the same again; of a few words only where a credit says that it is a picture's."""
    if at + 1 >= len(lines):
        return False
    (here, credit), (after, credit_after) = (split_credit(_unlabelled(lines[n].text)[1]) for n in (at, at + 1))
    if here[:1] in '“"«' and here[-1:] in '”"»' and not (credit or credit_after):
        return False  # somebody's words, put large beside the text
    return same(here, after) and bool(len(key(here).split()) >= LEAST_WORDS or credit or credit_after)


def _told(text: str, credit: Credit | None) -> bool:
    """Whether a line is a caption by its credit alone: an agency in brackets may be the one that signs a text."""
    if credit is None or text.startswith(("(", "[")) or is_credit(text):
        return False
    bracketed = re.search(r"[(\[]([^()\[\]]+)[)\]]\.?$", text)
    return bool(credit.creators) if bracketed else True


def _is_lone_credit(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is the credit of the short one before it, which then is a caption."""
    before, line = lines[at - 1], lines[at].text
    if at + 1 >= len(lines) or before.bullet or not is_credit(line) or _BYLINE.match(before.text):
        return False
    credit, words = read_credit(line), len(before.text.split())
    # an agency's name below the first line may be who wrote the text
    sure = at > 1 or (credit is not None and bool(credit.creators)) or ":" in line or "©" in line
    if is_sentence(before.text) and lines[at].apart:
        return False
    return sure and LEAST_WORDS <= words <= (15 if is_sentence(before.text) else 40)


def _folded(found: Sequence[Caption]) -> list[Caption]:
    """Fold what is told again further on in the text."""
    folded: dict[str, Caption] = {}
    for number, caption in enumerate(found):
        again = folded.setdefault(key(caption.text) or f"#{number}", caption)
        if again is not caption:
            again.lines += caption.lines
            again.copies += [caption.told or caption.text, *caption.copies]
            again.credit = again.credit or caption.credit
            again.hrefs += caption.hrefs
    return list(folded.values())
