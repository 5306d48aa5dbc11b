"""What the public parts of the service are held to, by address and site.

A withdrawal is held to nothing: it must be as easy as agreeing was, on the worst day too (Art. 7(3) GDPR).
"""

from dataclasses import dataclass

from chassis.limits.limiter import Limit
from consent.settings import Settings


@dataclass(frozen=True)
class Limits:
    """The service's limits, each for one kind of request."""

    choices: Limit
    notices: Limit
    returning: Limit
    own: Limit
    receipts: Limit
    exports: Limit

    def asking(self, standing: bool) -> Limit:
        """Return the limit of a reader who asks for the notice, with or without a standing choice."""
        return self.returning if standing else self.notices


def of(settings: Settings) -> Limits:
    """Make the limits that the settings ask for."""
    return Limits(
        choices=Limit("choices", settings.limit_choices, settings.limit_site),
        notices=Limit("notices", settings.limit_notices, settings.limit_site),
        # Who has a standing choice may want to withdraw it: those who only come to be asked cannot use this up.
        returning=Limit("notices-returning", settings.limit_notices),
        own=Limit("own-records", settings.limit_reads),
        receipts=Limit("receipts", settings.limit_reads),
        exports=Limit("exports", settings.limit_exports, strict=True),
    )
