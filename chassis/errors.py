"""What can be wrong with a request, in words of its own; how it is told over HTTP is `chassis.problems`' affair."""

from typing import Any, NamedTuple, Protocol


class Blame(Protocol):
    """What is told of a field to blame; an error's own kind may tell more (`_asdict`)."""

    @property
    def field(self) -> str:
        """Return its dotted path."""

    @property
    def expected(self) -> str:
        """Say what would be right."""

    @property
    def detail(self) -> str:
        """Say what came."""

    def _asdict(self) -> dict[str, Any]: ...


class FieldError(NamedTuple):
    """One field to blame."""

    field: str
    expected: str
    detail: str = ""


class Problem(Exception):
    """Something is wrong and nothing was changed.

    Args:
        detail: what was expected and what came, for a person.
        fields: the fields to blame, each with what was expected of it.
        retry_after_s: seconds after which the same request may succeed; None where it never will.
    """

    kind = "invalid"

    def __init__(self, detail: str, *fields: Blame, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.members: dict[str, Any] = {}  # what a kind of problem tells beside the usual members


class Malformed(Problem):
    """The body cannot be read at all."""

    kind = "malformed"


class Unauthorised(Problem):
    """No token, or one that is unknown, expired or revoked."""

    kind = "unauthorised"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    kind = "forbidden"


class NotFound(Problem):
    """There is nothing of that name."""

    kind = "not-found"


class Conflict(Problem):
    """What is there already forbids it."""

    kind = "conflict"


class Gone(Problem):
    """It was here and is not coming back."""

    kind = "gone"


class PreconditionFailed(Problem):
    """The caller knows another revision than the current one."""

    kind = "precondition-failed"


class PreconditionRequired(Problem):
    """A change must say which revision it changes."""

    kind = "precondition-required"


class TooLarge(Problem):
    """More bytes than are taken."""

    kind = "too-large"


class MediaType(Problem):
    """A content type that is not taken."""

    kind = "media-type"


class Invalid(Problem):
    """Readable, but against the schema or a rule."""

    kind = "invalid"


class Unavailable(Problem):
    """Something we depend on is away; nothing was written."""

    kind = "unavailable"
