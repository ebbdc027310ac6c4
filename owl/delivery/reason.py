"""When a resident made the choice that brings a mail, as its foot says it: always as long, so it can be spliced."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

LONGEST_DAY = len("27 September 2026")
UNKNOWN = "an earlier day"


@lru_cache(maxsize=4096)
def padded_day(day: date | None) -> bytes:
    """The day as people read it, with blanks before it, which a page does not show and a text may."""
    return (f"{day.day} {day:%B} {day.year}" if day else UNKNOWN).rjust(LONGEST_DAY).encode()
