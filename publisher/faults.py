"""How the domain refuses input: every fault names its field, says what was expected and what came."""

from collections.abc import Iterable

from chassis.errors import FieldError, Invalid


class Fault(ValueError):
    """One field is wrong; caught where the whole input is read, so that all faults are told at once."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        super().__init__(f"{field}: expected {expected}, got {got}")
        self.field = field
        self.expected = expected
        self.got = got


def refusal(faults: Iterable[Fault]) -> Invalid:
    """Make the problem that tells these faults; its detail is the first one."""
    found = list(faults)
    return Invalid(str(found[0]), *(FieldError(fault.field, fault.expected, str(fault)) for fault in found))


def checked_text(field: str, value: str, *, most: int) -> str:
    """Return the text trimmed, if it is neither empty nor too long and every database can store it."""
    text = value.strip()
    if not text:
        raise Fault(field, "text", "nothing")
    if len(text) > most:
        raise Fault(field, f"at most {most} characters", len(text))
    bad = next((char for char in text if _unstorable(char)), None)
    if bad is not None:
        raise Fault(field, "no control characters", repr(bad))
    return text


def _unstorable(char: str) -> bool:
    return (char < " " and char not in "\n\t\r") or char == "\x7f" or "\ud800" <= char <= "\udfff"
