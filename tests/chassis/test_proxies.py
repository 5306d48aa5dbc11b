"""Whom a service takes the caller for, behind proxies and in front of forgers."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.proxies import BehindProxies, address, parse
from chassis.settings import ServiceSettings, SettingError, read
from tests.servers.ports import wait_for_port

OURS = parse("10.0.0.0/8, 192.0.2.7, 2001:db8::/32")
proxies = st.one_of(
    st.ip_addresses(network="10.0.0.0/8"), st.just(IPv4Address("192.0.2.7")), st.ip_addresses(network="2001:db8::/32")
)
strangers = st.one_of(st.ip_addresses(network="198.51.100.0/24"), st.ip_addresses(network="2a00::/16"))
claims = st.lists(
    st.one_of(st.ip_addresses().map(str), st.text(st.characters(codec="latin-1"), max_size=30)), max_size=5
)


def ways_of_writing(one: IPv4Address | IPv6Address) -> list[str]:
    if isinstance(one, IPv4Address):
        return [str(one), f"{one}:4711", f"::ffff:{one}", f"[::ffff:{one}]:4711", f" {one} "]
    return [str(one), f"[{one}]", f"[{one}]:4711", one.exploded.upper()]


written = st.one_of(proxies, strangers).flatmap(lambda one: st.sampled_from(ways_of_writing(one)))


@given(strangers, claims)
def test_a_stranger_is_themselves_whatever_they_claim(peer: Any, claimed: list[str]) -> None:
    assert OURS.client(str(peer), ", ".join(claimed)) == str(peer)


@given(claims, strangers, st.lists(proxies, max_size=4), proxies, st.data())
def test_the_client_is_whom_the_outermost_proxy_saw(
    claimed: list[str], client: Any, inner: list[Any], peer: Any, data: st.DataObject
) -> None:
    chain = [data.draw(st.sampled_from(ways_of_writing(each))) for each in (client, *inner)]
    seen_as = data.draw(st.sampled_from(ways_of_writing(peer)))
    assert OURS.client(seen_as, ",".join([*claimed, *chain])) == str(client)


@given(proxies, st.text(st.characters(codec="latin-1"), max_size=60))
def test_rubbish_names_nobody(peer: Any, rubbish: str) -> None:
    ip_address(OURS.client(str(peer), rubbish))


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.0.0.1"),
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("203.0.113.9, , 10.0.0.2", "10.0.0.2"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("198.51.100.1:80:80", "10.0.0.1"),
        ("010.0.0.1", "10.0.0.1"),
    ],
)
def test_the_chain_is_read_from_its_end(forwarded: str, client: str) -> None:
    assert OURS.client("10.0.0.1", forwarded) == client


@given(written)
def test_an_address_is_read_however_a_proxy_writes_it(text: str) -> None:
    found = address(text)
    assert found is not None and address(str(found)) == found


@pytest.mark.parametrize("text", ["1", "0", "10.0.0.1/8", "10.0.0.0/33", "proxy.example", "10.0.0.0/8; ::1"])
def test_a_count_or_a_name_is_no_network(text: str) -> None:
    with pytest.raises(SettingError, match=r"^TRUSTED_PROXIES: expected networks or addresses as in 10\.0\.0\.0/8"):
        read(ServiceSettings, {"TRUSTED_PROXIES": text})


def test_everybody_is_not_trusted() -> None:
    with pytest.raises(SettingError, match=r"^TRUSTED_PROXIES: expected networks that leave somebody out, got '::/0'$"):
        read(ServiceSettings, {"TRUSTED_PROXIES": "::/0"})


FORGED = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_FORWARDED": "for=203.0.113.9",
}


def passed_on(trusted: str, peer: str, **headers: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": "news.example", "wsgi.url_scheme": "http", **headers}
    list(BehindProxies(app, parse(trusted))(environ, lambda *_: lambda _: None))
    return seen


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8", "unix"])
def test_a_strangers_headers_change_nothing_and_go_no_further(trusted: str) -> None:
    told = {"REMOTE_ADDR": "198.51.100.1", "HTTP_HOST": "news.example", "wsgi.url_scheme": "http"}
    assert passed_on(trusted, "198.51.100.1", **FORGED) == told


def test_a_proxys_scheme_and_host_are_believed() -> None:
    seen = passed_on("10.0.0.0/8", "::ffff:10.0.0.1", **FORGED)
    told = {"REMOTE_ADDR": "203.0.113.9", "HTTP_HOST": "evil.example", "wsgi.url_scheme": "https"}
    assert seen == told


def test_a_unix_sockets_peer_is_believed_where_that_is_said() -> None:
    assert passed_on("unix", "", **FORGED)["REMOTE_ADDR"] == "203.0.113.9"
    assert passed_on("10.0.0.0/8", "", **FORGED)["REMOTE_ADDR"] == ""


@pytest.mark.parametrize("host", ["a/b", "a b", "a\r\nx: y", "<x>", "", "a:b", "a" * 300])
@pytest.mark.parametrize("scheme", ["gopher", "javascript", "", "HTTPS"])
def test_a_crooked_scheme_or_host_is_not_believed_even_of_a_proxy(host: str, scheme: str) -> None:
    seen = passed_on("10.0.0.0/8", "10.0.0.1", HTTP_X_FORWARDED_HOST=host, HTTP_X_FORWARDED_PROTO=scheme)
    assert (seen["HTTP_HOST"], seen["wsgi.url_scheme"]) == ("news.example", "http")


@contextmanager
def granian(port: int, trusted: str) -> Iterator[None]:
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--host", "::"]
    environ = {**os.environ, "TRUSTED_PROXIES": trusted, "LOG_LEVEL": "error"}
    target = "tests.chassis.answering_who:create_app"
    process = subprocess.Popen([*command, "--port", str(port), "--log-level", "error", target], env=environ)
    try:
        wait_for_port(port)
        yield
    finally:
        process.terminate()
        process.wait()


def ask(host: str, port: int, *forwarded: str) -> dict[str, Any]:
    connection = HTTPConnection(host, port, timeout=10)
    connection.putrequest("GET", "/who")
    for each in forwarded:
        connection.putheader("X-Forwarded-For", each)
    connection.endheaders()
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_granian_names_its_peers_so_that_they_are_known(free_port: int) -> None:
    with granian(free_port, "127.0.0.0/8"):
        # listening on [::], it sees IPv4 in IPv6's dress
        assert ask("127.0.0.1", free_port)["address"] == "127.0.0.1"
        assert ask("127.0.0.1", free_port, "203.0.113.9")["address"] == "203.0.113.9"
        # of two headers the later one counts, which is the nearer proxy's
        assert ask("127.0.0.1", free_port, "192.0.2.1", "203.0.113.9")["address"] == "203.0.113.9"
        assert ask("::1", free_port, "203.0.113.9")["address"] == "::1"
