"""The console's page on one person: everything that is held on them, who has looked, and what can be done."""

import json
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import Forbidden
from chassis.sign_in import session
from consent.api import access
from consent.api.callers import caller
from consent.api.holds import lay_hold
from consent.api.services import services
from consent.api.subjects import DemandSchema, everything
from consent.console import confirming, consequences, sight
from consent.console.confirming import Question
from consent.erasures import Demand, Held
from consent.ledger.entries import subject_ref

READ, ERASE, HOLD = "subjects:read", "subjects:erase", "holds:write"
#: What an erasure is usually asked under.
RULES = ("GDPR Art. 17(1)(b)", "GDPR Art. 17(1)(a)", "UK GDPR Art. 17", "Cal. Civ. Code § 1798.105", "LGPD Art. 18 VI")


@session.signed_in
def subjects() -> AnyResponse | str:
    """Ask for a subject, and lead to the page on them."""
    session.require(READ)
    asked = request.args.get("subject", "").strip()
    try:
        return redirect(url_for("console.subject", subject=UUID(asked)))
    except ValueError:
        return render_template("console/subjects.html", asked=asked)


@session.signed_in
def subject(subject: UUID) -> AnyResponse | tuple[str, int] | str:
    """Show everything that is held on a subject; a form on the page erases it or holds it."""
    session.require(READ)
    refs = references(str(subject))
    if request.method == "POST":
        return _act(subject, refs)
    return _page(subject, refs)


@session.signed_in
def subject_file(subject: UUID) -> Response:
    """Return everything that is held on a subject as a file, for that person."""
    session.require(READ)
    held = told(str(subject), references(str(subject)))
    file = Response(json.dumps(held, ensure_ascii=False, indent=2), content_type="application/json")
    file.headers["Content-Disposition"] = f'attachment; filename="subject-{subject}.json"'
    file.headers["Cache-Control"] = "no-store"
    return file


def _act(subject: UUID, refs: tuple[str, ...]) -> AnyResponse | tuple[str, int] | str:
    session.check_form()
    form = {name: text for name in ("rule", "reason") if (text := request.form.get(name, "").strip())}
    holds = request.form.get("act") == "hold"
    session.require(HOLD if holds else ERASE)
    try:
        why = DemandSchema().load(form)
    except ValidationError as error:
        return _page(subject, refs, error.messages_dict), 422
    own = url_for("console.subject", subject=subject)
    if not holds and (rule := services().holds.rule(refs)) is not None:
        raise Held(f"a legal hold keeps the records: {rule}")
    if (asks := confirming.ask(lambda: _question(told(str(subject), refs), holds, own, form))) is not None:
        return asks
    if holds:
        lay_hold(refs, g.signed_in.site, why["rule"], why["reason"])
        return redirect(url_for("console.subject", subject=subject, done="held"), 303)
    _, waits = services().erasures.ask(Demand(refs, g.signed_in.site, why["rule"], why["reason"], caller()))
    return redirect(url_for("console.subject", subject=subject, done="asked" if waits else "erased"), 303)


def _question(held: dict[str, Any], holds: bool, back: str, why: dict[str, str]) -> Question:
    if holds:
        return Question("Lay a legal hold", "Lay the hold", back, consequences.of_hold(held), {**why, "act": "hold"})
    comes = consequences.of_erasure(held, services().settings.erasure_approval)
    return Question("Erase this person", "Erase them for good", back, comes, {**why, "act": "erase"})


def _page(subject: UUID, refs: tuple[str, ...], errors: dict[str, list[str]] | None = None) -> str:
    held = told(str(subject), refs)
    allowed = {"erase": ERASE in g.signed_in.scopes, "hold": HOLD in g.signed_in.scopes}
    optional = {each["notice"]: services().catalogue.notice(each["notice"]).optional for each in held["records"]}
    around = {"optional": optional, "rules": RULES, "allowed": allowed, "errors": errors or {}}
    return render_template("console/subject.html", told=held, now=_now(held), done=request.args.get("done"), **around)


def _now(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the newest record of each site: what stands now."""
    newest: dict[str, dict[str, Any]] = {}
    for each in held["records"]:
        newest.setdefault(each["site"], each)
    return list(newest.values())


def told(subject: str, refs: tuple[str, ...]) -> dict[str, Any]:
    """Tell everything that is held on a subject; that somebody looked is noted.

    Raises:
        Forbidden: it is under a legal hold, which who is signed in may not see.
    """
    if services().holds.rule(refs) is not None and not sight.sees_held():
        raise Forbidden("The records are under a legal hold, which your token may not see.")
    held = everything(subject, refs)
    access.note("subject", len(held["records"]), {"subject": subject}, refs, g.signed_in.site)
    return held


def references(subject: str) -> tuple[str, ...]:
    """Return a subject's references on the sites that who is signed in may see."""
    return tuple(subject_ref(services().pepper, site, subject) for site in sight.sites())
