"""The log over HTTP: the addresses, types and caching of c2sp.org/tlog-tiles."""

import json
from base64 import b64decode

import pytest
from flask.testing import FlaskClient

from consent.keys import Keys
from consent.ledger.merkle import leaf_hash, verify_consistency
from consent.ledger.notes import open_checkpoint
from consent.ledger.signing import read_vkey
from consent.ledger.tiles import parse_bundle
from consent.store.ledger import Ledger
from consent.verify import check_receipt
from tests.consent.service import Service
from worker.drain import Drain


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.app.test_client()


@pytest.fixture
def filled(service: Service) -> Service:
    """The service with three choices in its ledger."""
    browser = service.browser()
    for action in ("agree", "refuse", "withdraw"):
        browser.choose(action)
    ledger = Ledger(service.engine, service.settings.log_origin)
    drain = Drain(service.redis, ledger, Keys(service.settings.keys_dir))
    drain.start()
    while drain.step():
        pass
    return service


def test_a_log_that_never_ran_says_so(client: FlaskClient) -> None:
    for path in ("/log/checkpoint", "/.well-known/consent-log.json"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.headers["Retry-After"] == "2"


def test_the_checkpoint_is_signed_by_the_key_that_the_service_names(filled: Service, client: FlaskClient) -> None:
    named = client.get("/.well-known/consent-log.json").get_json()
    answer = client.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    checkpoint = open_checkpoint(answer.text, read_vkey(named["vkey"]))
    assert (checkpoint.origin, checkpoint.size) == (named["origin"], 3)


def test_tiles_and_entries_fit_each_other(filled: Service, client: FlaskClient) -> None:
    tile, entries = client.get("/log/tile/0/000.p/3"), client.get("/log/tile/entries/000.p/3")
    leaves = parse_bundle(entries.data)
    assert tile.data == b"".join(leaf_hash(leaf) for leaf in leaves)
    assert len(leaves) == 3
    for answer in (tile, entries):
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/log/tile/0/000.p/2").data == tile.data[:64]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/000.p/4",
        "tile/0/000.p/0",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/64/000.p/1",
        "tile/00/000.p/3",
        "tile/0/0.p/3",
        "tile/0/x000/000.p/3",
        "tile/-1/000.p/3",
        "tile/entries/000",
        "tile/entries/000.p/4",
        "tile/entries/x",
        "tile/entries/" + "x999/" * 40 + "999",
        "tile/entries/x036/x028/x797/x018/x963/967",
    ],
)
def test_what_the_log_does_not_have_is_not_found(path: str, filled: Service, client: FlaskClient) -> None:
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def _proof(body: str) -> tuple[int, list[bytes], str]:
    """Take apart what a witness is sent: the old size, the hashes, the checkpoint."""
    head, _, note = body.partition("\n\n")
    old, *hashes = head.split("\n")
    return int(old.removeprefix("old ")), [b64decode(each) for each in hashes], note


def test_any_two_sizes_are_proven_consistent(filled: Service, client: FlaskClient) -> None:
    ledger = Ledger(filled.engine, filled.settings.log_origin)
    verifier = Keys(filled.settings.keys_dir).signer.verifier
    for old in (0, 1, 2, 3):
        answer = client.get(f"/log/consistency?from={old}&to=3")
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        assert answer.headers["Cache-Control"].endswith("immutable")
        size, hashes, note = _proof(answer.text)
        checkpoint = open_checkpoint(note, verifier)
        assert (size, checkpoint.size) == (old, 3)
        if old:
            assert verify_consistency(old, 3, hashes, ledger.tree(old).root(), checkpoint.root)
        else:
            assert hashes == []
    newest = client.get("/log/consistency?from=1")
    assert newest.text == client.get("/log/consistency?from=1&to=3").text
    assert newest.headers["Cache-Control"] == "public, max-age=1"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 422, "from"),
        ("from=-1", 422, "from"),
        ("from=x", 422, "from"),
        ("from=4", 422, "from"),
        ("from=1&to=2", 404, None),
        ("from=0&to=9", 404, None),
        ("from=0&to=-1", 422, "to"),
        ("from=1&to=9223372036854775807", 404, None),
        ("from=1&to=9223372036854775808", 422, "to"),
        ("from=1&from=0", 422, "from"),
        ("from=0&more=1", 422, "more"),
    ],
)
def test_no_proof_is_given_of_what_was_never_signed(
    query: str, status: int, field: str | None, filled: Service, client: FlaskClient
) -> None:
    answer = client.get(f"/log/consistency?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    if field:
        assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_all_keys_are_told_newest_first_and_old_receipts_still_verify(service: Service, client: FlaskClient) -> None:
    """The whole of a rotation: overlap, end, and a receipt of each time."""
    keys = Keys(service.settings.keys_dir)
    old = keys.signer.verifier.vkey
    receipts = []
    for step in (lambda: None, keys.rotate, keys.retire):
        step()
        taken = service.browser().choose("agree")
        service.drain()
        receipts.append(client.get(f"/v1/receipts/{taken['record']}").data)
    new = keys.signer.verifier.vkey
    named = client.get("/.well-known/consent-log.json").get_json()
    assert named == {"origin": service.settings.log_origin, "vkey": new, "keys": [new, old], "witnesses": []}
    for receipt, key in zip(receipts, (old, new, new), strict=True):
        assert list(check_receipt(receipt, [key]))
        assert json.loads(receipt)["proof"]["key"] == key
    ledger = Ledger(service.engine, service.settings.log_origin)
    overlap = ledger.checkpoint_of(2)
    assert overlap is not None
    assert [open_checkpoint(overlap, read_vkey(key)).size for key in (old, new)] == [2, 2]
