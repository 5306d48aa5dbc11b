"""Backups of a ledger in use, and the way back: what is refused, and that no history is ever forked."""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis

from chassis import sql
from chassis.sign_in.sessions import Sessions
from chassis.tokens import Tokens
from consent import drain_health, signs
from consent.__main__ import consent
from consent.backups.backup import make, open_backup
from consent.backups.databases import BackupError
from consent.backups.restoring import Restored, restore
from consent.configuring import Configuring
from consent.keys import Keys
from consent.ledger.notes import Checkpoint, parse_checkpoint, sign
from consent.ledger.stream import STREAM, Stream
from consent.settings import Settings
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.store.site_tables import api_token, signed_in_session
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from tests.consent.ledger.test_checkpoints import grow
from tests.servers.redis_server import RedisServer
from worker.changes import Changes
from worker.drain import Drain, Stopped

Elsewhere = Callable[[], Settings]


def quiet(_done: int, _total: int) -> None:
    pass


def signed(ledger: Ledger, keys: Keys) -> str:
    return Checkpoints(ledger, *keys.signers).sign()


def back_up(settings: Settings, directory: Path, with_keys: bool = False) -> Path:
    return make(settings, directory, with_keys=with_keys, progress=quiet).directory


def refusal(settings: Settings, directory: Path, redis: Redis, *known: str) -> str:
    with pytest.raises(BackupError) as raised:
        restore(settings, open_backup(directory), redis, known)
    return str(raised.value)


def ledger_at(settings: Settings) -> Ledger:
    return Ledger(sql.connect(settings.database_url), settings.log_origin)


def test_a_copy_made_while_the_drain_commits_is_one_moment_of_the_ledger(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 600)
    note = signed(ledger, keys)
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            Stream(redis).append(make_entry())
            drain.step()

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        back_up(settings, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    there = elsewhere()
    done = restore(there, open_backup(tmp_path / "backup"), redis, [note])
    restored = ledger_at(there)
    assert 600 <= done.size <= ledger.size and done.complete
    assert restored.tree(done.size).root() == ledger.tree(done.size).root()
    assert len(list(restored.leaves(0, done.size))) == done.size
    restored.engine.dispose()


def test_an_older_copy_catches_up_from_the_stream_and_signs_the_same(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 5)
    signed(ledger, keys)
    back_up(settings, tmp_path / "backup")
    grow(drain, redis, make_entry, 300)
    last = signed(ledger, keys)
    signs.keep_checkpoint(redis, last)
    there = elsewhere()
    assert restore(there, open_backup(tmp_path / "backup"), redis, []) == Restored(5, 305, True, False)
    restored = ledger_at(there)
    again = Drain(redis, restored, keys)
    again.start()
    while again.step():
        pass
    assert signed(restored, keys) == last
    restored.engine.dispose()


def test_who_was_shut_out_since_the_backup_does_not_come_back_with_it(
    settings: Settings, elsewhere: Elsewhere, drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, tmp_path: Path
) -> None:
    drain.start()
    configuring, by = Configuring(ledger.engine, lambda: 0), {"command": "token"}
    stays, ended, once = (
        configuring.make_token(by, label, {"audit:read"}, None, None, label == "once")
        for label in ("stays", "ended", "once")
    )
    session = Sessions(ledger.engine, signed_in_session).open("somebody", None, 1 << 32)
    back_up(settings, tmp_path / "backup")
    configuring.end_token(by, ended.partition(".")[0])
    Changes(ledger.engine, Stream(redis), keys).round()
    there = elsewhere()
    restore(there, open_backup(tmp_path / "backup"), redis, [])
    restored = ledger_at(there)
    tokens = Tokens(restored.engine, api_token)
    assert tokens.redeem(once) is None and not Sessions(restored.engine, signed_in_session).lives(session)
    again = Drain(redis, restored, keys)
    again.start()
    while again.step():
        pass
    assert tokens.authenticate(ended) is None and tokens.authenticate(stays) is not None
    restored.engine.dispose()


def lose_the_rest(redis: Redis) -> None:
    """Trim the stream as if its 48 hours were over."""
    redis.xtrim(STREAM, maxlen=0)


def test_a_copy_that_cannot_catch_up_takes_nothing_and_signs_nothing(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 5)
    back_up(settings, tmp_path / "backup")
    grow(drain, redis, make_entry, 4)
    last = signed(ledger, keys)
    lose_the_rest(redis)
    redis.delete(signs.CHECKPOINT)
    there = elsewhere()
    assert restore(there, open_backup(tmp_path / "backup"), redis, [last]) == Restored(5, 9, False, False)
    restored = ledger_at(there)
    again = Drain(redis, restored, keys)
    again.start()
    Stream(redis).append(make_entry())
    with pytest.raises(Stopped, match="5 entries, 9 were signed"):
        again.step()
    assert restored.size == 5
    assert "the stream does not hold the rest" in str(drain_health.find(redis))
    restored.engine.dispose()


def test_a_successor_begins_with_the_checkpoint_of_the_log_that_was_lost(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 5)
    back_up(settings, tmp_path / "backup")
    grow(drain, redis, make_entry, 4)
    last = signed(ledger, keys)
    lose_the_rest(redis)
    signs.keep_checkpoint(redis, last)
    there = elsewhere()
    restore(there, open_backup(tmp_path / "backup"), redis, [])
    waiting = make_entry()
    Stream(redis).append(waiting)
    environment = {
        "REDIS_URL": there.redis_url,
        "CONSENT_DATABASE_URL": there.database_url,
        "KEYS_DIR": str(there.keys_dir),
        "LOG_ORIGIN": ORIGIN,
    }
    done = CliRunner().invoke(consent, ["log", "succeed"], env=environment)
    assert done.exit_code == 0, done.output
    new = f"{ORIGIN}/2"
    assert f"{new} begins after 9 entries of {ORIGIN}: set LOG_ORIGIN={new}" in done.output
    successor = Ledger(sql.connect(there.database_url), new)
    (first,) = successor.leaves(0, 1)
    told = json.loads(first)
    assert (told["k"], told["of"], told["checkpoint"]) == ("succession", ORIGIN, last)
    on = Drain(redis, successor, Keys.create(there.keys_dir, new))
    on.start()
    while on.step():
        pass
    assert successor.size == 2 and parse_checkpoint(successor.checkpoint() or "").origin == new
    assert successor.entry(waiting.record_id) is not None
    old = Ledger(successor.engine, ORIGIN)
    assert old.size == 5
    with pytest.raises(Exception, match="expected a key of"):
        Keys.create(there.keys_dir, ORIGIN)
    successor.engine.dispose()


def test_a_log_that_can_go_on_has_no_successor(
    settings: Settings, drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry
) -> None:
    grow(drain, redis, make_entry, 3)
    environment = {
        "REDIS_URL": settings.redis_url,
        "CONSENT_DATABASE_URL": settings.database_url,
        "KEYS_DIR": str(settings.keys_dir),
        "LOG_ORIGIN": ORIGIN,
    }
    redis.delete(signs.CHECKPOINT)
    assert "Redis knows no checkpoint" in CliRunner().invoke(consent, ["log", "succeed"], env=environment).output
    signs.keep_checkpoint(redis, signed(ledger, keys))
    done = CliRunner().invoke(consent, ["log", "succeed"], env=environment)
    assert done.exit_code == 1 and "it can go on" in done.output
    assert Keys(settings.keys_dir).signer == keys.signer


def test_another_history_is_not_restored_silently(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 5)
    back_up(settings, tmp_path / "backup")
    other = sign(Checkpoint(ORIGIN, 4, bytes(32)).text(), keys.signers)
    assert "another history" in refusal(elsewhere(), tmp_path / "backup", redis, other)
    assert "no checkpoint of this log" in refusal(elsewhere(), tmp_path / "backup", redis, "rubbish\n")


def test_a_restore_overwrites_nothing(
    settings: Settings, drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry, tmp_path: Path
) -> None:
    grow(drain, redis, make_entry, 5)
    back_up(settings, tmp_path / "backup")
    assert "there is a database already" in refusal(settings, tmp_path / "backup", redis)
    assert ledger.size == 5
    with pytest.raises(BackupError, match="is there already"):
        back_up(settings, tmp_path / "backup")
    other = replace(settings, log_origin="other.example/log")
    assert "LOG_ORIGIN is other.example/log" in refusal(other, tmp_path / "backup", redis)


def test_a_backup_that_is_not_whole_is_refused(
    settings: Settings, drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry, tmp_path: Path
) -> None:
    grow(drain, redis, make_entry, 5)
    signed(ledger, keys)
    directory = back_up(settings, tmp_path / "backup", with_keys=True)
    for path in [each for each in directory.rglob("*") if each.is_file()]:
        was = path.read_bytes()
        for now in (was[: len(was) // 2], None):
            path.write_bytes(now) if now is not None else path.unlink()
            with pytest.raises(BackupError):
                open_backup(directory)
            path.write_bytes(was)
    (directory / "more").write_text("")
    with pytest.raises(BackupError, match="more: missing, changed or not named"):
        open_backup(directory)


def test_keys_go_along_where_wanted_and_replace_none(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 1)
    without = open_backup(back_up(settings, tmp_path / "without"))
    directory = open_backup(back_up(settings, tmp_path / "with", with_keys=True))
    assert without.keys is None and directory.keys is not None
    there = replace(elsewhere(), keys_dir=tmp_path / "other keys")
    assert restore(there, directory, redis, []).keys
    assert Keys(there.keys_dir).signer == keys.signer
    files = [path for path in there.keys_dir.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    (there.keys_dir / "record").write_text("mine")
    assert not restore(replace(elsewhere(), keys_dir=there.keys_dir), directory, redis, []).keys
    assert (there.keys_dir / "record").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    missing = replace(settings, database_url=f"sqlite:///{tmp_path / 'missing.db'}")
    with pytest.raises(BackupError, match="there is no database"):
        back_up(missing, tmp_path / "backup")
    away = replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/consent")
    with pytest.raises((BackupError, Exception)):
        back_up(away, tmp_path / "backup")
    assert not (tmp_path / "missing.db").exists()
    assert not list(tmp_path.glob("*backup*")) and not list(tmp_path.glob(".*backup*"))


def test_the_append_only_file_alone_brings_the_stream_back(
    drain: Drain, ledger: Ledger, keys: Keys, make_entry: MakeEntry, tmp_path: Path
) -> None:
    """Redis's part of a backup: its directory, copied while it runs, read by another server."""
    first = RedisServer(tmp_path / "first").start()
    one = Redis.from_url(first.url)
    try:
        Stream(one).create()
        for _ in range(20):
            Stream(one).append(make_entry())
        shutil.copytree(first.directory, tmp_path / "copy")
    finally:
        one.close()
        first.kill()
    second = RedisServer(tmp_path / "copy").start()
    other = Redis.from_url(second.url)
    try:
        started = Drain(other, ledger, keys)
        started.start()
        while started.step():
            pass
        assert ledger.size == 20
    finally:
        other.close()
        second.kill()


def test_the_commands_say_what_to_do_next(
    settings: Settings,
    elsewhere: Elsewhere,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    tmp_path: Path,
) -> None:
    grow(drain, redis, make_entry, 5)
    signed(ledger, keys)

    def run(where: Settings, *arguments: str) -> tuple[int, str]:
        environment = {
            "REDIS_URL": where.redis_url,
            "CONSENT_DATABASE_URL": where.database_url,
            "KEYS_DIR": str(where.keys_dir),
            "LOG_ORIGIN": ORIGIN,
        }
        done = CliRunner().invoke(consent, arguments, env=environment)
        return done.exit_code, done.output

    directory = str(tmp_path / "backup")
    assert run(settings, "backup", directory) == (0, f"{directory}: {ORIGIN}, 5 entries signed\n")
    assert run(settings, "backup", directory)[0] == 1
    assert run(elsewhere(), "restore", directory) == (
        0,
        "5 entries are restored\nnothing is known to have been signed beyond them: start the drain\n",
    )
    grow(drain, redis, make_entry, 2)
    (tmp_path / "kept").write_text(signed(ledger, keys))
    code, told = run(elsewhere(), "restore", directory, "--checkpoint", str(tmp_path / "kept"))
    assert code == 0 and "7 were signed, and the stream holds the rest" in told
    lose_the_rest(redis)
    code, told = run(elsewhere(), "restore", directory)
    assert code == 1 and "the stream does not hold the rest" in told and "consent log succeed" in told
    assert run(settings, "restore", directory)[0] == 1
    assert run(settings, "restore", str(tmp_path)) == (
        1,
        f"Error: {tmp_path}: there is no backup of the form imprimatur/backup/v1\n",
    )
