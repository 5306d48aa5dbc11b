"""Words that a mistyped one may have meant, by distance: insertions, deletions, changes and swapped neighbours."""

from collections.abc import Iterable

from publisher.search.terms import SHORTEST

TWO_FROM = 6
"""Length from which a word may have two mistakes."""


def allowed(word: str) -> int:
    """How many mistakes a word of this length may have."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < TWO_FROM else 2


def kept_part(word: str) -> int:
    """How many characters at one of its ends a word keeps, whatever the mistakes.

    With two mistakes at both ends of a word this is a guess: such words are not found.
    """
    return max(1, (len(word) - 1) // (allowed(word) + 1))


def nearest(word: str, known: Iterable[str], most: int) -> list[tuple[int, str]]:
    """Choose from known words those near enough, with their distance, the nearest first.

    Of those at the same distance, the ones with the same first letter come first, which is seldom mistyped.
    """
    limit = allowed(word)
    near = [
        (distance(word, each, limit), each[0] != word[0], abs(len(each) - len(word)), each)
        for each in known
        if each != word and abs(len(each) - len(word)) <= limit
    ]
    return [(steps, each) for steps, *_, each in sorted(near) if steps <= limit][:most]


def distance(one: str, other: str, limit: int) -> int:
    """Count the steps between two words (optimal string alignment); more than ``limit`` is all the same."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        above, row = row, [at]
        for place, theirs in enumerate(other, 1):
            steps = min(above[place] + 1, row[-1] + 1, above[place - 1] + (char != theirs))
            if at > 1 and place > 1 and char == other[place - 2] and one[at - 2] == theirs:
                steps = min(steps, before[place - 2] + 1)
            row.append(steps)
        if min(row) > limit:
            return limit + 1
        before = above
    return row[-1]
