"""What people call themselves and their homes: one line, in any script, of a length that fits an envelope."""

from __future__ import annotations

import unicodedata

from owl.foundation.errors import BadInput

LONGEST = 100  # characters, when normalised
JOINERS = "\u200c\u200d"  # unseen, but Persian and Indic names, and emoji, are spelled with them


def parse_name(text: str) -> str | None:
    """The name on one line, or None for an empty field. Raises BadInput for the field `name`."""
    return _one_line(text, field="name", called="name")


def parse_house(text: str) -> str | None:
    """The house name or number on one line, or None. Raises BadInput for the field `house`."""
    return _one_line(text, field="house", called="house name or number")


def _one_line(text: str, *, field: str, called: str) -> str | None:
    typed = text.strip()
    # A line break in a name could add a header to a mail; a long one could fill the page of whoever reads it.
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in typed):
        raise BadInput({field: f"Write your {called} on one line, without tabs or line breaks."})
    seen = (letter for letter in typed if letter in JOINERS or unicodedata.category(letter) != "Cf")
    line = " ".join(unicodedata.normalize("NFC", "".join(seen)).split())
    if len(line) > LONGEST:
        raise BadInput({field: f"Shorten your {called} to {LONGEST} characters. It has {len(line):,} now."})
    return line or None
