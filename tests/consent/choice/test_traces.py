from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import browsers
from consent.choice import traces

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


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
    assert kept["browser_family"] in {None, "other", *(name for name, _ in browsers.FAMILIES)}
    if kept["ip_prefix"] is not None:
        assert ip_address(kept["ip_prefix"].partition("/")[0])


def test_nothing_is_kept_that_is_not_switched_on() -> None:
    assert traces.of_request(frozenset(), "203.0.113.77", FIREFOX) == {}
    only = traces.of_request(frozenset({"browser_family"}), "203.0.113.77", FIREFOX)
    assert only == {"browser_family": "firefox"}
