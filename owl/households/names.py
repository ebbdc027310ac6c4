"""What people call themselves and their homes: one line, in any script, of a length that fits an envelope."""

from __future__ import annotations

import unicodedata

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark

LONGEST = 100  # characters, when normalised
JOINERS = "\u200c\u200d"  # unseen, but Persian and Indic names, and emoji, are spelled with them


def parse_name(text: str) -> str | None:
    """The name on one line, or None for an empty field. Raises BadInput for the field `name`."""
    return _one_line(text, field="name", called=mark("name"))


def parse_house(text: str) -> str | None:
    """The house name or number on one line, or None. Raises BadInput for the field `house`."""
    return _one_line(text, field="house", called=mark("house name or number"))


def _one_line(text: str, *, field: str, called: str) -> str | None:
    typed = text.strip()
    if typed.isascii() and typed.isprintable() and len(typed) <= LONGEST:
        return " ".join(typed.split()) or None
    # A line break in a name could add a header to a mail; a long one could fill the page of whoever reads it.
    if any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in typed):
        raise BadInput(
            {field: gettext("Write your %(called)s on one line, without tabs or line breaks.", called=gettext(called))}
        )
    seen = (letter for letter in typed if letter in JOINERS or unicodedata.category(letter) != "Cf")
    line = " ".join(unicodedata.normalize("NFC", "".join(seen)).split())
    if len(line) > LONGEST:
        raise BadInput(
            {
                field: gettext(
                    "Shorten your %(called)s to %(longest)s characters. It has %(length)s now.",
                    called=gettext(called),
                    longest=LONGEST,
                    length=f"{len(line):,}",
                )
            }
        )
    return line or None
