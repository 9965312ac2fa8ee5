"""Keeps tests from reaching anything beyond this machine."""

import ipaddress
import sys


class NetworkBlocked(Exception):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_the_network() -> None:
    """From now on, connecting to another machine or looking up a name raises NetworkBlocked in this process.

    An audit hook (PEP 578) also sees the sockets of asyncio and of C code that goes by Python's; libpq and uvloop go past it.
    """

    def hook(event: str, arguments: tuple) -> None:
        if event in ("socket.connect", "socket.sendto"):
            host = arguments[1][0] if isinstance(arguments[1], tuple) else None  # else the path of a Unix socket
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
        else:
            return
        if not is_here(host):
            raise NetworkBlocked(f"A test tried to reach {host}; tests stay on this machine.")

    sys.addaudithook(hook)
