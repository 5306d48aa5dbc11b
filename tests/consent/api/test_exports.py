import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from consent.exports import making
from consent.store import record_walk
from tests.consent.service import Service

EXPORTS = "/v1/audit/exports"
Headers = dict[str, str]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a log of some records have several blocks."""
    from consent.store import block_counts, terms

    for module in (terms, block_counts):
        monkeypatch.setattr(module, "LEVELS", (2, 4, 6))
    monkeypatch.setattr(record_walk, "WIDTH", 4)


@pytest.fixture
def filled(small_blocks: None, service_on_both: Service) -> Service:
    for action in ("agree", "refuse", "gpc", "withdraw") * 4:
        service_on_both.browser().choose(action)
    service_on_both.drain()
    return service_on_both


def _ask(service: Service, headers: Headers, **body: Any) -> dict[str, Any]:
    answer = service.app.test_client().post(EXPORTS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def _path(manifest: dict[str, Any], what: str = "file") -> str:
    return str(manifest[what]).removeprefix("https://consent.example")


def _get(service: Service, path: str, headers: Headers, **more: str) -> Any:
    return service.app.test_client().get(path, headers={**headers, **more})


def _plain(service: Service, headers: Headers, **query: Any) -> bytes:
    answer = service.app.test_client().get("/v1/audit/export", query_string=query, headers=headers)
    assert answer.status_code == 200
    return bytes(answer.data)


@pytest.mark.parametrize("query", [{}, {"action": "refuse"}, {"event": "withdrawn", "gpc": "no"}, {"language": "ar"}])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_holds_what_the_search_finds_and_its_manifest_tells_its_bytes(
    filled: Service, form: str, query: dict[str, str]
) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format=form, **query)
    answer = _get(filled, _path(manifest), officer)
    assert answer.data == _plain(filled, officer, format=form, **query)
    assert manifest["complete"] and manifest["tree_size"] == 16
    assert manifest["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert manifest["size_bytes"] == len(answer.data) == int(answer.headers["Content-Length"])
    assert manifest["checkpoint"].split("\n")[1] == "16"
    assert manifest["filter"] == query
    lines = answer.data.decode().splitlines()
    assert manifest["records"] == len(lines) - (form == "csv")
    at = 0
    for segment in manifest["segments"]:
        assert segment["first_byte"] == at
        at += segment["size_bytes"]
        assert segment["sha256"] == hashlib.sha256(answer.data[segment["first_byte"] : at]).hexdigest()
    assert at == len(answer.data)


@pytest.mark.parametrize("form", ["csv", "jsonl", "jsonld", "parquet"])
def test_a_cut_download_goes_on_from_any_byte_and_later_records_change_nothing(filled: Service, form: str) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format=form)
    whole = _get(filled, _path(manifest), officer)
    filled.browser().choose("agree")
    filled.drain()
    for first in (0, 1, 2000, len(whole.data) // 2, len(whole.data) - 1):
        rest = _get(filled, _path(manifest), officer, Range=f"bytes={first}-", **{"If-Range": whole.headers["ETag"]})
        assert rest.status_code == 206
        assert rest.headers["Content-Range"] == f"bytes {first}-{len(whole.data) - 1}/{len(whole.data)}"
        assert rest.data == whole.data[first:]
    some = _get(filled, _path(manifest), officer, Range="bytes=700-1699")
    assert (some.status_code, some.data) == (206, whole.data[700:1700])
    past = _get(filled, _path(manifest), officer, Range=f"bytes={len(whole.data)}-")
    assert (past.status_code, past.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")
    assert past.get_json()["type"] == "/problems/range"
    other = _get(filled, _path(manifest), officer, Range="bytes=700-", **{"If-Range": '"other"'})
    assert (other.status_code, other.data) == (200, whole.data)


def test_a_long_export_is_measured_piece_by_piece(filled: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.api.exporting.PATIENCE_S", -1.0)
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="jsonl")
    assert not manifest["complete"] and manifest["size_bytes"] is None
    waiting = _get(filled, _path(manifest), officer, Range="bytes=10-")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "1")
    asked = 0
    while not manifest["complete"]:
        manifest = _get(filled, _path(manifest).removesuffix("/file"), officer).get_json()
        asked += 1
    assert 2 <= asked <= 8
    assert (manifest["records"], manifest["sha256"]) == (16, None)
    whole = _get(filled, _path(manifest), officer)
    assert len(whole.data) == manifest["size_bytes"]
    known = _get(filled, _path(manifest).removesuffix("/file"), officer).get_json()
    assert known["sha256"] == hashlib.sha256(whole.data).hexdigest()


def test_a_download_that_ends_early_leaves_what_it_had_made_known(
    filled: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.api.exporting.PATIENCE_S", -1.0)
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="csv")
    cut = filled.app.test_client().get(_path(manifest), headers=officer, buffered=False)
    pieces = iter(cut.response)
    had = b"".join(bytes(next(pieces)) for _ in range(3))  # type: ignore[call-overload]
    cut.close()
    monkeypatch.setattr("consent.api.exporting.PATIENCE_S", 60.0)
    rest = _get(filled, _path(manifest), officer, Range=f"bytes={len(had)}-")
    assert rest.status_code == 206
    assert had + rest.data == _plain(filled, officer, format="csv")


def test_an_erasure_ends_the_exports_of_before(filled: Service) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="jsonl")
    subject = json.loads(_get(filled, _path(manifest), officer).data.splitlines()[0])["subject"]
    eraser = filled.token("subjects:erase")
    erased = filled.app.test_client().delete(
        f"/v1/subjects/{subject}", json={"rule": "GDPR Art. 17(1)(b)"}, headers=eraser
    )
    assert erased.status_code == 202, erased.text
    filled.drain()
    for path in (_path(manifest), _path(manifest).removesuffix("/file"), _path(manifest, "link")):
        assert _get(filled, path, officer if "link" not in path else {}).status_code == 410
    anew = _ask(filled, officer, format="jsonl")
    assert subject.encode() not in _get(filled, _path(anew), officer).data


def test_an_erasure_while_it_is_read_cuts_an_export(filled: Service) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="jsonl")
    reading = filled.app.test_client().get(_path(manifest), headers=officer, buffered=False)
    pieces = iter(reading.response)
    first = json.loads(bytes(next(pieces)).splitlines()[0])  # type: ignore[call-overload]
    eraser = filled.token("subjects:erase")
    demand = {"rule": "GDPR Art. 17(1)(b)"}
    filled.app.test_client().delete(f"/v1/subjects/{first['subject']}", json=demand, headers=eraser)
    filled.drain()
    with pytest.raises(making.Changed):
        list(pieces)
    reading.close()


def test_a_link_opens_its_export_once_and_goes_on_for_who_holds_its_tag(filled: Service) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="csv")
    link = _path(manifest, "link")
    assert _get(filled, link, {}, Range="bytes=5-", **{"If-Range": '"guess"'}).status_code in (200, 403)
    manifest = _ask(filled, officer, format="csv")
    link = _path(manifest, "link")
    assert filled.app.test_client().head(link).status_code == 403
    first = _get(filled, link, {})
    assert first.status_code == 200 and first.headers["Cache-Control"] == "no-store"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert _get(filled, link, {}).status_code == 403
    assert _get(filled, link, {}, Range="bytes=5-").status_code == 403
    more = _get(filled, link, {}, Range="bytes=5-", **{"If-Range": first.headers["ETag"]})
    assert (more.status_code, more.data) == (206, first.data[5:])
    filled.clock.ms += 15 * 60 * 1000
    late = _get(filled, link, {}, Range="bytes=5-", **{"If-Range": first.headers["ETag"]})
    assert late.status_code == 403


@pytest.mark.parametrize("part", ["secret", "export", "none"])
def test_a_link_that_was_tampered_with_opens_nothing(filled: Service, part: str) -> None:
    officer = filled.token("audit:read")
    one, other = (_ask(filled, officer, format="csv") for _ in range(2))
    link = _path(one, "link")
    forged = {
        "secret": link[:-1] + ("A" if link[-1] != "A" else "B"),
        "export": link.replace(one["export"], other["export"]),
        "none": link.partition("=")[0] + "=",
    }[part]
    assert _get(filled, forged, {}).status_code == 403
    assert _get(filled, link, {}).status_code == 200


def test_an_export_is_its_asker_s_and_ends_after_a_day(filled: Service) -> None:
    officer, other = filled.token("audit:read"), filled.token("audit:read")
    manifest = _ask(filled, officer, format="csv")
    assert _get(filled, _path(manifest), other).status_code == 404
    assert _get(filled, _path(manifest), {}).status_code == 401
    assert _get(filled, _path(manifest), filled.token("notices:write")).status_code == 403
    filled.clock.ms += 24 * 3600 * 1000
    assert _get(filled, _path(manifest), officer).status_code == 404


def test_a_site_s_token_exports_that_site_only(filled: Service) -> None:
    own = filled.token("audit:read", site="gazette")
    assert _ask(filled, own, format="jsonl")["records"] == 0
    client = filled.app.test_client()
    assert client.post(EXPORTS, json={"format": "csv", "site": "newsroom"}, headers=own).status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"format": "xls"}, {"format": "csv", "colour": "red"}, {"format": "csv", "gpc": 1}]
)
def test_an_export_of_another_form_is_refused(service: Service, body: dict[str, Any]) -> None:
    answer = service.app.test_client().post(EXPORTS, json=body, headers=service.token("audit:read"))
    assert answer.status_code == 422


def test_without_a_checkpoint_there_is_nothing_to_export(service: Service) -> None:
    answer = service.app.test_client().post(EXPORTS, json={"format": "csv"}, headers=service.token("audit:read"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_the_table_of_an_export_is_read_as_csv(filled: Service) -> None:
    officer = filled.token("audit:read")
    rows = list(csv.DictReader(io.StringIO(_get(filled, _path(_ask(filled, officer, format="csv")), officer).text)))
    assert [row["index"] for row in rows] == [str(at) for at in range(15, -1, -1)]


def test_the_columns_of_an_export_are_read_as_parquet(filled: Service, tmp_path: Path) -> None:
    officer = filled.token("audit:read")
    manifest = _ask(filled, officer, format="parquet", event="refused")
    file = tmp_path / "records.parquet"
    file.write_bytes(_get(filled, _path(manifest), officer).data)
    told = [json.loads(line) for line in _plain(filled, officer, format="jsonl", event="refused").splitlines()]
    with duckdb.connect() as connection:
        columns = "index, record, purposes, gpc, subject, leaf_hash"
        rows = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(file)]).fetchall()
        size = connection.execute(
            "SELECT value FROM parquet_kv_metadata(?) WHERE key::VARCHAR = 'tree_size'", [str(file)]
        ).fetchone()
    assert rows == [tuple(each[name] for name in columns.split(", ")) for each in told] and len(rows) == 8
    assert size == (b"16",) and manifest["records"] == 8
