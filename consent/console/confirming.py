"""The step before something grave is done: what goes, what stays, what follows, and whether it is they who ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from chassis.sign_in import reauthentication
from consent.console.consequences import NONE, Consequences

#: What the form of that page sends beside what it is about.
OWN_FIELDS = ("csrf", "confirmed", "token")


@dataclass(frozen=True)
class Question:
    """What is asked back.

    Attributes:
        title: what is about to be done.
        button: the words that do it.
        back: where the way back leads.
        consequences: what it brings about; none where nothing is asked but who they are.
        sent: what the form sent, to be sent again with the answer.
    """

    title: str
    button: str
    back: str
    consequences: Consequences = NONE
    sent: Mapping[str, str] = field(default_factory=dict)


def ask(question: Callable[[], Question], only_who: bool = False) -> Response | None:
    """Ask back, and nothing is done; None once the form comes from that page, of somebody who authenticated of late.

    Args:
        question: called where it is asked.
        only_who: whether nothing is asked of those who have.

    Raises:
        RateLimited: they have shown wrong tokens too often.
        Unavailable: failures cannot be counted just now.
    """
    due = reauthentication.due()
    if due is None and (only_who or request.form.get("confirmed") == "yes"):
        return None
    status = 403 if due and due.fault else 200
    return make_response(render_template("console/confirm.html", question=question(), due=due), status)
