"""The step before something is done that cannot be undone: what goes, what stays, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import render_template, request

from consent.console.consequences import Consequences


@dataclass(frozen=True)
class Question:
    """What is asked back.

    Attributes:
        title: what is about to be done.
        button: the words that do it.
        consequences: what it brings about.
        back: where the way back leads.
        sent: what the form sent, to be sent again with the answer.
    """

    title: str
    button: str
    consequences: Consequences
    back: str
    sent: Mapping[str, str] = field(default_factory=dict)


def is_confirmed() -> bool:
    """Tell whether the form comes from the page that asked back."""
    return request.form.get("confirmed") == "yes"


def ask(question: Question) -> str:
    """Ask back; nothing is done."""
    return render_template("console/confirm.html", question=question)
