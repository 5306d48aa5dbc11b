"""The consent service: every real thing it needs is built here, once, and handed down."""

import functools
import os
import time
from collections.abc import Callable, Mapping

from flask import Flask, Response

from chassis import redis_roles, settings, sql
from chassis.errors import Unavailable
from chassis.identities import SignedIn
from chassis.limits.attempts import Attempts
from chassis.migrations import fault as migration_fault
from chassis.openid import settings as openid
from chassis.openid.provider import Provider
from chassis.service import LIMITER_TIMEOUT_S, make_service
from chassis.sign_in.place import SignIn
from chassis.sign_in.place import init as init_sign_in
from chassis.sign_in.sessions import Sessions
from chassis.tokens import Tokens
from consent import frameworks, limits, served
from consent.acting import Acting
from consent.api import accounts as accounts_api
from consent.api import (
    acts,
    audit,
    banner,
    choices,
    demo,
    erasures,
    exports,
    holds,
    iab,
    log,
    notices,
    own,
    pages,
    receipts,
    statistics,
    subjects,
    wellknown,
)
from consent.api.choice_door import ChoiceDoor
from consent.api.services import Services
from consent.catalogue import Catalogue
from consent.choice.display import Displays
from consent.configuring import Configuring
from consent.console import routes as console
from consent.durability import Durability
from consent.erasures import Erasures
from consent.keys import Keys
from consent.ledger.entries import record_id
from consent.ledger.stream import Stream
from consent.recording.account_choices import AccountChoices
from consent.recording.account_sync import AccountSync
from consent.recording.appending import Appender
from consent.recording.intake import Intake
from consent.recording.known_records import KnownRecords
from consent.recording.rectification import Rectification
from consent.roles import ROLES, SCOPES
from consent.settings import Settings
from consent.store.accounts import Accounts
from consent.store.act_log import ActLog
from consent.store.audit import Audit
from consent.store.erasures import Requests
from consent.store.exports import Exports
from consent.store.holds import Holds
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.recount import Recount
from consent.store.saved_searches import SavedSearches
from consent.store.served_files import ServedFiles
from consent.store.site_tables import api_token, signed_in_session
from consent.store.sites import Sites
from consent.store.statistics import Statistics
from consent.vendor_lists import VendorLists

TITLE = "Imprimatur consent"
PROBLEMS = {
    "notice-refused": (422, "The notice breaks a rule of consent"),
    "display-token": (422, "The display token does not vouch for this choice"),
    "display-token-expired": (422, "The display token does not hold any more"),
    "event-conflict": (409, "The event id belongs to another choice"),
    "held": (409, "A legal hold keeps the records"),
}


def create_app(configured: Settings | None = None, now_ms: Callable[[], int] | None = None) -> Flask:
    """Make the service.

    Args:
        configured: its settings; None reads the environment.
        now_ms: the clock in unix milliseconds; None for the system's.
    """
    configured = configured or settings.read(Settings, os.environ)
    now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
    app, api = make_service(__name__, configured, TITLE, PROBLEMS)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # purposes keep the notice's order
    engine = sql.connect(configured.database_url)
    redis = redis_roles.durable(configured, blocks=False)
    keys = Keys(configured.keys_dir)
    durability = Durability(redis)
    stream = Stream(redis)
    displays = Displays(keys.secret("display-token"))
    served_files = ServedFiles(engine, now_ms)
    catalogue = Catalogue(Sites(engine), Notices(engine), served=served_files.keep)
    ledger = Ledger(engine, configured.log_origin, configured.patience_ms)
    appender = Appender(keys, stream, durability)
    accounts = Accounts(redis, keys.secret("pepper"))
    known = KnownRecords(catalogue, stream, ledger, keys, accounts)
    acting = Acting(keys, stream, durability, now_ms)
    configuring = Configuring(engine, now_ms)
    kept = Holds(engine, configured.log_origin)
    vendor_lists = VendorLists(configured.vendor_list, lambda: now_ms() / 1000)
    framework = functools.partial(frameworks.of, configured, vendor_lists)
    app.extensions["ledger"] = ledger
    app.extensions["tokens"] = Tokens(engine, api_token)
    app.extensions["consent"] = Services(
        settings=configured,
        catalogue=catalogue,
        notices=Notices(engine),
        displays=displays,
        intake=Intake(catalogue, displays, keys, appender, accounts, now_ms, framework),
        account_choices=AccountChoices(catalogue, appender, accounts, known, now_ms),
        account_sync=AccountSync(catalogue, keys, appender, accounts, known, configured.host, now_ms),
        accounts=accounts,
        redis=redis,
        stream=stream,
        ledger=ledger,
        audit=Audit(engine, configured.log_origin),
        exports=Exports(engine),
        limits=limits.of(configured),
        served_files=served_files,
        saved_searches=SavedSearches(engine),
        served=served.Displays(redis_roles.cache(configured, LIMITER_TIMEOUT_S)),
        statistics=Statistics(engine, catalogue.notice),
        recount=Recount(engine, configured.log_origin),
        acting=acting,
        configuring=configuring,
        act_log=ActLog(engine, configured.log_origin),
        erasures=Erasures(acting, Requests(engine), kept, configured.erasure_approval, now_ms),
        holds=kept,
        rectification=Rectification(Audit(engine, configured.log_origin), catalogue, appender, accounts),
        vendor_lists=vendor_lists,
        framework=framework,
        pepper=keys.secret("pepper"),
        record_of=functools.partial(record_id, keys.secret("record")),
        now_ms=now_ms,
    )
    app.extensions["checks"].update(
        database=lambda: sql.fault(engine),
        migrations=lambda: migration_fault("consent", configured.database_url),
        durability=durability.fault,
        stream=lambda: _stream_fault(stream),
    )
    guards = _guards(configured.secure)
    app.after_request(functools.partial(_add, guards))
    officers = (audit, statistics, acts, subjects, erasures, holds, exports)
    for module in (notices, choices, accounts_api, own, receipts, pages, banner, iab, *officers, log, wellknown):
        api.register_blueprint(module.blueprint)
    api.register_blueprint(notices.visitor)
    sessions = Sessions(engine, signed_in_session)
    place = _sign_in(configured, app.extensions["tokens"], sessions, configuring.grant)
    init_sign_in(app, place, lambda: keys.secret("session"))
    app.register_blueprint(console.blueprint)
    app.register_blueprint(demo.blueprint)
    parts, gate, requests = (app.extensions[name] for name in ("consent", "gate", "requests"))
    app.extensions["proxies"].put_behind(lambda behind: ChoiceDoor(behind, parts, gate, requests, guards))
    return app


def _sign_in(configured: Settings, tokens: Tokens, sessions: Sessions, granted: Callable[[SignedIn], None]) -> SignIn:
    counted = redis_roles.cache(configured, LIMITER_TIMEOUT_S)
    client = openid.client(configured, "CONSENT", ROLES, with_sites=True)
    return SignIn(
        name="console",
        path="/console",
        scope="console",
        scopes=SCOPES,
        home="console.overview",
        template="console/sign_in.html",
        public_url=configured.public_url,
        tokens=tokens,
        sessions=sessions,
        attempts=Attempts(counted, "sign-ins", configured.limit_sign_ins),
        reauthentication_s=configured.reauthentication_minutes * 60,
        rights_s=configured.oidc_rights_minutes * 60,
        openid=None if client is None else Provider(client),
        roles={name: role.scopes for name, role in ROLES.items()},
        granted=granted,
    )


def _stream_fault(stream: Stream) -> str | None:
    try:
        return None if stream.state() else "there is none: the drain makes it at its first start"
    except Unavailable as error:
        return error.detail


def _guards(secure: bool) -> dict[str, str]:
    """Return the headers of every answer: nothing is taken for another type, and https stays https."""
    https_only = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"} if secure else {}
    return {"X-Content-Type-Options": "nosniff", **https_only}


def _add(headers: Mapping[str, str], response: Response) -> Response:
    response.headers.update(headers)
    return response
