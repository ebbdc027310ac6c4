"""Words that somebody typed, cleaned of what no eye can see, and not too many of them."""

from __future__ import annotations

import unicodedata

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext

LONGEST = 4000  # characters
# They show letters in another order than they stand in, so that a reader sees other words than were looked at. The
# marks that right-to-left scripts need (U+200E, U+200F, U+061C) are none of these.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_words(text: str, *, field: str = "words", empty: str | None = None, longest: int = LONGEST) -> str:
    """The text without control characters, what turns its order, and outer space, its lines ended by a plain line feed.

    Raises BadInput beside `field` when it is longer than `longest` characters, or blank where
    `empty` gives the sentence for that.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # Cc: control; Cs: half of a pair, which no encoding can store. Joiners (Cf) stay: scripts need them.
    kept = "".join(letter for letter in lines if letter in "\n\t" or _is_kept(letter))
    cleaned = kept.strip()
    if len(cleaned) > longest:
        raise BadInput(
            {
                field: gettext(
                    "Use %(longest)s characters or fewer. You have used %(length)s.",
                    longest=f"{longest:,}",
                    length=f"{len(cleaned):,}",
                )
            }
        )
    if not any(is_visible(letter) for letter in cleaned):
        if empty is not None:
            raise BadInput({field: empty})
        return ""
    return cleaned


def _is_kept(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in TURNING


def is_visible(letter: str) -> bool:
    """Whether the character is a letter, mark, number, punctuation or symbol."""
    return unicodedata.category(letter)[0] in "LMNPS"
