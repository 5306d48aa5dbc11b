"""Rectifying a record at the console: what is right instead, what comes of it, and then a record that supersedes it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import g, redirect, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.errors import Invalid
from chassis.sign_in import session
from consent import instants
from consent.api import audit as api
from consent.api.services import services
from consent.api.subjects import CorrectionSchema
from consent.audit import Row
from consent.console import confirming, consequences, records
from consent.console.confirming import Question
from consent.console.records import READ, RECTIFY
from consent.notices import Notice
from consent.recording.rectification import Correction

WORDS = {"given": True, "refused": False}


@session.signed_in
def rectify(record: UUID) -> Response | tuple[str, int]:
    """Supersede a record by one that says what is right, once that was confirmed."""
    session.require(READ)
    session.require(RECTIFY)
    session.check_form()
    row = records.seen(record)
    told, notice = api.told(row), services().catalogue.notice(row.notice)
    if not records.can_be_rectified(told):
        raise Invalid("the record names nobody, or holds no choice any more: there is nothing that could be rectified")
    sent = {name: text.strip() for name, text in request.form.items() if name not in confirming.OWN_FIELDS}
    sent.setdefault("event_id", str(uuid4()))  # the same with each press of the button that does it
    try:
        right = _right(sent, str(record), told, notice)
    except ValidationError as error:
        return records.page(row, errors=error.messages_dict, sent=sent), 422
    if (asks := confirming.ask(lambda: _question(right, row, notice, sent))) is not None:
        return asks
    taken = services().rectification.rectify(
        Correction(told["subject"], **right), g.signed_in.site, services().now_ms()
    )
    return redirect(url_for("console.record", record=record, rectified=taken.record), 303)


def _right(sent: Mapping[str, str], record: str, told: Mapping[str, Any], notice: Notice) -> dict[str, Any]:
    said = {purpose: sent.get(f"purpose-{purpose}", "") for purpose in notice.optional}
    wrong = sorted(purpose for purpose, word in said.items() if word not in WORDS)
    if wrong:
        raise ValidationError({"purposes": [f"expected given or refused for {', '.join(wrong)}"]})
    purposes = {purpose: WORDS[word] for purpose, word in said.items()}
    asked = {"event_id": sent["event_id"], "supersedes": record, "purposes": purposes, "reason": sent.get("reason", "")}
    right: dict[str, Any] = CorrectionSchema().load(asked)
    if purposes.items() <= told["purposes"].items():
        raise ValidationError({"purposes": ["expected a decision that differs from the record"]})
    return right


def _question(right: Mapping[str, Any], row: Row, notice: Notice, sent: Mapping[str, str]) -> Question:
    records.note(row)
    stood, titles = json.loads(row.choice or "{}"), notice.texts(notice.default_language)["purposes"]
    decided = {
        titles[each]["title"]: given for each, given in right["purposes"].items() if given != stood["purposes"][each]
    }
    same = len(right["purposes"]) - len(decided)
    back = url_for("console.record", record=right["supersedes"])
    comes = consequences.of_rectification(decided, same, instants.text(stood["valid_until"]))
    return Question("Rectify this record", "Rectify it", back, comes, sent)
