"""Fetching: where it may go, along redirects too, and what it gives up on."""

from collections.abc import Iterator

import pytest

from publisher import addresses
from publisher.ingest import fetching
from publisher.ingest.fetching import Fetcher, Unfetchable
from tests.publisher.ingest.sources import Source, running_source


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    with running_source() as running:
        yield running


def test_a_redirect_is_followed_and_held_to_the_same_rule(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    source.put("/picture", b"bytes")
    url = source.put("/moved", b"", 302, Location="/picture")
    assert Fetcher(private=True).get(url, 100).body == b"bytes"
    # as if this server were one of the internet, and led into our own network
    monkeypatch.setattr(addresses, "is_public_address", lambda address: address == "127.0.0.1")
    assert Fetcher(private=False).get(url, 100).url == source.url + "/picture"
    inside = source.put("/inside", b"", 302, Location=source.url.replace("127.0.0.1", "127.0.0.2") + "/picture")
    with pytest.raises(Unfetchable, match="leads to a private address"):
        Fetcher(private=False).get(inside, 100)
    with pytest.raises(Unfetchable, match="expected an http or https address"):
        Fetcher(private=False).get(source.put("/file", b"", 302, Location="file:///etc/passwd"), 100)


def test_what_has_no_end_is_too_large_or_does_not_answer_is_given_up(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unfetchable, match="more than 5 redirects"):
        Fetcher(private=True).get(source.put("/loop", b"", 302, Location="/loop"), 100)
    with pytest.raises(Unfetchable, match="more than 0 MB"):
        Fetcher(private=True).get(source.put("/large", b"x" * 1000), 100)
    asked: list[str] = []
    monkeypatch.setattr(
        fetching, "target_of", lambda url, private: asked.append(url) or addresses.target_of(url, private)
    )
    fetcher = Fetcher(private=True)
    for _ in range(3):
        with pytest.raises(Unfetchable, match="ConnectError"):
            fetcher.get("http://127.0.0.1:9/a.jpg", 100)
    assert len(asked) == 1
