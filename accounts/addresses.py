"""The address that a request came from."""

import ipaddress
from collections.abc import Mapping

from django.conf import settings


def address_of(meta: Mapping[str, str]) -> str | None:
    """The client's address from a request's META; None where there is none (a Unix socket).

    Of X-Forwarded-For only as many entries from its end are believed as proxies of ours stand in front (TRUSTED_PROXIES): whatever
    stands before them the client may have written itself.
    """
    given = meta.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            given = forwarded[-int(settings.TRUSTED_PROXIES)]
    try:
        return str(ipaddress.ip_address(given.partition("%")[0]))
    except ValueError:
        return None


def network_of(address: str | None) -> str:
    """What counts as one place for limits: an IPv4 address, or the /64 that one IPv6 customer has to themselves."""
    if address is None:
        return "none"
    read = ipaddress.ip_address(address)
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(ipaddress.IPv6Network((read, 64), strict=False).network_address)
    return str(read)
