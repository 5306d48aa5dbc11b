"""Choices of signed-in readers, for the site's own server (scope `accounts:write`, a token of that one site)."""

from collections.abc import Iterator
from typing import Any

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint

from chassis.authorisation import require
from chassis.errors import FieldError, Forbidden, Invalid
from consent import instants
from consent.api import access, reader
from consent.api.account_schema import (
    AccountChoiceSchema,
    DevicesSchema,
    SignedOutSchema,
    SyncedSchema,
    SyncSchema,
    WhySchema,
)
from consent.api.callers import caller
from consent.api.choices import TakenSchema
from consent.api.own import LONGEST, told
from consent.api.services import services
from consent.api.subjects import AcceptedSchema
from consent.audit import Filter
from consent.choice import cookies, reasking, records
from consent.choice.records import Choice
from consent.erasures import Demand
from consent.fields import ACCOUNT, ACCOUNT_EXPECTED
from consent.recording.account_choices import Elsewhere
from consent.recording.account_sync import Device, Synced
from consent.recording.accounts import Standing
from consent.sites import Site

SCOPE = "accounts:write"
ERASE = "subjects:erase"
MAX_BYTES = 16 * 1024

blueprint = Blueprint("accounts", __name__, description="Choices of signed-in readers, for the site's own server")


@blueprint.before_request
def _limit() -> None:
    request.max_content_length = MAX_BYTES


@blueprint.route("/v1/sites/<site>/accounts/sync", methods=["POST"])
@require(SCOPE)
@blueprint.arguments(SyncSchema)
@blueprint.response(200, SyncedSchema, description="The device's own choice is settled with the account's")
def sync(data: dict[str, Any], site: str) -> dict[str, Any]:
    """Sign a device in to an account, or see what stands on it by now."""
    _own_token(site)
    device = Device(data["subject"], data["state"], data["gpc"], data["region"], data["event_id"])
    synced = services().account_sync.sync(site, data["account"], device)
    notice, held = synced.notice, synced.standing
    return {
        "site": site,
        "account": data["account"],
        "outcome": synced.outcome,
        "state": _state(held),
        "ask": _ask(synced),
        "tell": synced.is_new,
        "text": notice.texts(notice.closest(data["lang"]))["accounts"],
        "written": list(synced.written),
        "cookies": list(_changed(synced, device)),
    }


@blueprint.route("/v1/sites/<site>/accounts/choices", methods=["POST"])
@require(SCOPE)
@blueprint.arguments(AccountChoiceSchema)
@blueprint.response(201, TakenSchema, description="On disk; the same event again gets the same answer")
def choose(data: dict[str, Any], site: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Take a choice that a signed-in reader made on the site's own page, in its app, on the telephone."""
    _own_token(site)
    choice = Choice(
        site,
        data["event_id"],
        data["action"],
        data.get("purposes"),
        data["at"],
        data["page"],
        vendors=data.get("vendors"),
    )
    made = Elsewhere(data["notice"], data["lang"], data["component"], data["region"], data["gpc"])
    taken = services().account_choices.take(data["account"], choice, made)
    body, receipt = taken.choice, services().at(f"/v1/receipts/{taken.record}")
    answer = {
        "record": taken.record,
        "receipt": receipt,
        "notice": taken.notice.sha256,
        "purposes": {purpose: body["purposes"][purpose] for purpose in taken.notice.purposes},
        "vendors": records.exceptions(body["purposes"], body["vendors"], taken.notice),
        "event": body["event"],
        "given_at": instants.text(taken.given_ms),
        "valid_until": instants.text(taken.given_ms + body["valid_until"] - body["received_at"]),
    }
    return answer, 201, {"Location": receipt}


@blueprint.route("/v1/sites/<site>/accounts/<account>")
@require(SCOPE)
@blueprint.response(200, description="`pending` has not reached the ledger yet; `history` newest first, at most 1,000")
def account(site: str, account: str) -> Response:
    """Return an account's standing choice, its devices and its history."""
    _own_token(site)
    _well_formed(account)
    known, held, devices = services().account_choices.state(site, account)
    reference = services().accounts.reference(site, account)
    history = [told(row) for row in services().audit.page(Filter(site=site, accounts=(reference,)), LONGEST)]
    access.note("subject", len(history), {"account": account}, (reference,), site)
    arrived = known is None or known.record in {each["record"] for each in history}
    pending = [] if arrived or known is None else [known.record]
    return jsonify(site=site, account=account, devices=devices, state=_state(held), pending=pending, history=history)


@blueprint.route("/v1/sites/<site>/accounts/<account>", methods=["DELETE"])
@require(ERASE)
@blueprint.arguments(WhySchema)
@blueprint.response(202, AcceptedSchema, description="On disk; done as soon as the ledger has it")
def erase(data: dict[str, Any], site: str, account: str) -> tuple[dict[str, str], int, dict[str, str]]:
    """Erase whose an account was, on all of its devices. Choices and proofs stay, and are nobody's."""
    _own_token(site)
    _well_formed(account)
    reference = services().accounts.reference(services().catalogue.site(site).id, account)
    demand = Demand((reference,), site, data["rule"], data["reason"], caller())
    erasure, waits = services().erasures.ask(demand)
    status = "awaiting-approval" if waits else "accepted"
    return {"erasure": erasure, "status": status}, 202, {"Location": services().at(f"/v1/erasures/{erasure}")}


@blueprint.route("/v1/sites/<site>/accounts/<account>/devices/<uuid:subject>", methods=["DELETE"])
@require(SCOPE)
@blueprint.response(200, SignedOutSchema, description="It goes back to its own choice, if it had one")
def sign_out(site: str, account: str, subject: Any) -> dict[str, Any]:
    """Sign a device out: what is chosen on it from now on is its own."""
    _own_token(site)
    _well_formed(account)
    left = services().account_sync.sign_out(site, account, str(subject))
    return {"cookies": [] if left is None else list(_cookies(left.site, left.subject, left.standing))}


@blueprint.route("/v1/sites/<site>/accounts/<account>/devices", methods=["DELETE"])
@require(SCOPE)
@blueprint.response(200, DevicesSchema, description="What they chose stays on record")
def sign_out_all(site: str, account: str) -> dict[str, int]:
    """Sign every device of an account out, as when it is closed."""
    _own_token(site)
    _well_formed(account)
    return {"devices": services().account_sync.sign_out_all(site, account)}


def _own_token(site: str) -> None:
    if g.token.site != site:
        raise Forbidden(f"expected a token of the site {site!r} alone")


def _well_formed(account: str) -> None:
    if not ACCOUNT.fullmatch(account):
        raise Invalid(f"account: expected {ACCOUNT_EXPECTED}", FieldError("account", ACCOUNT_EXPECTED))


def _state(held: Standing | None) -> dict[str, Any] | None:
    if held is None:
        return None
    return {
        "record": held.record,
        "receipt": services().at(f"/v1/receipts/{held.record}"),
        "notice": held.notice.sha256,
        "event": held.choice["event"],
        "purposes": held.purposes,
        "vendors": held.state.vendors,
        "decided_at": instants.text(held.decided_ms),
        "valid_until": instants.text(held.valid_until_ms),
    }


def _ask(synced: Synced) -> reasking.Ask:
    held = synced.standing
    return "all" if held is None else reasking.ask(held.state, held.notice, synced.notice)


def _changed(synced: Synced, device: Device) -> Iterator[dict[str, Any]]:
    """Write the cookies that are not yet on the device as they should be."""
    held = synced.standing
    if held is None and device.state is None:
        if device.subject != synced.subject:
            yield _cookie(synced.site, cookies.subject_name(synced.site.id), synced.subject, None)
    elif held is None or device.state != held.state.text() or device.subject != synced.subject:
        yield from _cookies(synced.site, synced.subject, held)


def _cookies(site: Site, subject: str | None, held: Standing | None) -> Iterator[dict[str, Any]]:
    """Write both cookies: state and subject of what stands, neither where there is none."""
    left_s = 0 if held is None else (held.valid_until_ms - services().now_ms()) // 1000
    yield _cookie(site, cookies.state_name(site.id), "" if held is None else held.state.text(), left_s)
    max_age_s = None if held is None and subject is not None else left_s
    yield _cookie(site, cookies.subject_name(site.id), subject or "", max_age_s)


def _cookie(site: Site, name: str, value: str, max_age_s: int | None) -> dict[str, Any]:
    jar, hidden = reader.jar(site, apart=False), name == cookies.subject_name(site.id)
    return {
        "name": name,
        "value": value,
        "max_age": max_age_s,
        "domain": jar.domain,
        "path": "/",
        "same_site": "Lax",
        "secure": jar.secure,
        "http_only": hidden,
        "header": jar.header(name, value, max_age_s, hidden),
    }
