"""Which addresses OWL calls: those of the open internet, never a server behind our own walls."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

CLOSED = "Enter an address that begins with https:// and is open to the internet, without a name or password in it."


def is_open_address(url: str, *, allow_local: bool = False) -> bool:
    """Whether the address may be called as it is written; `leads_outside` asks where it leads."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not url.isascii() or not url.isprintable() or " " in url or parts.username or parts.password or parts.fragment:
        return False
    if allow_local:
        return parts.scheme in {"http", "https"} and bool(host)
    return parts.scheme == "https" and port in {None, 443, 8443} and _is_name(host)


def leads_outside(url: str) -> bool:
    """Whether every machine that the address names now is on the open internet. False where it names none."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(address[4][0])).is_global for address in found)


def _is_name(host: str) -> bool:
    """A name with a dot that is no bare number: numbers are how servers behind walls are reached."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.rpartition(".")[2].isdigit()
    return False
