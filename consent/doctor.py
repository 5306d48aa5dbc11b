"""`consent doctor`: look at everything that the service and its log depend on, and say what is well and what is not.

Nothing is changed. What the drain knows it leaves in Redis (`signs`), so that this works from any machine.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis
from sqlalchemy import make_url, text

from chassis import migrations, redis_roles, sql
from chassis.examination import Fault, Finding, Warn, fault_of, look
from chassis.openid import settings as openid
from chassis.openid.provider import Provider
from chassis.settings import SettingError
from chassis.sql import read
from consent import drain_health, frameworks, instants, signs
from consent.anchors import configured as anchors_configured
from consent.keys import NAMES, KeyFileError, Keys
from consent.ledger.notes import open_checkpoint
from consent.ledger.signing import NoteError
from consent.ledger.stream import Stream, order
from consent.roles import ROLES
from consent.settings import Settings
from consent.store import checkpoints
from consent.store.anchors import Anchors
from consent.store.ledger import Ledger
from consent.store.sites import Sites
from consent.vendor_lists import VendorLists

MOST_CLOCK_S = 2.0
MOST_LAG_S = 60.0
LEAST_FREE = 0.05
LEAST_FREE_BYTES = 2 << 30
SAFE_SQLITE = (3, 51, 3)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything."""
    engine = sql.connect(settings.database_url)
    redis = redis_roles.durable(settings)
    ledger, keys = Ledger(engine, settings.log_origin), Keys(settings.keys_dir)
    try:
        yield look("database", lambda: _database(settings))
        yield look("redis", lambda: fault_of("; ".join(redis_roles.durability_faults(redis)), "fsyncs, evicts nothing"))
        yield look("clock", lambda: _clock(redis, ledger))
        yield look("keys", lambda: _keys(keys))
        yield look("disk", lambda: _disk(settings))
        yield look("stream", lambda: _stream(redis, ledger))
        yield look("drain", lambda: _drain(redis))
        yield look("checkpoint", lambda: _checkpoint(redis, ledger))
        for name, witness in settings.witnesses.witnesses.items():
            if witness.url:
                yield look(f"witness {name}", lambda name=name: _witness(redis, ledger, name))  # type: ignore[misc]
        for way in anchors_configured.ways(settings):
            yield look(f"anchor {way.name}", lambda way=way: _anchor(ledger, way.name))  # type: ignore[misc]
        if settings.oidc_issuer:
            yield look("openid", lambda: _openid(settings, Sites(engine)))
        if settings.cmp_id:
            yield look("vendor list", lambda: fault_of(VendorLists(settings.vendor_list).fault(), "there and whole"))
            yield look("engines", lambda: fault_of(frameworks.lacking(), "there"))
    finally:
        engine.dispose()
        redis.close()


def _database(settings: Settings) -> str:
    fault_of(migrations.fault("consent", settings.database_url), "")
    if make_url(settings.database_url).get_backend_name() == "sqlite" and sqlite3.sqlite_version_info < SAFE_SQLITE:
        wanted = ".".join(map(str, SAFE_SQLITE))
        raise Warn(
            f"at its newest shape; SQLite {sqlite3.sqlite_version} may damage a database that two processes write at "
            f"once: {wanted} or PostgreSQL does not"
        )
    return "at its newest shape"


def _clock(redis: Redis, ledger: Ledger) -> str:
    seconds, micros = redis.time()
    offsets = {"Redis": seconds + micros / 1e6 - time.time()}
    if ledger.engine.dialect.name == "postgresql":
        with read(ledger.engine) as connection:
            theirs = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
        offsets["the database"] = float(theirs or 0) - time.time()
    for whose, off_s in offsets.items():
        if abs(off_s) > MOST_CLOCK_S:
            raise Fault(f"{whose} is {off_s:+.1f} s off this machine")
    return f"the same as that of {' and '.join(offsets)}"


def _keys(keys: Keys) -> str:
    try:
        for name in NAMES:
            keys.secret(name)
        keys.secrets()
        signers = keys.signers
    except KeyFileError as error:
        raise Fault(f"{error}: run `consent keys create`") from None
    files = [path for path in keys.directory.rglob("*") if path.is_file()]
    for path in files:
        if path.stat().st_mode & 0o077:
            raise Fault(f"{path} may be read by others: chmod 600")
    days = (time.time() - (keys.directory / "log-signing").stat().st_mtime) / 86_400
    signing = "signing key" if len(signers) == 1 else "rotation"
    return f"{len(files)} files, for their owner alone; {signing} of {days:.0f} days"


def _disk(settings: Settings) -> str:
    url = make_url(settings.database_url)
    places = [settings.keys_dir]
    if url.get_backend_name() == "sqlite" and url.database:
        places.append(Path(url.database).parent)
    told = []
    for place in places:
        there = place if place.exists() else Path(".")
        usage = shutil.disk_usage(there)
        told.append(f"{there}: {usage.free / (1 << 30):.1f} GiB free")
        if usage.free < min(LEAST_FREE * usage.total, LEAST_FREE_BYTES):
            raise Fault(told[-1])
    return ", ".join(dict.fromkeys(told))


def _stream(redis: Redis, ledger: Ledger) -> str:
    state, cursor = Stream(redis).state(), ledger.state().cursor
    if state is None:
        raise Fault("there is none: the drain makes it at its first start")
    if order(state.last_id) < order(cursor):
        raise Fault(f"it ends at {state.last_id}, before the ledger's cursor {cursor}: Redis came back older; "
                    "the drain reads all of it again at its next start")  # fmt: skip
    return f"it ends at {state.last_id}, the ledger's cursor is at {cursor}"


def _drain(redis: Redis) -> str:
    health = drain_health.find(redis)
    if health is None:
        raise Fault("no drain has given a sign of life for 30 s: start `worker drain`")
    if health.refusal:
        raise Fault(f"no checkpoint is signed: {health.refusal}")
    behind = f"{health.lag_entries} choices wait, the oldest for {health.lag_s:.1f} s"
    if health.lag_s > MOST_LAG_S:
        raise Fault(behind)
    return behind


def _checkpoint(redis: Redis, ledger: Ledger) -> str:
    signed = checkpoints.newest(ledger)
    if signed is None:
        raise Fault("none was signed yet: the drain signs the first")
    known = signs.checkpoint(redis)
    try:
        seen = None if known is None else open_checkpoint(known, *ledger.keys)
    except NoteError as error:
        raise Fault(f"what Redis knows is none of this log's: {error}") from None
    if seen and seen.size > ledger.size:
        raise Fault(f"{seen.size} entries were signed, the ledger has {ledger.size}: it came back from an older backup")
    if seen and ledger.tree(seen.size).root() != seen.root:
        raise Fault(f"at {seen.size} entries another root was signed: this ledger has another history")
    age_s = time.time() - signed.created_ms / 1000
    told = f"of {signed.size} entries, {_ago(age_s)}"
    if ledger.size > signed.size and age_s > MOST_LAG_S:
        raise Fault(f"{told}; {ledger.size - signed.size} entries are not signed")
    return told


def _witness(redis: Redis, ledger: Ledger, name: str) -> str:
    seen = signs.witnesses(redis).get(name)
    if seen is None:
        raise Fault("never asked: restart the drain")
    told = "nothing cosigned" if seen["size"] is None else f"{seen['size']} entries at {instants.text(seen['at_ms'])}"
    if seen["fault"]:
        raise Fault(f"{seen['fault']}; {told}")
    return told


def _anchor(ledger: Ledger, way: str) -> str:
    states = [state for state in Anchors(ledger).newest() if state.way == way]
    sent = next((state for state in states if state.sent_ms), None)
    told = "nothing sent yet" if sent is None else f"{sent.day} sent at {instants.text(sent.sent_ms or 0)}"
    lacking = next((state for state in states if state.sent_ms is None and state.fault), None)
    if lacking:
        raise Fault(f"{lacking.day} did not arrive: {lacking.fault}; {told}")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    if sent is None or sent.day < yesterday:
        raise Fault(f"{told}: does the worker's clock run? `consent anchor send` sends it by hand")
    return told


def _openid(settings: Settings, sites: Sites) -> str:
    try:
        client = openid.client(settings, "CONSENT", ROLES, with_sites=True)
    except SettingError as error:
        raise Fault(str(error)) from None
    if client is None:
        return "none"
    well = fault_of(Provider(client).fault(), f"{client.issuer} offers what is needed of it")
    unknown = {rule.site for rule in client.rules if rule.site} - {site.id for site in sites.all()}
    if unknown:
        raise Warn(f"a role is given on {', '.join(sorted(unknown))}, which is no site of this service")
    return well


def _ago(seconds: float) -> str:
    units = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    unit, size = next((each for each in units if seconds >= each[1]), units[-1])
    return f"{seconds / size:.0f} {unit} ago"
