"""Names of places as they stand in addresses."""

from __future__ import annotations

import re


def slug_of(name: str) -> str:
    """ "North Herts" as "north-herts"."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
