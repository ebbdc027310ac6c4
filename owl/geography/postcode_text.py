"""Reads a postcode as people type it.

Shape alone is not enough ("QQ1 1AA" has it), so the areas are listed here. Sources: the Royal Mail
Programmer's Guide to the Postcode Address File (shapes, letters that each place allows) and its list of
postcode areas, with BF (forces' post offices), BX and XX (not geographic) and GIR 0AA.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

from owl.foundation.languages import gettext
from owl.geography.errors import NotAPostcode

AREAS = frozenset(
    """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB
    W WA WC WD WF WN WR WS WV XX YO ZE
    """.split()  # noqa: SIM905  # a list of 127 quoted names is harder to check
)
OUTCODE = re.compile(r"([A-Z]{1,2})(0|[1-9][0-9]?)")
# Only inner London splits its districts by a letter: W1A, EC4Y, SW1P, NW1W, SE1P, N1C, E1W.
LETTERED_OUTCODE = re.compile(r"(?:E1|N1|NW1|SE1|SW1|W1|EC[1-4]|WC[12])[A-HJKMNPR-Y]")
INCODE = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}")  # never C, I, K, M, O or V, which are mistaken for others
ODD_ONE = "GIR0AA"
LOOKS_LIKE = {"O": "O0", "0": "0O", "I": "I1", "1": "1IL", "L": "L1"}
BETWEEN = frozenset(".,_'\"’")  # left from a copied address
UNSEEN_OR_DASH = ("Cf", "Pd")  # Unicode categories
LONGEST = 60  # characters; more is not a postcode, however much of it is space


def parse_postcode(text: str) -> str:
    """The postcode in its usual form, "AL1 1AG", from any spelling of it.

    Takes lower case, spaces anywhere or nowhere, invisible characters, O and I typed for 0 and 1 and
    the other way round, where only one of them can stand. Raises NotAPostcode.
    """
    typed = _bare(text)
    if not typed:
        raise NotAPostcode(gettext("Enter your postcode, %(example)s.", example=_example()))
    if re.fullmatch(r"[A-Z0-9]{5,7}", typed):
        found = _nearest(typed)
        if found:
            return f"{found[:-3]} {found[-3:]}"
    elif _is_outcode(typed):
        raise NotAPostcode(
            gettext(
                "%(typed)s is only the first half of a postcode. Enter all of it, %(example)s.",
                typed=typed,
                example=_example(),
            )
        )
    raise NotAPostcode(gettext("Enter a full UK postcode, %(example)s.", example=_example()))


def outcode_of(postcode: str) -> str:
    """The first half of a postcode in its usual form: "AL1" of "AL1 1AG"."""
    return postcode[:-4]


def sector_of(postcode: str) -> str:
    """The sector of a postcode in its usual form: "AL1 1" of "AL1 1AG"."""
    return postcode[:-2]


def _example() -> str:
    return gettext("like AL1 1AG")


def _bare(text: str) -> str:
    """Letters and digits in upper case, without what people and programs put between them."""
    if len(text) > LONGEST:
        return "?"
    # NFKC makes plain letters of full-width ones and plain spaces of the many others.
    plain = unicodedata.normalize("NFKC", text)
    kept = (mark for mark in plain if not mark.isspace() and mark not in BETWEEN)
    bare = "".join(mark for mark in kept if unicodedata.category(mark) not in UNSEEN_OR_DASH)
    return bare.upper() if bare.isascii() else "?"


def _nearest(typed: str) -> str | None:
    """The postcode that needs the fewest letters read as digits or digits as letters; None where there is none."""
    if _is_postcode(typed):
        return typed
    readings: dict[int, set[str]] = {}
    for changes, reading in _readings(typed):
        if _is_postcode(reading):
            readings.setdefault(changes, set()).add(reading)
    fewest = readings[min(readings)] if readings else set()
    return fewest.pop() if len(fewest) == 1 else None


def _readings(typed: str) -> Iterator[tuple[int, str]]:
    for letters in product(*(LOOKS_LIKE.get(mark, mark) for mark in typed)):
        yield sum(map(str.__ne__, letters, typed)), "".join(letters)


def _is_postcode(text: str) -> bool:
    return text == ODD_ONE or (INCODE.fullmatch(text[-3:]) is not None and _is_outcode(text[:-3]))


def _is_outcode(text: str) -> bool:
    plain = OUTCODE.fullmatch(text)
    return plain[1] in AREAS if plain else LETTERED_OUTCODE.fullmatch(text) is not None
