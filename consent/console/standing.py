"""What stands open in the log: legal holds, and erasures that wait for a second person's word."""

import json
from typing import Any
from uuid import UUID

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from chassis.errors import NotFound
from chassis.sign_in import session
from consent.api import holds
from consent.api.callers import HOLDS_READ, caller
from consent.api.services import services
from consent.console import confirming, consequences
from consent.console.confirming import Question
from consent.ledger.acts import RELEASED

ERASE, HOLD = "subjects:erase", "holds:write"


def stands_open() -> dict[str, Any]:
    """Tell what who is signed in may see of it: None for the holds where they may see none."""
    scopes, own = g.signed_in.scopes, g.signed_in.site
    held = [holds.told(each) for each in services().holds.all() if own in (None, each.site)]
    asked = services().erasures.all_waiting(own) if ERASE in scopes else []
    waiting = [
        {**json.loads(each.body), "id": each.id, "site": each.site, "asked_ms": each.asked_ms}
        | {"own": each.asked_by == g.signed_in.id}
        for each in asked
    ]
    return {"holds": held if HOLDS_READ in scopes else None, "waiting": waiting, "may_release": HOLD in scopes}


@session.signed_in
def release(hold: UUID) -> Response:
    """End a hold, once that was confirmed."""
    session.require(HOLD)
    session.check_form()
    known = next((each for each in services().holds.all() if each.act_id == str(hold)), None)
    if known is None or g.signed_in.site not in (None, known.site):
        raise NotFound(f"There is no hold {hold}.")
    why = {"rule": holds.told(known)["rule"]}
    asked = Question("End the legal hold", "End the hold", _back(), consequences.RELEASE, why)
    if (asks := confirming.ask(lambda: asked)) is not None:
        return asks
    services().acting.act(RELEASED, {"hold": str(hold), "by": caller()}, site=known.site)
    return redirect(url_for("console.acts", done="released"), 303)


@session.signed_in
def approve(erasure: UUID) -> Response:
    """Approve an erasure that another has asked for, once that was confirmed."""
    session.require(ERASE)
    session.check_form()
    asked = services().erasures.waiting(str(erasure), g.signed_in.site)
    why = {name: text for name, text in json.loads(asked.body).items() if name in ("rule", "reason") and text}
    question = Question("Approve the erasure", "Approve it", _back(), consequences.ERASURE, why)
    if (asks := confirming.ask(lambda: question)) is not None:
        return asks
    services().erasures.approve(asked.id, caller(), g.signed_in.site)
    return redirect(url_for("console.acts", done="approved"), 303)


@session.signed_in
def deny(erasure: UUID) -> Response:
    """Forget an erasure that waits; nothing is erased, and it can be asked for again."""
    session.require(ERASE)
    session.check_form()
    question = Question("Deny the erasure", "Deny it", _back())
    if (asks := confirming.ask(lambda: question, only_who=True)) is not None:
        return asks
    services().erasures.deny(str(erasure), g.signed_in.site)
    return redirect(url_for("console.acts", done="denied"), 303)


def _back() -> str:
    return url_for("console.acts")
