"""Where requests come from, as coarse as a household: enough to slow floods, no more."""

import ipaddress


def network_of(address: str) -> str:
    """Return what one household has: an IPv4 address, or the /64 network of an IPv6 one.

    A socket that speaks both calls IPv4 clients ::ffff:192.0.2.1, all in one /64. Anything that
    is no address is "unknown".
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
