"""What people type or paste, freed of the characters that nobody can see."""

from __future__ import annotations

import unicodedata

LONGEST = 320  # characters looked at: no number, address or name that we take is longer


def without_unseen(text: str) -> str:
    """The text without zero-width and direction marks (Unicode class Cf), trimmed at both ends."""
    if text.isascii():  # none of them is
        return text.strip()
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
