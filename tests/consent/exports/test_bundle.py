"""A bundle is what docs/contracts/bundle.md says, and the verifier in it says so too."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from consent import notices, verify
from consent.__main__ import consent
from consent.exports.making import Changed
from consent.store.notices import Notices
from tests.consent.factories import document
from tests.consent.service import Service

EXPORTS = "/v1/audit/exports"


def _fill(service: Service) -> None:
    service.browser().choose("agree")
    spanish = service.browser()
    spanish.choose("refuse", display=spanish.notice(lang="es")["display"])
    Notices(service.engine).publish(notices.of(document(validity_days=30)), 1)
    service.app.extensions["consent"].catalogue.forget()
    for _ in range(3):
        service.browser().choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()


def _bundle(service: Service, headers: dict[str, str], **query: str) -> bytes:
    client = service.app.test_client()
    asked = client.post(EXPORTS, json={"format": "bundle", **query}, headers=headers)
    assert asked.status_code == 201, asked.text
    answer = client.get(asked.get_json()["file"].removeprefix("https://consent.example"), headers=headers)
    assert answer.content_type == "application/zip"
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    return bytes(answer.data)


def _proven(data: bytes, service: Service) -> list[str]:
    return list(verify.check_bundle(io.BytesIO(data), [str(service.app.extensions["consent"].ledger.vkey)]))


def test_a_bundle_of_everything_verifies_and_holds_what_was_shown(service_on_both: Service) -> None:
    service = service_on_both
    _fill(service)
    officer = service.token("audit:read")
    data = _bundle(service, officer)
    assert any("5 records: entries of that log, with parts and 2 notices" in each for each in _proven(data, service))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        records = [json.loads(line) for line in archive.read("records.jsonl").splitlines()]
        shown = {name: archive.read(name).decode() for name in names if name.endswith(".html")}
    assert names[-1] == "manifest.json" and {"README.txt", "verify.py", "checkpoint"} < set(names)
    assert [record["index"] for record in records] == [4, 3, 2, 1, 0]
    assert all(record["person"] and record["context"] for record in records)
    assert manifest["filter"] == {} and manifest["origin"] == "test.example/log"
    assert sorted(name.split(".")[1] for name in shown) == ["en", "en", "es"]
    texts = document()["texts"]
    assert all(texts["es" if ".es." in name else "en"]["title"] in page for name, page in shown.items())


def test_the_verifier_inside_runs_by_itself(service: Service, tmp_path: Path) -> None:
    _fill(service)
    file = tmp_path / "bundle.zip"
    file.write_bytes(_bundle(service, service.token("audit:read"), event="refused"))
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
    key = str(service.app.extensions["consent"].ledger.vkey)
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(file), "--key", key]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout
    assert "1 records: entries of that log" in told and "VALID" in told


def test_what_was_erased_is_null_and_the_bundle_verifies(service: Service) -> None:
    _fill(service)
    officer, eraser = service.token("audit:read"), service.token("subjects:erase")
    before = _bundle(service, officer)
    with zipfile.ZipFile(io.BytesIO(before)) as archive:
        first = json.loads(archive.read("records.jsonl").splitlines()[0])
    subject = json.loads(first["person"]["body"])["subject"]
    service.app.test_client().delete(f"/v1/subjects/{subject}", json={"rule": "GDPR Art. 17"}, headers=eraser)
    service.drain()
    after = _bundle(service, officer)
    assert subject.encode() in zipfile.ZipFile(io.BytesIO(before)).read("records.jsonl")
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        lines = archive.read("records.jsonl")
    assert subject.encode() not in lines
    told = {record["index"]: record for record in map(json.loads, lines.splitlines())}
    assert told[4]["person"] is None and told[4]["choice"] is not None
    _proven(before, service)
    _proven(after, service)


def test_a_bundle_without_records_is_one_all_the_same(service: Service) -> None:
    _fill(service)
    data = _bundle(service, service.token("audit:read"), language="ar")
    assert any("0 records" in each for each in _proven(data, service))


@pytest.mark.parametrize(
    ("member", "said", "says"),
    [("records.jsonl", b'"index":4', b'"index":3'), ("checkpoint", b"\n5\n", b"\n6\n")],
)
def test_a_changed_bundle_is_refused(service: Service, member: str, said: bytes, says: bytes) -> None:
    _fill(service)
    data = _bundle(service, service.token("audit:read"))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            assert name != member or said in body
            new.writestr(name, body.replace(said, says, 1) if name == member else body)
    with pytest.raises(verify.Fault):
        _proven(changed.getvalue(), service)


def test_a_bundle_that_was_made_once_goes_on_where_it_was_cut(service: Service) -> None:
    _fill(service)
    officer, client = service.token("audit:read"), service.app.test_client()
    asked = client.post(EXPORTS, json={"format": "bundle"}, headers=officer).get_json()
    path = asked["file"].removeprefix("https://consent.example")
    assert not asked["complete"]
    whole = client.get(path, headers=officer | {"Range": "bytes=100-"})  # of what is not known there is no part
    assert whole.status_code == 200 and whole.data
    rest = client.get(path, headers=officer | {"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[100:])
    manifest = client.get(path.removesuffix("/file"), headers=officer).get_json()
    assert (manifest["complete"], manifest["records"], manifest["size_bytes"]) == (True, 5, len(whole.data))


def test_the_command_line_writes_the_same_kind_of_files(service: Service, tmp_path: Path) -> None:
    _fill(service)
    environment: dict[str, Any] = {
        "CONSENT_DATABASE_URL": service.settings.database_url,
        "KEYS_DIR": str(service.settings.keys_dir),
        "LOG_ORIGIN": service.settings.log_origin,
        "CONSENT_PUBLIC_URL": service.settings.public_url,
    }
    file = tmp_path / "bundle.zip"
    for arguments in (["--format", "bundle", "--site", "newsroom"], ["--format", "jsonld"]):
        done = CliRunner().invoke(consent, ["export", *arguments, "--output", str(file)], env=environment)
        assert done.exit_code == 0, done.output or done.exception
        if arguments[1] == "bundle":
            assert any("5 records" in each for each in _proven(file.read_bytes(), service))
        else:
            assert len(json.loads(file.read_bytes())["@graph"]) == 6
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_an_erasure_meanwhile_ends_a_bundle(service: Service) -> None:
    _fill(service)
    officer, client = service.token("audit:read"), service.app.test_client()
    asked = client.post(EXPORTS, json={"format": "bundle"}, headers=officer).get_json()
    path = asked["file"].removeprefix("https://consent.example")
    reading = client.get(path, headers=officer, buffered=False)
    pieces = iter(reading.response)
    next(pieces)
    subject = service.app.test_client().get("/v1/audit/records", headers=officer).get_json()["records"][0]["subject"]
    eraser = service.token("subjects:erase")
    client.delete(f"/v1/subjects/{subject}", json={"rule": "GDPR Art. 17"}, headers=eraser)
    service.drain()
    with pytest.raises(Changed):
        list(pieces)
    reading.close()
