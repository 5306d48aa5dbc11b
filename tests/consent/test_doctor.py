"""`consent doctor`: each thing that can be wrong is named in a line of its own, and what is well says how it is."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from chassis.examination import Finding
from chassis.openid import roles
from consent import drain_health, signs
from consent.anchors.anchor import Failed
from consent.anchors.anchoring import send_due
from consent.doctor import examine
from consent.drain_health import Health
from consent.keys import Keys
from consent.ledger.notes import Checkpoint, sign
from consent.ledger.policy import parse
from consent.ledger.signing import COSIGNATURE, Signer
from consent.ledger.stream import STREAM
from consent.settings import Settings
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from tests.chassis.openid.forging_provider import ForgingProvider
from tests.consent.ledger.conftest import ORIGIN, MakeEntry, drain, keys, ledger, make_entry, redis
from tests.consent.ledger.test_checkpoints import grow
from tests.servers.ports import free_port
from worker.cosigning import Cosigning
from worker.drain import Drain

__all__ = ["drain", "keys", "ledger", "make_entry", "redis"]


@pytest.fixture
def settings(
    redis_url: str, consent_database: str, keys: Keys, ledger: Ledger, drain: Drain, redis: Redis, make_entry: MakeEntry
) -> Settings:
    """A deployment with a drain that has just done its work."""
    grow(drain, redis, make_entry, 3)
    signs.keep_checkpoint(redis, Checkpoints(ledger, keys.signer).sign())
    drain._next_housekeeping = 0.0
    drain.step()
    return Settings(redis_url=redis_url, database_url=consent_database, keys_dir=keys.directory, log_origin=ORIGIN)


def found(settings: Settings) -> dict[str, Finding]:
    return {each.subject: each for each in examine(settings)}


def test_an_openid_provider_is_asked_for_what_is_needed_of_it(settings: Settings) -> None:
    provider = ForgingProvider(free_port())
    try:
        known = {"oidc_issuer": provider.issuer, "oidc_client_id": "consent"}
        told = found(replace(settings, **known, oidc_roles=roles.parse("legal=officer")))["openid"]
        assert (told.level, told.text) == ("ok", f"{provider.issuer} offers what is needed of it")
        elsewhere = found(replace(settings, **known, oidc_roles=roles.parse("legal=officer@nowhere")))["openid"]
        assert (elsewhere.level, elsewhere.text[:27]) == ("warn", "a role is given on nowhere,")
        assert "openid" in faults(replace(settings, **known))
        provider.metadata = {"issuer": "https://other.example"}
        assert "openid" in faults(replace(settings, **known, oidc_roles=roles.parse("legal=officer")))
    finally:
        provider.stop()


def faults(settings: Settings) -> set[str]:
    return {subject for subject, each in found(settings).items() if each.level == "FAULT"}


def test_a_deployment_that_is_well_has_no_fault(settings: Settings) -> None:
    told = found(settings)
    assert not faults(settings)
    assert list(told) == ["database", "redis", "clock", "keys", "disk", "stream", "drain", "checkpoint"]
    assert told["checkpoint"].text.startswith("of 3 entries, ")
    assert told["keys"].text.startswith("6 files, for their owner alone; signing key of 0 days")
    assert told["drain"].text == "0 choices wait, the oldest for 0.0 s"


def open_key(settings: Settings, redis: Redis) -> None:
    (settings.keys_dir / "pepper").chmod(0o644)


def lose_key(settings: Settings, redis: Redis) -> None:
    (settings.keys_dir / "record").unlink()


def loosen_redis(settings: Settings, redis: Redis) -> None:
    redis.config_set("appendfsync", "everysec")


def lose_stream(settings: Settings, redis: Redis) -> None:
    redis.delete(STREAM)


def rewind_stream(settings: Settings, redis: Redis) -> None:
    redis.delete(STREAM)
    redis.xadd(STREAM, {"x": "y"}, id="1-1")


def lose_drain(settings: Settings, redis: Redis) -> None:
    redis.delete(drain_health.KEY)


def late_drain(settings: Settings, redis: Redis) -> None:
    drain_health.leave(redis, Health(0, 7, 100.0, None))


def refusing_drain(settings: Settings, redis: Redis) -> None:
    drain_health.leave(redis, Health(0, 0, 0.0, "Behind: of course"))


def known_beyond(settings: Settings, redis: Redis) -> None:
    redis.set(signs.CHECKPOINT, sign(Checkpoint(ORIGIN, 9, bytes(32)).text(), Keys(settings.keys_dir).signers))


def known_otherwise(settings: Settings, redis: Redis) -> None:
    redis.set(signs.CHECKPOINT, sign(Checkpoint(ORIGIN, 2, bytes(32)).text(), Keys(settings.keys_dir).signers))


def known_of_another(settings: Settings, redis: Redis) -> None:
    redis.set(signs.CHECKPOINT, sign(Checkpoint(ORIGIN, 2, bytes(32)).text(), [Signer(ORIGIN, bytes(32))]))


@pytest.mark.parametrize(
    ("change", "subject", "told"),
    [
        (open_key, "keys", "may be read by others: chmod 600"),
        (lose_key, "keys", "run `consent keys create`"),
        (loosen_redis, "redis", "appendfsync is 'everysec'"),
        (lose_stream, "stream", "there is none"),
        (rewind_stream, "stream", "it ends at 1-1, before the ledger's cursor"),
        (lose_drain, "drain", "no drain has given a sign of life"),
        (late_drain, "drain", "7 choices wait, the oldest for 100.0 s"),
        (refusing_drain, "drain", "no checkpoint is signed: Behind: of course"),
        (known_beyond, "checkpoint", "9 entries were signed, the ledger has 3"),
        (known_otherwise, "checkpoint", "another history"),
        (known_of_another, "checkpoint", "none of this log's"),
    ],
)
def test_each_fault_is_named_alone(
    change: Callable[[Settings, Redis], None], subject: str, told: str, settings: Settings, redis: Redis
) -> None:
    try:
        change(settings, redis)
        assert faults(settings) == {subject}
        assert told in found(settings)[subject].text
    finally:
        redis.config_set("appendfsync", "always")


def test_redis_or_the_database_away_are_faults_and_nothing_falls_over(settings: Settings) -> None:
    away = found(replace(settings, redis_durable_url="redis://127.0.0.1:1/0"))
    assert {"redis", "clock", "stream", "checkpoint"} <= {
        each.subject for each in away.values() if each.level == "FAULT"
    }
    assert away["database"].level != "FAULT"
    lost = found(replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/consent"))
    assert lost["database"].level == lost["stream"].level == lost["checkpoint"].level == "FAULT"
    assert lost["redis"].level == "ok"


def test_a_witness_is_told_with_what_it_cosigned_and_why_it_does_not(
    settings: Settings, ledger: Ledger, redis: Redis
) -> None:
    vkey = Signer("w.example", bytes(32), COSIGNATURE).verifier.vkey
    policy = parse(f"witness w {vkey} http://127.0.0.1:1\nquorum w")
    witnessed = replace(settings, witnesses=policy)
    assert found(witnessed)["witness w"].text == "never asked: restart the drain"
    Cosigning(ledger, policy, redis).round()
    told = found(witnessed)["witness w"]
    assert told.level == "FAULT" and told.text.startswith("ConnectError") and told.text.endswith("nothing cosigned")
    redis.set(signs.WITNESSES, '{"w": {"size": 3, "at_ms": 1795000000000, "fault": null}}')
    assert found(witnessed)["witness w"] == Finding("witness w", "ok", "3 entries at 2026-11-18T11:06:40.000Z")


def test_an_anchor_is_a_fault_until_it_arrives_and_when_it_stops(
    settings: Settings, ledger: Ledger, tmp_path: Path
) -> None:
    anchored = replace(settings, anchor_dir=tmp_path / "anchors")
    assert found(anchored)["anchor file"].text.startswith("nothing sent yet: does the worker's clock run?")

    class Broken:
        name = "file"

        def send(self, anchor: object) -> None:
            raise Failed("away")

    class Working(Broken):
        def send(self, anchor: object) -> None:
            pass

    now = time.time_ns() // 1_000_000
    list(send_due(ledger, [Broken()], lambda: now - 3 * 86_400_000))
    assert "did not arrive: away; nothing sent yet" in found(anchored)["anchor file"].text
    list(send_due(ledger, [Working()], lambda: now - 3 * 86_400_000))
    assert found(anchored)["anchor file"].level == "FAULT"  # three days ago is not yesterday
    list(send_due(ledger, [Working()], lambda: now))
    assert found(anchored)["anchor file"].level == "ok"
