"""A walk over the public site, so that every cache on the way holds all of it when nothing else works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import requests
import structlog

log = structlog.get_logger()

LOCATION = re.compile("<loc>([^<]*)</loc>")
WAIT_S = 20.0
GIVE_UP_AFTER = 5  # pages in a row that don't come: something is wrong, and we don't make it worse


@dataclass(frozen=True, slots=True)
class Walked:
    """How many pages there are, and how many came."""

    pages: int
    came: int


def walk_site(public_url: str) -> Walked:
    """Ask for each page of our sitemap once, at the address that everybody uses."""
    with requests.Session() as line:
        listed = _listed(line, public_url)
        came = in_a_row = 0
        for address in listed:
            good = _comes(line, address)
            came, in_a_row = came + good, 0 if good else in_a_row + 1
            if in_a_row >= GIVE_UP_AFTER:
                break
    log.info("walked over the public site", pages=len(listed), came=came)
    return Walked(len(listed), came)


def _listed(line: requests.Session, public_url: str) -> list[str]:
    try:
        answer = line.get(f"{public_url}/sitemap.xml", timeout=WAIT_S)
        answer.raise_for_status()
    except requests.RequestException:
        return []
    found = map(unescape, LOCATION.findall(answer.text))
    return [address for address in found if address.startswith(f"{public_url}/")]


def _comes(line: requests.Session, address: str) -> bool:
    try:
        return line.get(address, timeout=WAIT_S, allow_redirects=False).status_code == requests.codes.ok
    except requests.RequestException:
        return False
