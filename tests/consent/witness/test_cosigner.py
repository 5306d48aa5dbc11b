"""What a witness cosigns and what it refuses, rule by rule of c2sp.org/tlog-witness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.ledger.merkle import EMPTY_ROOT
from consent.ledger.notes import signatures_by
from consent.ledger.signing import COSIGNATURE, Signer
from consent.witness.cosigner import Cosigner, Refused, read_request
from consent.witness.state import State, StateError, hash_of
from tests.consent.witness.conftest import AT, NAME, Log, body


def refused(cosigner: Cosigner, request: bytes) -> Refused:
    with pytest.raises(Refused) as raised:
        cosigner.add_checkpoint(request)
    return raised.value


def latest(state: State, log: Log) -> int:
    with state.held(log.signers[0].name) as held:
        found = held.latest()
    return 0 if found is None else found.size


def test_a_log_that_grows_is_cosigned_from_step_to_step(cosigner: Cosigner, state: State, log: Log) -> None:
    sizes = (0, 0, 1, 2, 7, 7, 8, 300, 1000)
    for old, new in zip((0, *sizes), sizes, strict=False):
        line = cosigner.add_checkpoint(log.request(old, new))
        note = log.note(new)
        assert signatures_by(note + line, [state.signer.verifier]) == {state.signer.verifier: line}
        assert state.note(hash_of(log.signers[0].name)) == note + line
        assert line == state.signer.line(note.rpartition("\n\n")[0] + "\n", AT)


@pytest.mark.parametrize(
    ("request_of", "kind"),
    [
        (lambda log: log.request(3, 5), "conflict"),
        (lambda log: log.request(0, 5), "conflict"),
        (lambda log: log.request(6, 5), "malformed"),
        (lambda log: log.request(4, 3), "malformed"),
        (lambda log: log.request(4, 6, b"other"), "inconsistent"),
        (lambda log: log.request(4, 4, b"other"), "inconsistent"),
        (lambda log: body(4, [], log.note(6)), "inconsistent"),
        (lambda log: body(4, [bytes(32)] * 63, log.note(6)), "inconsistent"),
        (lambda log: body(4, [bytes(32)] * 64, log.note(6)), "malformed"),
        (lambda log: body(4, [bytes(31)], log.note(6)), "malformed"),
        (lambda log: body("04", [], log.note(6)), "malformed"),
        (lambda log: body("-1", [], log.note(6)), "malformed"),
        (lambda log: log.request(4, 6).replace(b"old ", b"Old "), "malformed"),
        (lambda log: log.request(4, 6).replace(b"\n\n", b"\n", 1), "malformed"),
        (lambda log: log.request(4, 6).replace(b"\n", b"\r\n"), "malformed"),
        (lambda log: log.request(4, 6)[:-1], "malformed"),
        (lambda log: b"", "malformed"),
        (lambda log: b"\xff\xfe", "malformed"),
        (lambda log: Log("other.example/log").request(0, 1), "unknown"),
        (lambda log: Log(seed=2).request(4, 6), "unsigned"),
        (lambda log: log.request(4, 6, note=log.note(6).replace("\n6\n", "\n7\n")), "unsigned"),
        (lambda log: log.request(4, 6, note=log.note(6) + log.note(5).rpartition("\n\n")[2]), "unsigned"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_changes_nothing(
    request_of: object, kind: str, cosigner: Cosigner, state: State, log: Log
) -> None:
    cosigner.add_checkpoint(log.request(0, 4))
    before = state.note(hash_of(log.signers[0].name))
    found = refused(cosigner, request_of(log))  # type: ignore[operator]
    assert found.kind == kind
    assert found.size == (4 if kind == "conflict" else None)
    assert state.note(hash_of(log.signers[0].name)) == before


def test_a_first_checkpoint_has_no_proof_and_an_empty_tree_the_empty_root(cosigner: Cosigner, log: Log) -> None:
    assert refused(cosigner, body(0, [bytes(32)], log.note(5))).kind == "inconsistent"
    assert refused(cosigner, body(0, [], log.note(0, digest=bytes(32)))).kind == "inconsistent"
    assert refused(cosigner, log.request(1, 5)).size == 0
    assert cosigner.add_checkpoint(body(0, [], log.note(0, digest=EMPTY_ROOT)))


def test_signatures_by_keys_that_nobody_told_it_of_are_passed_over(cosigner: Cosigner, state: State, log: Log) -> None:
    log.signers.append(Signer(log.signers[0].name, bytes(32)))
    cosigner.add_checkpoint(log.request(0, 4))
    kept = state.note(hash_of(log.signers[0].name)) or ""
    assert log.signers[1].line(log.note(4).rpartition("\n\n")[0] + "\n") not in kept


def test_during_a_rotation_either_key_will_do(cosigner: Cosigner, state: State, log: Log) -> None:
    cosigner.add_checkpoint(log.request(0, 4))
    old, new = log.signers[0], Signer(log.signers[0].name, bytes(32))
    state.add([new.verifier.vkey, old.verifier.vkey])
    log.signers = [new, old]
    cosigner.add_checkpoint(log.request(4, 5))
    log.signers = [new]
    cosigner.add_checkpoint(log.request(5, 6))
    assert latest(state, log) == 6


def test_two_logs_do_not_touch_each_other(cosigner: Cosigner, state: State, log: Log) -> None:
    other = Log("other.example/log")
    state.add(other.vkeys)
    cosigner.add_checkpoint(log.request(0, 9))
    cosigner.add_checkpoint(other.request(0, 2, b"other"))
    assert (latest(state, log), latest(state, other)) == (9, 2)
    assert state.origins() == [log.signers[0].name, other.signers[0].name]


def test_a_state_that_cannot_be_read_cosigns_nothing(cosigner: Cosigner, state: State, log: Log) -> None:
    """To begin anew would let the log begin anew."""
    cosigner.add_checkpoint(log.request(0, 4))
    path = state.directory / "logs" / hash_of(log.signers[0].name) / "checkpoint"
    path.write_text(path.read_text()[:20])
    with pytest.raises(StateError, match="checkpoint"):
        cosigner.add_checkpoint(log.request(0, 4))


@given(st.binary(max_size=300) | st.text(alphabet="old 0123456789\n—=AB+/", max_size=200).map(str.encode))
def test_rubbish_is_malformed(data: bytes) -> None:
    try:
        read_request(data)
    except Refused as found:
        assert found.kind == "malformed"


def test_a_witness_has_a_key_of_its_own_kind_and_keeps_it(state: State) -> None:
    assert (state.signer.name, state.signer.kind) == (NAME, COSIGNATURE)
    assert state.create(NAME) == state.signer
    with pytest.raises(StateError, match="expected a key of other"):
        state.create("other.example")
    assert (state.directory / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("origin_hash", ["", "..", "0" * 64, "../" * 21 + "a", "Z" * 64])
def test_no_hash_leads_elsewhere(origin_hash: str, state: State) -> None:
    assert state.note(origin_hash) is None
