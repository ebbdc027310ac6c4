from __future__ import annotations

import csv
import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.geography.errors import NotAPostcode
from owl.geography.loading import HERTFORDSHIRE
from owl.geography.postcode_text import AREAS, outcode_of, parse_postcode, sector_of

with gzip.open(HERTFORDSHIRE / "postcodes.csv.gz", "rt", newline="") as file:
    REAL = [row["postcode"] for row in csv.DictReader(file)]
CANONICAL = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}|GIR 0AA")
GAPS = ["", " ", "  ", "\t", "\u00a0", "\u200b", "\ufeff", "\u2060", "-", "\u2009", "\r\n", "."]
ALIKE_DIGIT = {"0": "0Oo", "1": "1IiLl"}  # what people type where a digit must stand


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, str]:
    """A real postcode, and one way to type it."""
    postcode = draw(st.sampled_from(REAL))
    letters = []
    for mark in postcode.replace(" ", ""):
        typed = draw(st.sampled_from(ALIKE_DIGIT.get(mark, mark + mark.lower())))
        letters += [draw(st.sampled_from(GAPS)), typed]
    return postcode, "".join(letters) + draw(st.sampled_from(GAPS))


@given(spelled())
def test_a_real_postcode_comes_back_from_any_spelling(case: tuple[str, str]) -> None:
    postcode, typed = case
    assert parse_postcode(typed) == postcode


def test_every_real_postcode_is_its_own_spelling() -> None:
    assert [postcode for postcode in REAL if parse_postcode(postcode) != postcode] == []


@given(st.one_of(st.text(), st.text(alphabet="ABCDEGILOSWZ 0123456789", max_size=9)))
def test_any_text_is_a_postcode_in_its_usual_form_or_refused(text: str) -> None:
    try:
        found = parse_postcode(text)
    except NotAPostcode:
        return
    assert CANONICAL.fullmatch(found)
    assert parse_postcode(found) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("al1 1ag", "AL1 1AG"),
        ("AL11AG ", "AL1 1AG"),
        ("AL10 OAA", "AL10 0AA"),
        ("ALIO OAA", "AL10 0AA"),
        ("All 1ag", "AL1 1AG"),
        ("A11 1AG", "AL1 1AG"),  # the second is a letter here: there is no area A
        ("P02 1AA", "PO2 1AA"),
        ("B11 1AG", "B11 1AG"),  # and a digit here, for there is an area B
        ("\uff21\uff2c\uff11 \uff11\uff21\uff27", "AL1 1AG"),  # full-width letters
        ("“AL1 1AG”".strip("“”"), "AL1 1AG"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("ec1a1bb", "EC1A 1BB"),
        ("gir 0aa", "GIR 0AA"),
        ("DN55 1PT", "DN55 1PT"),
        ("CRO 1AA", "CR0 1AA"),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    assert parse_postcode(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "QQ1 1AA",  # the shape of one, but no such area
        "AL1A 1AG",  # only London has lettered districts
        "AL01 1AG",
        "AL1 1AC",  # no C, I, K, M, O or V at the end
        "AL1 1AG AL1 1AG",
        "12345",
        "Hitchin",
        "AL1 1AG\x00",
        "\u0410L1 1AG",  # a Cyrillic letter
        "AL1 1A\u00df",
        "AL1 1AG" + " " * 5000,
        "x" * 100_000,
        "'; DROP TABLE postcode; --",
    ],
)
def test_what_is_no_postcode_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(NotAPostcode, match="Enter a full UK postcode, like AL1 1AG"):
        parse_postcode(typed)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_an_empty_field_asks_for_a_postcode(typed: str) -> None:
    with pytest.raises(NotAPostcode, match="Enter your postcode"):
        parse_postcode(typed)


def test_half_a_postcode_is_called_half() -> None:
    with pytest.raises(NotAPostcode, match="SG5 is only the first half of a postcode"):
        parse_postcode(" sg5")


def test_halves_and_sectors() -> None:
    assert (outcode_of("AL10 1AG"), sector_of("AL10 1AG")) == ("AL10", "AL10 1")


def test_the_areas_of_hertfordshire_are_among_the_areas() -> None:
    assert {"AL", "CM", "EN", "HA", "HP", "LU", "SG", "SL", "UB", "WD"} <= AREAS
    assert len(AREAS) == 127
