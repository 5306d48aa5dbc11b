"""What a choice means, for the record as a whole and for each purpose: the states of consent of W3C DPV.

What changed is told against the choice that the reader made before, as their browser holds it: its word only.
"""

from collections.abc import Iterable, Mapping

CONSENTING = ("given", "renewed")
#: The events of a record, in the order in which they can follow each other.
EVENTS = (*CONSENTING, "refused", "withdrawn", "expired")


def of_record(action: str, purposes: Mapping[str, bool], optional: Iterable[str], before: Mapping[str, bool]) -> str:
    """Name the event of a record: `given` as soon as one optional purpose is, else `refused`.

    `renewed` is the same consent given again; `withdrawn` is the reader's own word.
    """
    if action == "withdraw":
        return "withdrawn"
    decided = {purpose: purposes[purpose] for purpose in optional}
    if not any(decided.values()):
        return "refused"
    again = action != "import" and decided == {purpose: before.get(purpose) for purpose in decided}
    return "renewed" if again else "given"


def of_purposes(
    action: str, purposes: Mapping[str, bool], optional: Iterable[str], before: Mapping[str, bool]
) -> dict[str, str]:
    """Name for each optional purpose what became of it; `imported` where another tool was told so."""
    if action == "import":
        return dict.fromkeys(optional, "imported")
    unknown = action == "withdraw"  # a withdrawal withdraws what was given before, whether we know of it or not
    return {purpose: _became(purposes[purpose], before.get(purpose, unknown)) for purpose in optional}


def _became(given: bool, before: bool) -> str:
    if given:
        return "renewed" if before else "given"
    return "withdrawn" if before else "refused"
