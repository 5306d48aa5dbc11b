"""A database that its owner edits by hand, in every way that one can: the verifier, over HTTP, names each."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import Connection, text

from chassis.sql import write
from consent.keys import Keys
from consent.ledger.stream import Stream
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.verify import Fault, check_log, check_receipt
from tests.consent.ledger.conftest import NOTICE, MakeEntry
from tests.consent.ledger.test_checkpoints import empty, grow
from tests.contract.test_tlog_client import Log, log
from worker.drain import Drain

__all__ = ["log"]
SIZE = 600


def edit(ledger: Ledger, change: Callable[[Connection], Any]) -> None:
    """Do what nothing but the proofs can prevent: the superuser takes the triggers away first."""
    with write(ledger.engine) as connection:
        for table in ("leaf", "tile", "checkpoint"):
            if connection.dialect.name == "sqlite":
                for what in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{what}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        change(connection)


def flipped(data: bytes, at: int = 7) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def flip(table: str, column: str, where: str, at: int = 7) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        (was,) = connection.execute(text(f"SELECT {column} FROM {table} WHERE {where}")).one()
        now = flipped(was.encode(), at).decode() if isinstance(was, str) else flipped(bytes(was), at)
        connection.execute(text(f"UPDATE {table} SET {column} = :now WHERE {where}"), {"now": now})

    return change


def swap(connection: Connection) -> None:
    bodies = dict(connection.execute(text("SELECT idx, body FROM leaf WHERE idx IN (301, 302)")).all())
    for index, body in ((301, bodies[302]), (302, bodies[301])):
        connection.execute(text("UPDATE leaf SET body = :body WHERE idx = :idx"), {"body": body, "idx": index})


def run(*statements: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount

    return change


def other_key(connection: Connection) -> None:
    vkey = connection.execute(text("SELECT vkey FROM log_key")).scalar_one()
    name, _, _ = vkey.partition("+")
    from consent.ledger.signing import Signer

    connection.execute(text("UPDATE log_key SET vkey = :vkey"), {"vkey": Signer(name, bytes(32)).verifier.vkey})


def fault(prefix: str, keys: list[str], since: str | None = None) -> str:
    with pytest.raises(Fault) as raised:
        list(check_log(prefix, keys, since))
    return ": ".join(map(str, raised.value.args))


@pytest.mark.slow
def test_every_edit_is_named(prefix: str, log: Log, keys: Keys) -> None:
    log.grow(SIZE)
    vkey = keys.signer.verifier.vkey
    assert list(check_log(prefix, [vkey])) and list(check_log(prefix))
    edits: list[tuple[Callable[[Connection], None], str]] = [
        (flip("edge", "hashes", "level = 1", 33), "tile/1/000.p/2: it does not hold the hashes over"),
        (flip("edge", "hashes", "level = 0", 32 * 80), "entry 592: "),
        (flip("tile", "hashes", "level = 0 AND n = 1", 32 * 100), "entry 356: "),
        (swap, "entry 301: "),
        (flip("leaf", "body", "idx = 290"), "entry 290: "),
        (run("DELETE FROM leaf WHERE idx = 270"), "entry 270: tile/entries/001 ends inside or before it"),
        (run("DELETE FROM leaf WHERE idx = 256"), "entry 256: tile/entries/001 ends inside or before it"),
        (run("DELETE FROM tile WHERE level = 0 AND n = 0"), "entry 0: tile/0/000 lacks its hash"),
        (flip("checkpoint", "note", f"size = {SIZE}", 25), "checkpoint"),
    ]
    for change, told in edits:  # each is met before those that were made before it
        edit(log.ledger, change)
        assert fault(prefix, [vkey]).startswith(told), told


@pytest.mark.slow
def test_another_key_in_the_table_convinces_nobody_who_has_the_right_one(prefix: str, log: Log, keys: Keys) -> None:
    log.grow(3)
    edit(log.ledger, other_key)
    assert fault(prefix, []).startswith("checkpoint, signature: not just by the keys given")
    assert list(check_log(prefix, [keys.signer.verifier.vkey]))


@pytest.mark.slow
def test_a_tail_that_was_cut_off_is_told_by_an_older_checkpoint(prefix: str, log: Log, keys: Keys) -> None:
    vkey = keys.signer.verifier.vkey
    log.grow(300)
    newer = log.grow(310).read_text()
    edit(
        log.ledger,
        run(
            "DELETE FROM leaf WHERE idx >= 300",
            "DELETE FROM checkpoint WHERE size > 300",
            "UPDATE log_state SET size = 300",
        ),
    )
    assert list(check_log(prefix, [vkey]))  # what is left is a log like any other
    assert fault(prefix, [vkey], newer) == "checkpoint: 300 entries, but 310 were signed before: it was cut back"


@pytest.mark.slow
def test_a_history_rewritten_with_valid_hashes_is_told_by_an_older_checkpoint_alone(
    prefix: str, log: Log, keys: Keys, redis: Redis, drain: Drain, make_entry: MakeEntry
) -> None:
    """Nothing in the log can show it: its owner has the key. Whoever kept a checkpoint has the proof."""
    vkey = keys.signer.verifier.vkey
    kept = log.grow(40).read_text()
    empty(log.ledger)
    redis.flushall()
    rewriting = Drain(redis, log.ledger, keys)
    rewriting.start()
    grow(rewriting, redis, make_entry, 50)
    Checkpoints(log.ledger, keys.signer).sign()
    assert list(check_log(prefix, [vkey]))
    assert fault(prefix, [vkey], kept) == "history: the first 40 entries are not those that were signed before"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("UPDATE choice SET body = :body", "$.proof.choice"),
        ("UPDATE choice SET salt = :salt", "$.proof.choice"),
        ("UPDATE leaf SET body = :leaf", "$.proof.inclusion"),
        ("UPDATE record SET record_id = :other WHERE idx = 0", "$.proof.record"),
    ],
)
def test_a_receipt_from_an_edited_record_says_what_does_not_hold(
    change: str, where: str, prefix: str, ledger: Ledger, drain: Drain, redis: Redis, make_entry: MakeEntry, keys: Keys
) -> None:
    from consent.receipts import build, serialise

    entry = make_entry()
    Stream(redis).append(entry)
    grow(drain, redis, make_entry, 1)
    Checkpoints(ledger, keys.signer).sign()
    body = json.loads(json.loads(entry.choice)["body"])
    body["purposes"]["analytics"] = False
    other = "00000000-0000-8000-8000-000000000000"
    values = {
        "body": json.dumps(body).encode(),
        "salt": bytes(32),
        "leaf": entry.leaf.replace(b"given", b"refused"),
        "other": other,
    }
    used = {name: value for name, value in values.items() if f":{name}" in change}
    edit(ledger, lambda connection: connection.execute(text(change), used))
    evidence = ledger.evidence(other if "record_id" in change else entry.record_id)
    assert evidence is not None
    with pytest.raises(Fault) as raised:
        list(check_receipt(serialise(build(evidence, NOTICE))))
    assert raised.value.args[0] == where


@pytest.mark.slow
def test_the_service_says_which_part_is_gone(prefix: str, log: Log) -> None:
    log.grow(300)
    signed = httpx.get(f"{prefix}/consistency?from=200")
    edit(log.ledger, run("DELETE FROM leaf WHERE idx = 270", "DELETE FROM leaf WHERE idx = 280"))
    answers = {path: httpx.get(f"{prefix}/tile/entries/{path}") for path in ("001.p/44", "001.p/14", "001", "000")}
    assert {path: answer.status_code for path, answer in answers.items()} == {
        "001.p/44": 404, "001.p/14": 200, "001": 404, "000": 200,
    }  # fmt: skip
    assert answers["001.p/44"].json()["detail"].startswith("entry 270 is gone")
    assert answers["001"].json()["detail"] == "the log has not come that far"
    assert signed.status_code == 200
    edit(log.ledger, run("DELETE FROM tile WHERE level = 0 AND n = 0"))
    tile, later = (httpx.get(f"{prefix}/tile/0/{path}") for path in ("000", "001"))
    assert (tile.status_code, tile.json()["detail"].split(":")[0]) == (404, "tile 0/0 is gone")
    assert later.json()["detail"] == "the log has not come that far"
    proof = httpx.get(f"{prefix}/consistency?from=200")
    assert (proof.status_code, "tile 0/0 is gone" in proof.json()["detail"]) == (503, True)
