"""The short reference of a reply, which can be read out over the telephone."""

from __future__ import annotations

import re

# Damm, "Totally anti-symmetric quasigroups" (2004), appendix: finds every single wrong digit
# and every two neighbours swapped.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
SPELT = re.compile(r"R?([0-9]{1,18})([0-9])")
BETWEEN = re.compile(r"[\s.\-\u2010-\u2015]")  # spaces and dashes


def reference_of(reply_id: int) -> str:
    """For instance "R1042-3": the number, and a digit that checks it."""
    return f"R{reply_id}-{_check_digit(str(reply_id))}"


def reply_named(reference: str) -> int | None:
    """The id that the reference stands for, however it is spelt; None where it is misheard."""
    spelt = SPELT.fullmatch(BETWEEN.sub("", reference).upper())
    if spelt is None or _check_digit(spelt[1]) != spelt[2]:
        return None
    return int(spelt[1])


def _check_digit(digits: str) -> str:
    check = "0"
    for digit in digits:
        check = DAMM[int(check)][int(digit)]
    return check
