"""The log over HTTP: the addresses, types and caching of c2sp.org/tlog-tiles."""

import pytest
from flask.testing import FlaskClient

from consent.keys import Keys
from consent.ledger.merkle import leaf_hash
from consent.ledger.notes import open_checkpoint, read_vkey
from consent.ledger.tiles import parse_bundle
from consent.store.ledger import Ledger
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
    ],
)
def test_what_the_log_does_not_have_is_not_found(path: str, filled: Service, client: FlaskClient) -> None:
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
