"""Signed notes against the key, text and signature which Go's `note` package publishes in its documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.ledger.notes import Checkpoint, open_checkpoint, open_note, parse_checkpoint
from consent.ledger.signing import NoteError, Signer, read_skey, read_vkey

SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("consent.example/log", bytes(32))


def test_keys_and_signature_are_the_published_ones() -> None:
    signer = read_skey(SKEY)
    assert signer.verifier.vkey == VKEY
    assert signer.skey == SKEY
    assert signer.sign(TEXT) == NOTE
    assert open_note(NOTE, read_vkey(VKEY)) == TEXT


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(at: int, change: int) -> None:
    data = bytearray(NOTE.encode())
    data[at] ^= change
    try:
        changed = data.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(NoteError):
        open_note(changed, read_vkey(VKEY))


def test_signatures_by_unknown_keys_are_ignored() -> None:
    both = NOTE + SIGNER.sign(TEXT).rpartition("\n\n")[2]
    assert open_note(both, read_vkey(VKEY)) == TEXT
    assert open_note(both, SIGNER.verifier) == TEXT


def test_two_lines_of_one_key_must_both_hold() -> None:
    wrong = Signer("PeterNeumann", read_skey(SKEY).seed).sign("another text\n").rpartition("\n\n")[2]
    with pytest.raises(NoteError, match="does not hold"):
        open_note(NOTE + wrong, read_vkey(VKEY))


def test_another_key_of_the_same_name_is_not_taken() -> None:
    with pytest.raises(NoteError, match="no signature by"):
        open_note(NOTE, Signer("PeterNeumann", bytes(32)).verifier)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        NOTE[:-1],
        NOTE.replace("\n", "\r\n"),
        "\x00" + NOTE,
        NOTE.replace("—", "-"),
        NOTE + "\n",
        NOTE + NOTE.splitlines()[-1] * 17,
        TEXT + "\n" + (NOTE.splitlines()[-1] + "\n") * 17,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, read_vkey(VKEY))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        "a+b",
        "a+b+c",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("Peter", "Pieter"),
        VKEY + "=",
        SKEY,
        VKEY.upper(),
        VKEY.replace("TW", "TX"),
        " " + VKEY,
        VKEY.replace("+A", "+B"),
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        read_vkey(vkey)


@pytest.mark.parametrize("skey", ["", VKEY, SKEY.replace("c74f20a3", "00000000"), SKEY[:-1]])
def test_what_is_no_signer_key_is_refused(skey: str) -> None:
    with pytest.raises(NoteError):
        read_skey(skey)


@given(st.integers(0, 2**63), st.binary(min_size=32, max_size=32))
def test_checkpoints_come_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(SIGNER.name, size, root)
    assert open_checkpoint(SIGNER.sign(checkpoint.text()), SIGNER.verifier) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n1\n",
        "\n1\n" + "A" * 43 + "=\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n1\nAAAA\n",
        "a\n1\n!\n",
        "a\n١\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 42 + "B=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


def test_a_checkpoint_of_another_origin_is_refused() -> None:
    note = SIGNER.sign(Checkpoint("other.example/log", 1, bytes(32)).text())
    with pytest.raises(NoteError, match="checkpoint origin"):
        open_checkpoint(note, SIGNER.verifier)
