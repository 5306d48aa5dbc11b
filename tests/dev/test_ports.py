import socket

import pytest

from dev import ports
from dev.failure import StartFailure


def test_the_usual_port_is_taken_quietly_when_it_is_free(free_port: int) -> None:
    said: list[str] = []
    assert ports.pick("the publisher", free_port, say=said.append) == free_port
    assert said == []


def test_a_taken_port_is_passed_over_and_told(free_port: int) -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        got = ports.pick("the publisher", free_port, say=said.append)
    assert got > free_port
    assert said == [f"Port {free_port} is taken: the publisher gets {got}."]


def test_a_promised_port_is_passed_over(free_port: int) -> None:
    assert ports.pick("the publisher", free_port, given={free_port}, say=lambda _: None) > free_port


@pytest.mark.parametrize("text", ["http", "80", "65536", "-1", "８０００"])
def test_what_is_no_port_is_told_in_one_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_PORT", text)
    with pytest.raises(StartFailure, match=r"^PUBLISHER_PORT: expected a port"):
        ports.usual("PUBLISHER_PORT", 8000)
