"""When a resident made the choice that brings a mail, as its foot says it: always as long, so it can be spliced."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from owl.foundation.languages import Language

LONGEST_DAY = len("27 September 2026")
UNKNOWN = "an earlier day"


@lru_cache(maxsize=4096)
def padded_day(day: date | None, language: Language = Language.ENGLISH) -> bytes:
    """The day as people read it, with blanks before it, which a page does not show and a text may.

    In figures where months have names with letters that take more bytes than one.
    """
    if language is not Language.ENGLISH:
        return (f"{day:%d.%m.%Y}" if day else "-").rjust(LONGEST_DAY).encode()
    return (f"{day.day} {day:%B} {day.year}" if day else UNKNOWN).rjust(LONGEST_DAY).encode()
