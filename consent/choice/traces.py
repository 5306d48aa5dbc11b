"""What a site may keep of where a choice came from, shortened before it is written anywhere: off unless switched on.

An IPv4 address is kept to /24, an IPv6 address to /48; of a browser the family, never its version.
"""

import ipaddress
from collections.abc import Callable

from chassis import browsers

KEPT_BITS = {4: 24, 6: 48}


def ip_prefix(address: str | None) -> str | None:
    """Return the network that an address lies in, `203.0.113.0/24` or `2001:db8:7::/48`; None for what is none."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    plain = getattr(known, "ipv4_mapped", None) or known
    return str(ipaddress.ip_network(f"{plain}/{KEPT_BITS[plain.version]}", strict=False))


#: The members of the context part that a site can switch on, and how each is made of address and User-Agent.
KINDS: dict[str, Callable[[str | None, str | None], str | None]] = {
    "ip_prefix": lambda address, _: ip_prefix(address),
    "browser_family": lambda _, user_agent: browsers.family(user_agent),
}


def of_request(kinds: frozenset[str], address: str | None, user_agent: str | None) -> dict[str, str | None]:
    """Return what a site keeps of a request, by the kinds that it has switched on."""
    return {name: make(address, user_agent) for name, make in KINDS.items() if name in kinds}
