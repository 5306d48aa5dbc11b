"""Checking regulator bundles: what holds, that every change is named with line and entry, that nothing crashes."""

import base64
import io
import json
import random
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.ledger.merkle import leaf_hash
from consent.ledger.notes import Checkpoint
from consent.ledger.signing import Signer
from consent.verify import Fault, check_bundle, main
from tests.consent.ledger.conftest import NOTICE
from tests.consent.log_samples import KEY, SIGNER, Bundle


def fault(path: Path, *keys: str) -> str:
    with pytest.raises(Fault) as raised:
        list(check_bundle(path, keys))
    return ": ".join(map(str, raised.value.args))


@pytest.mark.parametrize("taken", [(4, 2, 0), (4, 3, 2, 1, 0), (3,), ()])
def test_a_bundle_holds_whatever_was_taken_out_of_the_log(taken: tuple[int, ...], tmp_path: Path) -> None:
    bundle = Bundle(taken=taken)
    if not taken:
        bundle.members.popitem()
    told = "\n".join(check_bundle(bundle.write(tmp_path / "bundle.zip"), [KEY]))
    assert f"proven      {len(taken)} records: entries of that log" in told
    assert "not proven  that the filter left nothing out" in told


def test_erased_parts_and_other_leaves_are_told_as_null(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.records[0] |= {"person": None, "context": None}
    bundle.records[1] |= {"record": None, "choice": None, "person": None, "context": None}
    assert list(check_bundle(bundle.write(tmp_path / "bundle.zip"), [KEY]))


def test_what_nothing_vouches_for_is_named(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.members["records.csv"] = b"index,record\n"
    told = list(check_bundle(bundle.write(tmp_path / "bundle.zip"), [KEY]))
    assert told[-1] == "not proven  what stands in records.csv"


def test_a_key_from_elsewhere_must_be_the_bundle_s(tmp_path: Path) -> None:
    path = Bundle().write(tmp_path / "bundle.zip")
    assert "not proven  that the log's key is its own" in "\n".join(check_bundle(path))
    assert "its own" not in "\n".join(check_bundle(path, [KEY]))
    assert fault(path, Signer(SIGNER.name, bytes(32)).verifier.vkey).startswith("manifest.json: the bundle names other")


def turn(part: str) -> Callable[[Bundle], None]:
    def change(bundle: Bundle) -> None:
        body = bundle.records[1][part]["body"]
        bundle.records[1][part]["body"] = body.replace("true", "false").replace("reader", "other").replace("/a", "/b")
        assert bundle.records[1][part]["body"] != body

    return change


def of_second(**members: Any) -> Callable[[Bundle], None]:
    return lambda bundle: bundle.records[1].update(members)


def exchange(*members: str) -> Callable[[Bundle], None]:
    def change(bundle: Bundle) -> None:
        one, other = bundle.records[1], bundle.records[2]
        for name in members:
            one[name], other[name] = other[name], one[name]

    return change


def without_notice(bundle: Bundle) -> None:
    bundle.members.popitem()


def another_notice(bundle: Bundle) -> None:
    name, _ = bundle.members.popitem()
    bundle.members[name] = NOTICE + b" "


def notice_too_many(bundle: Bundle) -> None:
    bundle.members[f"notices/{sha256(b'{}').hexdigest()}.json"] = b"{}"


def of_manifest(**members: Any) -> Callable[[Bundle], None]:
    return lambda bundle: bundle.manifest.update(members)


def other_checkpoint(bundle: Bundle) -> None:
    bundle.members["checkpoint"] = bundle.members["checkpoint"].replace(b"\n5\n", b"\n6\n")


LINE = "records.jsonl, line 2, entry 2"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (turn("choice"), f"{LINE}.choice: it is not the choice that the log committed to"),
        (turn("person"), f"{LINE}.person: it is not the person that the log committed to"),
        (turn("context"), f"{LINE}.context: it is not the context that the log committed to"),
        (exchange("choice"), f"{LINE}.choice: it is not the choice"),
        (exchange("record"), f"{LINE}.record: it is not the id"),
        (exchange("leaf"), f"{LINE}.inclusion: it does not lead from entry 2"),
        (exchange("inclusion"), f"{LINE}.inclusion: it does not lead from entry 2"),
        (exchange("index"), "records.jsonl, line 2, entry 0.inclusion: it does not lead from entry 0"),
        (of_second(index=4), "records.jsonl, line 2, entry 4: not below"),
        (of_second(index=-1), "records.jsonl, line 2, entry -1: not below"),
        (of_second(index=3), "records.jsonl, line 2, entry 3.inclusion: it does not lead"),
        (of_second(index=True), "records.jsonl, line 2.index: missing"),
        (of_second(leaf=""), f"{LINE}.inclusion: it does not lead"),
        (of_second(leaf="A"), f"{LINE}.leaf: not canonical base64"),
        (of_second(record="x"), f"{LINE}.record: it is not the id"),
        (of_second(inclusion=[1]), f"{LINE}.inclusion, hash 1: not canonical base64 of 32 bytes"),
        (of_second(inclusion=["A" * 43 + "="] * 64), f"{LINE}.inclusion: it does not lead"),
        (of_second(choice=[]), "records.jsonl, line 2.choice: missing, of another kind"),
        (of_second(choice={"salt": "", "body": ""}), f"{LINE}.choice: it is not the choice"),
        (of_second(choice={"salt": ""}), f"{LINE}.choice.body: missing"),
        (of_second(note="x"), "records.jsonl, line 2: expected an object with"),
        (lambda bundle: bundle.records.reverse(), "records.jsonl, line 2, entry 2: not below the entry of the line"),
        (lambda bundle: bundle.records.pop(), "manifest.json: it tells of 3 records, there are 2"),
        (without_notice, "notices: they are not just those"),
        (another_notice, "notices: they are not just those"),
        (notice_too_many, "notices: they are not just those"),
        (of_manifest(members={}), "manifest.json: not of the form imprimatur/bundle/v1, or not naming"),
        (of_manifest(format="imprimatur/bundle/v2"), "manifest.json: not of the form"),
        (of_manifest(records="3"), "manifest.json.records: missing, of another kind"),
        (of_manifest(keys=[]), "checkpoint, signature: not just by the keys given"),
        (of_manifest(keys=[{}]), "$.proof.key: "),
        (of_manifest(keys=[KEY, KEY]), "checkpoint, signature: not just by the keys given"),
        (of_manifest(witnesses=[KEY]), "checkpoint, signature: not just by the keys given"),
        (of_manifest(more=1), "manifest.json: expected an object with"),
        (other_checkpoint, "checkpoint, signature: checkpoint and signature do not belong together"),
        (lambda bundle: bundle.members.update(checkpoint=b"\xff"), "checkpoint: the checkpoint is not three lines"),
    ],
)
def test_a_change_is_named(change: Callable[[Bundle], None], told: str, tmp_path: Path) -> None:
    bundle = Bundle()
    change(bundle)
    assert fault(bundle.write(tmp_path / "bundle.zip")).startswith(told)


def test_a_member_that_is_not_what_the_manifest_names_is_found(tmp_path: Path) -> None:
    path = Bundle().write(tmp_path / "bundle.zip")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in members:
        with zipfile.ZipFile(path, "w") as archive:
            for each, data in members.items():
                archive.writestr(each, data + b" " if each == name else data)
        if name != "manifest.json":  # space after its value changes nothing that it says
            assert fault(path) == f"{name}: its bytes are not those that the manifest names"
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in [*members.items(), ("more", b"")]:
            archive.writestr(each, data)
    assert fault(path).startswith("manifest.json: not of the form imprimatur/bundle/v1, or not naming every other")


def test_a_broken_zip_file_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Bundle().write(tmp_path / "bundle.zip")
    whole = path.read_bytes()
    for data in (b"", b"PK", whole[:-30], whole[: len(whole) // 2], b"\0" * 100):
        path.write_bytes(data)
        assert main([str(path)]) == 1
        assert capsys.readouterr().out.startswith(f"FAILS       {path}: ")
    assert main([str(tmp_path / "missing.zip")]) == 2


def test_the_command_tells_a_bundle_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Bundle().write(tmp_path / "bundle.zip")
    assert main([str(path), "--key", KEY]) == 0
    assert capsys.readouterr().out.endswith(f"VALID       {path}\n")


WHOLE = Bundle()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32))
def test_flipped_bytes_never_crash_and_never_pass_for_records(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes of the zip file itself (times, attributes) may change: what counts is what is read from it."""
    path = WHOLE.write(tmp_path_factory.mktemp("bundle") / "bundle.zip")
    chance, data = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    if main([str(path), "--key", KEY]) == 0:
        with zipfile.ZipFile(io.BytesIO(data)) as changed, zipfile.ZipFile(WHOLE.write(path)) as was:
            assert changed.read("records.jsonl") == was.read("records.jsonl")


@settings(max_examples=200)
@given(value=VALUES, name=st.sampled_from(sorted(WHOLE.records[0])))
def test_any_value_for_a_record_s_member_is_refused_or_erased(
    value: Any, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bundle = Bundle()
    unchanged = bundle.records[1][name] == value and type(bundle.records[1][name]) is type(value)
    bundle.records[1][name] = value
    path = bundle.write(tmp_path_factory.mktemp("bundle") / "bundle.zip")
    erased = value is None and name in ("record", "choice", "person", "context")
    if unchanged or erased:
        assert list(check_bundle(path, [KEY]))
    else:
        assert fault(path)


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    bundle = Bundle()
    bundle.records[0]["record"] = "\ud800"
    assert fault(bundle.write(tmp_path / "bundle.zip")).startswith("records.jsonl, line 1.record: missing, of another")


def test_a_leaf_whose_notice_is_no_text_is_refused(tmp_path: Path) -> None:
    leaf = json.dumps({"notice": [1], "id": "x"}).encode()
    bundle = Bundle()
    bundle.records = [
        {"index": 0, "record": None, "leaf": base64.b64encode(leaf).decode(), "choice": None, "person": None,
         "context": None, "inclusion": []}
    ]  # fmt: skip
    bundle.manifest["records"] = 1
    bundle.members["checkpoint"] = SIGNER.sign(Checkpoint(SIGNER.name, 1, leaf_hash(leaf)).text()).encode()
    assert fault(bundle.write(tmp_path / "bundle.zip")).startswith("notices: ")
