"""What an officer's deeds bring about, in the words of the page that asks back (`confirming`). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Consequences:
    """What a deed brings about, in sentences: what is gone for good, what stays, and what else follows."""

    goes: Sequence[str] = ()
    stays: Sequence[str] = ()
    then: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return any((self.goes, self.stays, self.then))


#: What can be done again, or undone.
NONE = Consequences()
RELEASE = Consequences(
    stays=("Every record, and the acts that laid the hold and ended it.",),
    then=(
        "The person’s records are found and read again by everybody who may read records.",
        "Whose time was over meanwhile is erased with the next round; an erasure that the hold has stopped has to be "
        "asked for again.",
        "Exports that were asked for before end.",
    ),
)
ERASURE = Consequences(
    goes=("What names the person in their records, and where their choices came from.",),
    stays=("Every entry, receipt and proof; what was decided, as nobody’s.",),
    then=("It cannot be undone. Exports that were asked for before end.",),
)


def of_erasure(told: Mapping[str, Any], approval: bool) -> Consequences:
    """Tell what an erasure of a person does.

    Args:
        told: everything that is held on them.
        approval: whether it takes a second token.
    """
    records, named, placed = _parts(told)
    looks = count(len(told["accesses"]), "access", "accesses")
    waits = "Nothing happens before a second token has approved it."
    return Consequences(
        goes=(
            f"Who they are, in {named}: the subject id, and the account where there is one.",
            f"Where their choices came from, in {placed}: page, and what the site keeps of address and browser.",
            f"Whom {looks} in the log was about; that somebody looked stays.",
        ),
        stays=(
            f"{records} in the log, with every proof: each receipt verifies as before.",
            "What was decided in them, when and on which site, as nobody’s.",
        ),
        then=(
            *((waits,) if approval else ()),
            "It meets their choices that are on their way to the ledger too, and none that they make later.",
            "Exports that were asked for before end. It cannot be undone; a restored backup does it again.",
        ),
    )


def of_hold(told: Mapping[str, Any]) -> Consequences:
    """Tell what a hold on a person does; `told` is everything that is held on them."""
    records, _, placed = _parts(told)
    return Consequences(
        goes=(f"Where their choices came from, in {placed}, at once: no hold needs it.",),
        stays=(f"{records}, beyond their time and against any erasure, until the hold is ended.",),
        then=(
            "Only who may see legal holds reads who they are; for everybody else searches for them find nothing.",
            "Exports that were asked for before end.",
        ),
    )


def _parts(told: Mapping[str, Any]) -> tuple[str, str, str]:
    """Count a person's records, those of them that name the person, and those with a context."""
    records = told["records"]
    having = [sum(each[part] is not None for each in records) for part in ("person", "context")]
    return (
        count(len(records), "record"),
        count(having[0], "record"),
        count(having[1], "record"),
    )


def of_invalidation(choices: str) -> Consequences:
    """Tell what declaring a notice faulty does; `choices` says how many records answer it."""
    return Consequences(
        goes=(f"Every choice under it, {choices}: none of them counts as a consent any more.",),
        stays=("The records with their proofs, told as invalidated; what they prove is what was asked and answered.",),
        then=(
            "Whoever answered it is asked everything again with their next page.",
            "Choices from pages that still show it are refused.",
            "It cannot be taken back.",
        ),
    )


def of_rectification(decided: Mapping[str, bool], same: int, valid_until: str) -> Consequences:
    """Tell what a rectification does.

    Args:
        decided: each purpose that is decided otherwise, by its title, and whether it is given now.
        same: how many purposes are not.
        valid_until: until when the choice holds, as the API tells it.
    """
    others = (f"{count(same, 'other purpose', 'other purposes')} as decided before.",) if same else ()
    return Consequences(
        stays=(
            "The record as it is, with its proof: its receipt verifies as before.",
            *others,
            f"How long it holds: until {valid_until[:10]}, for it was decided when it was decided.",
        ),
        then=(
            "A new record supersedes it, with its own receipt and proof.",
            *(f"“{title}” is {'given' if given else 'refused'} in it." for title, given in decided.items()),
            "The reason stands in it for good. Another rectification is another record.",
        ),
    )


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number and what it counts; `many` where that does not just end in an s.

    >>> count(1, "record"), count(1200, "record")
    ('1 record', '1,200 records')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
