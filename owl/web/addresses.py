"""Addresses that came from outside: only paths of this site are followed."""

from __future__ import annotations

import re

OURS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def path_here(text: str | None, *, otherwise: str = "/") -> str:
    """The text if it is a path on this site, else `otherwise`: `//elsewhere`, `/\\elsewhere` and
    `https:elsewhere` are other sites to a browser.
    """
    return text if text and OURS.fullmatch(text) else otherwise
