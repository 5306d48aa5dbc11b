from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.choice import traces

AGENTS = {
    "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "chrome": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    "edge": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "opera": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
    "samsung": "Mozilla/5.0 (Linux; Android 10; K) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    "safari": "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
    "other": "curl/8.10.1",
}  # fmt: skip


@pytest.mark.parametrize("family", AGENTS)
def test_a_browser_is_known_by_its_family(family: str) -> None:
    assert traces.browser_family(AGENTS[family]) == family


@given(st.ip_addresses())
def test_what_is_kept_of_an_address_is_the_network_around_it(address: IPv4Address | IPv6Address) -> None:
    kept = ip_network(traces.ip_prefix(str(address)) or "")
    plain = getattr(address, "ipv4_mapped", None) or address
    assert plain in kept
    assert kept.prefixlen == {4: 24, 6: 48}[plain.version]


@pytest.mark.parametrize(
    ("address", "kept"),
    [("203.0.113.77", "203.0.113.0/24"), ("::ffff:203.0.113.77", "203.0.113.0/24"), ("fe80::1%eth0", "fe80::/48"),
     ("unix:", None), ("", None), (None, None)],
)  # fmt: skip
def test_an_address_of_another_spelling(address: str | None, kept: str | None) -> None:
    assert traces.ip_prefix(address) == kept


@given(st.text(), st.text(max_size=40))
def test_rubbish_is_kept_as_nothing_or_as_a_word(agent: str, address: str) -> None:
    kept = traces.of_request(frozenset(traces.KINDS), address, agent)
    assert set(kept) == {"ip_prefix", "browser_family"}
    assert kept["browser_family"] in {None, "other", *(name for name, _ in traces.FAMILIES)}
    if kept["ip_prefix"] is not None:
        assert ip_address(kept["ip_prefix"].partition("/")[0])


def test_nothing_is_kept_that_is_not_switched_on() -> None:
    assert traces.of_request(frozenset(), "203.0.113.77", AGENTS["firefox"]) == {}
    only = traces.of_request(frozenset({"browser_family"}), "203.0.113.77", AGENTS["firefox"])
    assert only == {"browser_family": "firefox"}
