"""The sites that a message may link to, as host names. One that is allowed allows all below it."""

from __future__ import annotations

import re
from collections.abc import Collection

# Ours wherever OWL runs; an administrator adds others. NCSC: few links, readable ones, no shorteners.
ALWAYS = ("crimestoppers-uk.org", "gov.uk", "nhs.uk", "police.uk")
SHORTENERS = frozenset(
    """
    aka.ms bit.do bit.ly buff.ly cutt.ly goo.gl is.gd lnkd.in ow.ly qrco.de rb.gy rebrand.ly s.id shorturl.at t.co t.ly
    tiny.cc tinyurl.com v.gd x.gd
    """.split()  # noqa: SIM905  # read and added to as a list of words
)
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]")
LONGEST_HOST = 253  # RFC 1035, 2.3.4


def plain_host(written: str) -> str | None:
    """The host in small letters; None for what is none of plain letters: numbers, other alphabets, odd characters."""
    host = written.lower()
    is_plain = len(host) <= LONGEST_HOST and HOST.fullmatch(host) and "xn--" not in host
    return host if is_plain else None


def is_below(host: str, sites: Collection[str]) -> bool:
    """Whether the host is one of the sites, or belongs to one."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in sites for at in range(len(labels)))
