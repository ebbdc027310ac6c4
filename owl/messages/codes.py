"""The short code on each message, by which anybody can look up the original: "HN-4821-K".

Two letters, four digits and a letter that checks them. It is drawn by lot, so that nobody reads one message's
code off another's, and it begins with no vowel, so that it spells no word.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"  # without I, O and Q; 23 is a prime, so every single slip shows
FIRST: Final = "BCDFGHJKLMNPRSTVWXYZ"
WEIGHTS: Final = (6, 5, 4, 3, 2, 1)  # each place its own, so that two neighbours swapped show too
LARGEST: Final = 9999
SAMPLE: Final = "HN-0000-L"  # as long as any
LONGEST_TYPED: Final = 2000  # characters looked at: somebody may paste the whole message
MISREAD: Final = str.maketrans("OQILZSB", "0011258"), str.maketrans("1258", "LZSB")
SPELT: Final = re.compile(r"([A-Z]{2})[^A-Z0-9]{0,3}([0-9]{4})[^A-Z0-9]{0,3}([A-Z])(?![A-Z0-9])")


def new_code() -> str:
    """A code drawn by lot, out of four million."""
    return _written(secrets.choice(FIRST) + secrets.choice(FIRST), f"{secrets.randbelow(LARGEST + 1):04}")


def read_code(typed: str) -> str | None:
    """The code as we write it, however it was typed, or with the message pasted around it.

    None where there is none, or a letter or a digit of it is wrong.
    """
    text = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    signs = "".join(sign for sign in text if sign.isalnum())
    if len(signs) == 7:
        to_digits, to_letters = MISREAD
        return _checked(
            signs[:2].translate(to_letters), signs[2:6].translate(to_digits), signs[6].translate(to_letters)
        )
    return next(filter(None, (_checked(*found.groups()) for found in SPELT.finditer(text))), None)


def _checked(letters: str, digits: str, check: str) -> str | None:
    if not set(letters) <= set(FIRST) or not re.fullmatch("[0-9]{4}", digits):
        return None
    code = _written(letters, digits)
    return code if code[-1] == check else None


def _written(letters: str, digits: str) -> str:
    values = [*map(LETTERS.index, letters), *map(int, digits)]
    check = sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True)) % len(LETTERS)
    return f"{letters}-{digits}-{LETTERS[check]}"
