"""The stand-alone verifier: what it accepts, that one changed byte is enough, and that it never falls over."""

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import verify as verifier
from consent.ledger.canonical import canonical
from consent.ledger.commitments import Opening, commit
from consent.ledger.entries import record_tag
from consent.ledger.merkle import leaf_hash
from consent.ledger.notes import Checkpoint
from consent.ledger.signing import Signer
from consent.receipts import build, inclusion_text, serialise
from consent.verify import Fault, check_receipt
from tests.consent.ledger.conftest import NOTICE
from tests.consent.receipt_samples import RECORD, SIGNER, evidence, parsed, receipt

RECEIPT = receipt()


def where(data: bytes, *keys: str) -> str:
    with pytest.raises(Fault) as raised:
        list(check_receipt(data, keys))
    return str(raised.value.args[0])


def written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def proven(data: bytes, *keys: str) -> list[str]:
    return [line for line in check_receipt(data, keys) if line.startswith("proven ")]


def not_proven(data: bytes, *keys: str) -> str:
    return "\n".join(line for line in check_receipt(data, keys) if line.startswith("not proven "))


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (11, 6), (11, 10), (256, 255), (257, 256), (300, 17)])
def test_a_receipt_holds_wherever_its_record_stands(size: int, index: int) -> None:
    assert len(proven(serialise(build(evidence(size, index), NOTICE)), SIGNER.verifier.vkey)) == 3


def test_a_key_from_the_receipt_itself_is_said_to_prove_less() -> None:
    assert "that the log's key is its own" in not_proven(RECEIPT)
    assert "that the log's key is its own" not in not_proven(RECEIPT, SIGNER.verifier.vkey)


def test_another_key_than_the_given_one_fails_at_the_key() -> None:
    other = Signer(SIGNER.name, bytes(32)).verifier.vkey
    assert where(RECEIPT, other) == "$.proof.key"


def test_every_single_byte_counts() -> None:
    """Two substitutions at every position of a whole receipt."""
    for at, byte in enumerate(RECEIPT):
        for other in (byte ^ 0x01, byte ^ 0x20):
            changed = RECEIPT[:at] + bytes([other]) + RECEIPT[at + 1 :]
            assert where(changed), f"byte {at}"


@given(st.integers(0, len(RECEIPT)), st.binary(min_size=0, max_size=3), st.integers(0, 3))
def test_no_other_bytes_pass(at: int, inserted: bytes, removed: int) -> None:
    changed = RECEIPT[:at] + inserted + RECEIPT[at + removed :]
    if changed != RECEIPT:
        assert where(changed)


@given(st.binary(max_size=300) | st.text(alphabet='{}[]":,0123456789truefalsnproof\\u ', max_size=200).map(str.encode))
def test_rubbish_is_refused_and_never_raises(data: bytes) -> None:
    assert where(data)


@pytest.mark.parametrize("name", ["record", "leaf", "leaf_hash", "notice", "inclusion", "key"])
@pytest.mark.parametrize("value", [None, 1, "", "x", [], {}, "\ud800", "\x00", "é", "A" * 5000])
def test_a_member_of_another_kind_is_named(name: str, value: object) -> None:
    document = parsed()
    document["proof"][name] = value
    data = json.dumps(document).encode()
    assert where(data).startswith("$.proof.")


@pytest.mark.parametrize("name", ["record", "leaf", "leaf_hash", "choice", "notice", "inclusion", "key"])
def test_a_missing_member_is_named(name: str) -> None:
    document = parsed()
    del document["proof"][name]
    assert where(written(document)) == f"$.proof.{name}"


def test_a_changed_leaf_is_told_from_a_changed_path() -> None:
    document = parsed()
    leaf = base64.b64decode(document["proof"]["leaf"]).replace(b"newsroom", b"newsr00m")
    document["proof"]["leaf"] = base64.b64encode(leaf).decode()
    assert where(written(document)) == "$.proof.leaf"
    document = parsed()
    document["proof"]["inclusion"] = document["proof"]["inclusion"].replace("index 6", "index 7")
    assert where(written(document)) == "$.proof.inclusion"


def test_another_record_s_id_is_named() -> None:
    document = parsed()
    document["proof"]["record"] = "721ed0b1-1f5b-8ff6-8667-80e6be42ad1d"
    assert where(written(document)) == "$.proof.record"


def test_a_changed_value_is_named_with_its_line() -> None:
    document = parsed()
    document["dpv:hasRecordOfActivity"]["dpv:hasProcess"][1]["given"] = False
    assert where(written(document)) == "line 61"


def test_an_addition_outside_the_proof_is_named() -> None:
    assert where(written(parsed() | {"note": "x"})) == f"line {len(RECEIPT.splitlines()) - 1}"


def test_an_addition_inside_the_proof_is_named() -> None:
    document = parsed()
    document["proof"]["note"] = "x"
    assert where(written(document)) == "$.proof"
    document = parsed()
    document["proof"]["choice"]["note"] = "x"
    assert where(written(document)) == "$.proof.choice"


def test_a_name_that_stands_twice_is_found() -> None:
    changed = RECEIPT.replace(b'"@id": "', b'"@id": "urn:x",\n  "@id": "', 1)
    assert where(changed).startswith("line ")


def test_other_line_ends_are_found() -> None:
    assert where(RECEIPT.replace(b"\n", b"\r\n")) == "line 1"


def test_spare_bits_of_base64_are_found() -> None:
    document = parsed()
    salt = document["proof"]["choice"]["salt"]
    assert salt.endswith("8=")
    document["proof"]["choice"]["salt"] = salt[:-2] + "9="
    assert base64.b64decode(salt) == base64.b64decode(salt[:-2] + "9=")
    assert where(written(document)) == "$.proof.choice.salt"


def test_a_second_signature_that_nothing_vouches_for_is_refused() -> None:
    document = parsed()
    document["proof"]["inclusion"] += "— other.example AAAAAAAA\n"
    assert where(written(document)) == "$.proof.inclusion, signature"


def test_a_leaf_that_is_no_record_is_refused_though_it_is_in_the_log() -> None:
    """Somebody's own log can hold anything: it must not bring the verifier down."""
    for choice, notice in ((b"{}", b"{}"), (b"[]", b"{}"), (b"{}", b"7"), (b'{"regulation": {}}', b"{}")):
        document = _forged(choice, notice)
        assert where(written(document)).startswith("$.proof")


def test_a_notice_nested_very_deep_is_refused() -> None:
    deep = b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert where(written(_forged(b"{}", deep)))


def _forged(choice: bytes, notice: bytes) -> dict[str, Any]:
    """A receipt of a log of one's own, whose single leaf commits to anything."""
    opening = Opening(b"\0" * 32, choice)
    leaf = canonical(
        {"choice": commit("choice", *opening), "notice": sha256(notice).hexdigest(), "id": record_tag(RECORD)}
    )
    note = SIGNER.sign(Checkpoint(SIGNER.name, 1, leaf_hash(leaf)).text())
    forged = replace(evidence(1, 0), leaf=leaf, choice=opening, checkpoint=note)
    proof = parsed()["proof"] | {
        "leaf": base64.b64encode(leaf).decode(),
        "leaf_hash": leaf_hash(leaf).hex(),
        "choice": {"salt": base64.b64encode(opening.salt).decode(), "body": choice.decode()},
        "notice": notice.decode(),
        "inclusion": inclusion_text(forged),
    }
    return {"proof": proof}


def run(*arguments: str, cwd: Path, data: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-I", str(cwd / "verify.py"), *arguments],
        cwd=cwd,
        input=data,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A directory with the verifier's file in it and nothing else of the project."""
    shutil.copy(os.fspath(verifier.__file__), tmp_path / "verify.py")
    return tmp_path


def test_an_auditor_can_read_it_in_an_afternoon() -> None:
    assert len(Path(verifier.__file__).read_text(encoding="utf-8").splitlines()) < 400


def test_the_file_works_alone(alone: Path) -> None:
    (alone / "receipt.json").write_bytes(RECEIPT)
    done = run("receipt.json", "--key", SIGNER.verifier.vkey, cwd=alone)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[-1] == b"VALID       receipt.json"


def test_the_command_says_where_it_fails(alone: Path) -> None:
    done = run("-", cwd=alone, data=RECEIPT.replace(b"dpv:ConsentGiven", b"dpv:ConsentRefused"))
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"FAILS       -: line 33: expected" in done.stdout and b"got '    \"dpv:hasConsentStatus" in done.stdout


def test_the_command_does_not_let_a_receipt_steer_the_terminal(alone: Path) -> None:
    done = run("-", cwd=alone, data=written(parsed() | {"\x1b[2J": 1, "\u202e": 1}))
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout


def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(alone: Path) -> None:
    done = run("missing.json", cwd=alone)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"missing.json: No such file or directory\n"


def test_a_receipt_tells_region_and_source_and_older_ones_stay_as_they_were() -> None:
    record = json.loads(receipt(regulation="fr", region="FR", region_source="header"))["dpv:hasRecordOfActivity"]
    assert record["dpv:hasJurisdiction"] == {"region": "FR", "source": "header"}
    assert record["dct:conformsTo"].endswith("record-eu-gdpr")
    made = parsed()
    proof = made["proof"]
    terms = json.loads(proof["choice"]["body"])
    older = {name: value for name, value in terms.items() if not name.startswith("region")}
    described = verifier.describe(json.loads(base64.b64decode(proof["leaf"])), older, json.loads(NOTICE), proof)
    del made["dpv:hasRecordOfActivity"]["dpv:hasJurisdiction"]
    assert described == made


def test_a_receipt_issued_before_each_purpose_had_an_event_still_verifies() -> None:
    issued = Path(__file__).with_name("receipts") / "without_events.json"
    assert proven(issued.read_bytes(), SIGNER.verifier.vkey)
