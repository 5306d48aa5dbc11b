"""Checking whole logs: sizes at a tile's edge, every change named, a rewritten history told by an older checkpoint."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.ledger.merkle import leaf_hash, root
from consent.ledger.notes import Checkpoint
from consent.ledger.signing import Signer
from consent.ledger.tiles import encode_bundle
from consent.verify import Fault, check_log, main
from tests.consent.log_samples import KEY, SIGNER, leaves, write_log


def fault(address: str, since: str | None = None, *keys: str) -> str:
    with pytest.raises(Fault) as raised:
        list(check_log(address, keys or (KEY,), since))
    return ": ".join(map(str, raised.value.args))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 5_000])
def test_a_log_holds_at_every_size_around_a_tile_s_edge(size: int, tmp_path: Path) -> None:
    told = "\n".join(check_log(write_log(tmp_path, leaves(size)), [KEY]))
    assert f"vouches for a log of {size} entries" in told
    assert f"entries: {size}, which lead" in told


@pytest.mark.slow
@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_a_log_holds_around_the_edge_of_a_second_level_s_tile(size: int, tmp_path: Path) -> None:
    entries = leaves(size)
    address = write_log(tmp_path / "log", entries)
    for old in (1, 256, 257, 65_280, 65_535, size - 1, size):
        write_log(tmp_path / "old", entries[:old])
        told = "\n".join(check_log(address, [KEY], (tmp_path / "old" / "checkpoint").read_text()))
        assert f"history: the first {old} entries are those of the older checkpoint" in told
    write_log(tmp_path / "old", [*entries[:300], b"other", *entries[301:65_535]])
    assert fault(address, (tmp_path / "old" / "checkpoint").read_text()).startswith("history: the first 65535 entries")


def test_every_older_size_is_found_consistent(tmp_path: Path) -> None:
    entries = leaves(600)
    address = write_log(tmp_path / "log", entries)
    for old in (0, *range(1, 600, 37), 255, 256, 257, 511, 512, 513, 599, 600):
        hashes = [leaf_hash(entry) for entry in entries[:old]]
        assert list(check_log(address, [KEY], _note(old, root(hashes)))), old
        if old:
            assert fault(address, _note(old, bytes(32))).startswith(f"history: the first {old} entries"), old


def _note(size: int, digest: bytes) -> str:
    return SIGNER.sign(Checkpoint(SIGNER.name, size, digest).text())


def test_a_rewritten_history_with_valid_hashes_is_caught_by_an_older_checkpoint_alone(tmp_path: Path) -> None:
    """Whoever holds the key can rewrite everything. Nothing inside the log shows it; what was kept outside does."""
    entries = leaves(700)
    write_log(tmp_path, entries[:600])
    kept = (tmp_path / "checkpoint").read_text()
    address = write_log(tmp_path, [*entries[:10], b"rewritten", *entries[11:]])
    assert "not proven  that nothing was rewritten" in "\n".join(check_log(address, [KEY]))
    assert fault(address, kept) == "history: the first 600 entries are not those that were signed before"


def test_a_log_that_was_cut_back_is_told(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(600))
    kept = (tmp_path / "checkpoint").read_text()
    address = write_log(tmp_path, leaves(500))
    assert fault(address, kept) == "checkpoint: 500 entries, but 600 were signed before: it was cut back"


def flip(at: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def swap_leaves(one: int, other: int) -> Callable[[bytes], bytes]:
    def change(_: bytes) -> bytes:
        entries = leaves(512)[256:]
        entries[one], entries[other] = entries[other], entries[one]
        return encode_bundle(entries)

    return change


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("tile/entries/001", flip(4), "entry 256:"),
        ("tile/entries/001", swap_leaves(3, 9), "entry 259:"),
        ("tile/entries/001", lambda data: data[:-1], "entry 512:"),
        ("tile/entries/001", lambda data: data[:-11], "entry 511:"),
        ("tile/entries/001", lambda data: data + b"\0\0", "entry 513:"),
        ("tile/entries/001", lambda _: b"", "entry 256 and those after it: not to be had"),
        ("tile/0/001", flip(32 * 7), "entry 263:"),
        ("tile/0/001", lambda data: data + bytes(32), "entry 512:"),
        ("tile/0/001", lambda data: data[:-32], "entry 511:"),
        ("tile/1/000.p/2", flip(33), "tile/1/000.p/2: it does not hold the hashes over the entries from 0 on"),
        ("tile/0/002.p/88", flip(32 * 87 + 31), "entry 599:"),
        ("checkpoint", flip(22), "checkpoint, signature: "),
        ("checkpoint", lambda data: data.replace(b"600", b"599"), "checkpoint, signature: "),
        ("checkpoint", lambda data: data.replace(b"\n\n", b"\n"), "checkpoint: "),
    ],
)
def test_a_change_is_named_with_the_first_entry_or_tile_that_is_wrong(
    file: str, change: Callable[[bytes], bytes], told: str, tmp_path: Path
) -> None:
    address = write_log(tmp_path, leaves(600))
    path = tmp_path / file
    path.write_bytes(change(path.read_bytes()))
    assert fault(address).startswith(told)


@pytest.mark.parametrize("file", ["tile/entries/001", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/88", "checkpoint"])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    address = write_log(tmp_path, leaves(600))
    (tmp_path / file).unlink()
    told = fault(address)
    assert "not to be had" in told and told.endswith(f"{file}'>" if file in ("checkpoint", "tile/1/000.p/2") else file)


def test_entries_and_tiles_that_fit_each_other_but_not_the_signed_root_fail_at_the_checkpoint(tmp_path: Path) -> None:
    write_log(tmp_path, leaves(600))
    signed = (tmp_path / "checkpoint").read_bytes()
    address = write_log(tmp_path, [b"other", *leaves(599)])
    (tmp_path / "checkpoint").write_bytes(signed)
    assert fault(address).startswith("checkpoint: entries and tiles fit each other, and do not lead")


def test_only_the_given_keys_vouch_and_other_signatures_are_passed_over(tmp_path: Path) -> None:
    address = write_log(tmp_path, leaves(3))
    other = Signer(SIGNER.name, bytes(32)).verifier.vkey
    assert fault(address, None, other).startswith("checkpoint, signature: not just by the keys given")
    note = tmp_path / "checkpoint"
    note.write_text(note.read_text() + "— other.example AAAAAAAA\n")
    assert list(check_log(address, [other, KEY]))


def test_without_keys_a_directory_cannot_be_asked_for_them(tmp_path: Path) -> None:
    address = write_log(tmp_path, leaves(3))
    with pytest.raises(Fault, match=r"consent-log\.json', .not to be had"):
        list(check_log(address))


def test_the_command_reads_a_directory_and_an_older_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "log", leaves(300))
    write_log(tmp_path / "old", leaves(200))
    arguments = [str(tmp_path / "log"), "--key", KEY, "--since", str(tmp_path / "old" / "checkpoint")]
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith(f"VALID       {tmp_path / 'log'}\n")
    (tmp_path / "log" / "tile" / "entries" / "001.p/44").write_bytes(b"\0\1x")
    assert main(arguments) == 1
    assert f"FAILS       {tmp_path / 'log'}: entry 257: tile/entries/001 ends" in capsys.readouterr().out
    assert main([*arguments[:-1], str(tmp_path / "missing")]) == 2


@settings(max_examples=300)
@given(data=st.data())
def test_rubbish_in_any_file_is_a_fault_and_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("log")
    address = write_log(directory, leaves(258))
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    was = path.read_bytes()
    at = data.draw(st.integers(0, len(was)))
    now = was[:at] + data.draw(st.binary(max_size=40)) + was[at + data.draw(st.integers(0, 40)) :]
    path.write_bytes(now)
    # bytes above U+007F may stand in a signature of somebody else's, which is passed over
    if now != was and b"\xe2\x80\x94" not in now[len(was) - 200 :]:
        assert fault(address)
