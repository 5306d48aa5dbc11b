"""Key files: made once however many start at once, closed to others, and each of its own."""

import multiprocessing
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consent.keys import NAMES, KeyFileError, Keys
from tests.consent.ledger.conftest import ORIGIN


def _create(directory: str, results: "multiprocessing.Queue[tuple[str, bytes, bytes]]") -> None:
    keys = Keys.create(directory, ORIGIN)
    results.put((keys.signer.skey, keys.secret("record"), keys.ingest(date(2026, 11, 23)).key))


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[tuple[str, bytes, bytes]] = context.Queue()
    processes = [context.Process(target=_create, args=(str(tmp_path / "keys"), results)) for _ in range(8)]
    for process in processes:
        process.start()
    found = {results.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()
    assert len(found) == 1
    assert not list((tmp_path / "keys").rglob(".*"))


def test_files_are_for_their_owner_alone_and_all_different(keys: Keys) -> None:
    keys.ingest(date(2026, 11, 23))
    files = [path for path in keys.directory.rglob("*") if path.is_file()]
    assert len(files) == len(NAMES) + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(keys.directory.stat().st_mode) == 0o700
    assert len({path.read_text().split()[-1] for path in files}) == len(files)
    assert len({keys.secret(name) for name in NAMES}) == len(NAMES)


def test_a_second_start_finds_the_same_keys(keys: Keys) -> None:
    again = Keys.create(keys.directory, ORIGIN)
    assert again.signer == keys.signer
    assert again.secrets(datetime(2026, 11, 23, tzinfo=UTC)) == keys.secrets(datetime(2026, 11, 23, tzinfo=UTC))


def test_each_day_has_its_own_ingest_key(keys: Keys) -> None:
    one, two = keys.ingest(date(2026, 11, 23)), keys.ingest(date(2026, 11, 24))
    assert (one.kid, two.kid) == ("2026-11-23", "2026-11-24")
    assert one.key != two.key
    assert keys.find_ingest("2026-11-23") == one


@pytest.mark.parametrize("kid", ["2026-11-22", "", "..", "../record", "2026-11-23/../../record", "record\0"])
def test_only_a_day_names_an_ingest_key(keys: Keys, kid: str) -> None:
    assert keys.find_ingest(kid) is None


def test_an_ingest_key_is_deleted_48_hours_after_its_day_when_all_is_drained(keys: Keys) -> None:
    keys.ingest(date(2026, 11, 23))
    end = datetime(2026, 11, 26, tzinfo=UTC)
    assert keys.delete_ingest(end - timedelta(milliseconds=1)) == []
    assert keys.find_ingest("2026-11-23") is not None
    assert keys.delete_ingest(end) == ["2026-11-23"]
    assert keys.find_ingest("2026-11-23") is None
    assert not (keys.directory / "ingest" / "2026-11-23").exists()


def test_a_signing_key_of_another_origin_is_refused(keys: Keys) -> None:
    with pytest.raises(KeyFileError, match=r"expected a key of other\.example"):
        Keys.create(keys.directory, "other.example/log")


@pytest.mark.parametrize("content", ["", "record-1", "record-1 AAAA", "record-1 !!!!", "\x80"])
def test_a_broken_file_is_named(keys: Keys, content: str) -> None:
    (keys.directory / "record").write_text(content, encoding="latin-1")
    with pytest.raises(KeyFileError, match="record"):
        Keys(keys.directory).secret("record")


def test_a_broken_signing_key_is_named(keys: Keys) -> None:
    (keys.directory / "log-signing").write_text("PRIVATE+KEY+nonsense")
    with pytest.raises(KeyFileError, match="log-signing"):
        _ = Keys(keys.directory).signer


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="pepper"):
        Keys(tmp_path).secret("pepper")


def test_a_rotation_signs_with_both_keys_until_the_older_is_retired(keys: Keys) -> None:
    first = keys.signer
    second = keys.rotate()
    assert Keys(keys.directory).signers == (second, first)
    assert Keys.create(keys.directory, ORIGIN).signer == second
    with pytest.raises(KeyFileError, match="retire it first"):
        keys.rotate()
    assert keys.retire() == first
    assert keys.signers == (second,)
    with pytest.raises(KeyFileError, match="rotate first"):
        keys.retire()
    assert stat.S_IMODE((keys.directory / "log-signing").stat().st_mode) == 0o600
    assert not list(keys.directory.rglob(".*"))
