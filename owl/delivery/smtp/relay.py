"""Where our mail goes: relays in order of preference, as OWL_SMTP_URL lists them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from config.checks import BETWEEN_RELAYS

WANTED = "OWL_SMTP_URL must look like smtp://host:port or smtps://user:password@host:port"
OPTIONS = {"starttls", "ca"}


@dataclass(frozen=True, slots=True)
class Relay:
    """One relay that takes our mail."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False  # from the first byte
    starttls: bool = False  # demanded: without it nothing is said
    ca: str | None = None  # file of the authorities that may vouch for it; None: those of the system

    @classmethod
    def parse(cls, url: str) -> Self:
        """From smtp[s]://user:password@host:port?starttls=1&ca=/etc/owl/ca.pem. Raises ValueError."""
        parts = urlsplit(url.strip())
        options = parse_qs(parts.query, keep_blank_values=True)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not options.keys() <= OPTIONS:
            raise ValueError(WANTED)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            starttls=options.get("starttls") == ["1"],
            ca=options.get("ca", [None])[0],
        )

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address, and no name that stands for several."""
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True

    @property
    def name(self) -> str:
        """host:port, for the log."""
        return f"{self.host}:{self.port}"


def parse_relays(urls: str) -> tuple[Relay, ...]:
    """The relays of a list with commas, the preferred one first. Raises ValueError."""
    relays = tuple(Relay.parse(url) for url in BETWEEN_RELAYS.split(urls))
    for relay in relays:
        if relay.ca is not None and not Path(relay.ca).is_file():
            raise ValueError("OWL_SMTP_URL names a file of authorities (ca=) that is not there")
    return relays


@cache
def verifying(ca: str | None) -> ssl.SSLContext:
    """A context that checks certificate and host name; kept, since making one takes some 20 ms."""
    return ssl.create_default_context(cafile=ca)
