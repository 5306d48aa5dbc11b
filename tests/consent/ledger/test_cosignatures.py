"""Timestamped cosignatures (c2sp.org/tlog-cosignature), beside the log's own signature on one note."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consent.ledger.notes import Checkpoint, open_checkpoint, open_note, sign, signatures_by
from consent.ledger.publication import arrange
from consent.ledger.signing import COSIGNATURE, NoteError, Signer, read_skey, read_vkey
from consent.verify import Fault
from consent.verify import open_checkpoint as open_as_auditor

LOG = Signer("consent.example/log", bytes(range(32)))
NEWER = Signer("consent.example/log", bytes(range(1, 33)))
WITNESS = Signer("witness.example/w1", bytes(range(2, 34)), COSIGNATURE)
OTHER = Signer("witness.example/w2", bytes(range(3, 35)), COSIGNATURE)
TEXT = Checkpoint("consent.example/log", 7, bytes(32)).text()
AT = 1_679_315_147


def test_a_cosignature_is_over_its_time_and_the_note_s_text() -> None:
    data = b64decode(WITNESS.line(TEXT, AT).split(" ")[2])
    assert data[:4] == WITNESS.verifier.key_id and int.from_bytes(data[4:12], "big") == AT
    signed = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    Ed25519PublicKey.from_public_bytes(WITNESS.verifier.public).verify(data[12:], signed)


def test_keys_of_witnesses_come_back_from_their_text_and_are_no_log_s() -> None:
    assert read_skey(WITNESS.skey, COSIGNATURE) == WITNESS
    assert read_vkey(WITNESS.verifier.vkey, COSIGNATURE) == WITNESS.verifier
    with pytest.raises(NoteError, match="type byte 0x01"):
        read_vkey(WITNESS.verifier.vkey)
    with pytest.raises(NoteError, match="type byte 0x04"):
        read_vkey(LOG.verifier.vkey, COSIGNATURE)


def test_the_same_bytes_have_another_id_as_another_kind() -> None:
    assert Signer("a", bytes(32)).verifier.key_id != Signer("a", bytes(32), COSIGNATURE).verifier.key_id


@pytest.mark.parametrize("change", [AT + 1, 0])
def test_another_time_does_not_hold(change: int) -> None:
    note = LOG.sign(TEXT) + WITNESS.line(TEXT, AT)
    data = bytearray(b64decode(WITNESS.line(TEXT, AT).split(" ")[2]))
    data[4:12] = change.to_bytes(8, "big")
    with pytest.raises(NoteError, match="does not hold"):
        WITNESS.verifier.check(TEXT, bytes(data[4:]))
    assert open_note(note, WITNESS.verifier) == TEXT


def test_a_published_checkpoint_has_one_line_of_the_log_and_those_of_its_witnesses() -> None:
    stranger = Signer("stranger.example", bytes(range(4, 36))).line(TEXT)
    note = sign(TEXT, [LOG, NEWER]) + OTHER.line(TEXT, AT) + stranger + WITNESS.line(TEXT, AT)
    witnesses = [WITNESS.verifier.vkey, OTHER.verifier.vkey]
    head = arrange(note, [NEWER.verifier, LOG.verifier], witnesses)
    assert head.note == NEWER.sign(TEXT) + OTHER.line(TEXT, AT) + WITNESS.line(TEXT, AT)
    assert (head.size, head.vkey, set(head.witnesses)) == (7, NEWER.verifier.vkey, set(witnesses))
    seen = open_as_auditor(head.note, [head.vkey, *head.witnesses], "note", closed=True).seen
    assert seen == dict.fromkeys(witnesses, AT)


def test_before_anything_was_signed_with_the_newer_key_the_older_one_vouches() -> None:
    assert arrange(LOG.sign(TEXT), [NEWER.verifier, LOG.verifier], []).vkey == LOG.verifier.vkey
    with pytest.raises(NoteError, match="none of the log's keys"):
        arrange(LOG.sign(TEXT), [NEWER.verifier], [])


def test_a_witness_does_not_stand_for_the_log() -> None:
    note = f"{TEXT}\n{WITNESS.line(TEXT, AT)}"
    with pytest.raises(NoteError):
        open_checkpoint(note, WITNESS.verifier)
    with pytest.raises(Fault):
        open_as_auditor(note, [WITNESS.verifier.vkey], "note")


def test_an_auditor_takes_no_line_that_is_doubled_moved_or_without_its_key() -> None:
    head = arrange(LOG.sign(TEXT) + WITNESS.line(TEXT, AT), [LOG.verifier], [WITNESS.verifier.vkey])
    keys = [head.vkey, *head.witnesses]
    lines = [LOG.line(TEXT), WITNESS.line(TEXT, AT)]
    for wrong in ([lines[1], lines[0]], [*lines, lines[1]], lines[:1], lines[1:], [*lines, OTHER.line(TEXT, AT)]):
        with pytest.raises(Fault):
            open_as_auditor(f"{TEXT}\n{''.join(wrong)}", keys, "note", closed=True)
    with pytest.raises(Fault):
        open_as_auditor(head.note.replace("— witness", "- witness"), keys, "note", closed=True)
    assert set(signatures_by(head.note, [LOG.verifier, OTHER.verifier])) == {LOG.verifier}
