import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from consent.vendor_lists import REFRESH_S, RETRY_S, Unreachable, VendorLists
from tests.consent.iab import notices
from tests.servers.web_server import POLL_S

LIST = Path(notices.__file__).parent / "vendor-list.json"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """An address that answers what it is told to."""

    def __init__(self) -> None:
        source, self.answer, self.asked = self, (200, LIST.read_bytes()), 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.asked += 1
                status, body = source.answer
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v3/vendor-list.json"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(POLL_S,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.stop()


def version(number: int) -> bytes:
    return json.dumps({**notices.listed().document, "vendorListVersion": number}).encode()


def test_an_address_is_asked_once_a_day(source: Source) -> None:
    clock = Clock()
    lists = VendorLists(source.url, clock)
    assert source.asked == 0

    assert [each.version for each in lists.all()] == [57]
    clock.now = REFRESH_S - 1
    lists.all()
    assert source.asked == 1
    source.answer = (200, version(58))
    clock.now = REFRESH_S

    assert [each.version for each in lists.all()] == [58, 57]
    assert source.asked == 2


@pytest.mark.parametrize(
    "answer", [(500, b""), (200, b"<html>"), (200, b"{}"), (200, b'{"gvlSpecificationVersion": 2}')]
)
def test_the_last_good_list_stays_while_its_source_answers_rubbish(source: Source, answer: tuple[int, bytes]) -> None:
    clock = Clock()
    lists = VendorLists(source.url, clock)
    lists.all()
    source.answer, clock.now = answer, REFRESH_S

    assert [each.version for each in lists.all()] == [57]
    assert lists.fault() is None
    lists.all()
    assert source.asked == 2
    source.answer, clock.now = (200, version(58)), REFRESH_S + RETRY_S
    assert [each.version for each in lists.all()] == [58, 57]


def test_only_the_last_three_are_kept(source: Source) -> None:
    clock = Clock()
    lists = VendorLists(source.url, clock)
    for number in range(1, 6):
        source.answer, clock.now = (200, version(number)), number * REFRESH_S
        lists.all()

    assert [each.version for each in lists.all()] == [5, 4, 3]


def test_a_source_that_is_not_there_is_named_and_asked_again_after_a_minute(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "vendor-list.json"
    lists = VendorLists(str(path), clock)

    assert list(lists.all()) == []
    assert str(path) in (lists.fault() or "")
    path.write_bytes(LIST.read_bytes())
    assert list(lists.all()) == []
    clock.now = RETRY_S
    assert [each.version for each in lists.all()] == [57]


def test_no_source_is_no_list() -> None:
    lists = VendorLists("")

    assert list(lists.all()) == []
    assert "CONSENT_VENDOR_LIST" in (lists.fault() or "")


def test_translations_are_sought_beside_the_list(tmp_path: Path) -> None:
    assert VendorLists(str(LIST)).wording("de")["purposes"]["1"]["name"].endswith("(de)")
    assert VendorLists(str(LIST)).wording("en-GB")["purposes"]["1"]["name"] == "Keep and read marks on the device"
    with pytest.raises(Unreachable, match=r"purposes-fr\.json"):
        VendorLists(str(LIST)).wording("fr")
