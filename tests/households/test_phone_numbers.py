"""Mobile numbers: any spelling of a UK mobile is taken, all else gets a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.households import phone_numbers
from owl.households.phone_numbers import NotAMobile, parse_mobile, show_mobile

SPELLINGS = [
    "07408812345",
    "07408 812345",
    "07408 812 345",
    " 07408-812-345 ",
    "07408.812.345",
    "(07408) 812345",
    "07408\u00a0812345",
    "07408\u2011812345",
    "\u200b07408812345\u200e",
    "\u202a+44 7408 812345\u202c",
    "+447408812345",
    "+44 (0)7408 812345",
    "+44 07408 812345",
    "0044 7408 812345",
    "447408812345",
    "7408812345",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_uk_mobile_is_the_same_number(spelling: str) -> None:
    assert parse_mobile(spelling, allow_drama=False) == "+447408812345"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", phone_numbers.EMPTY),
        (" \u200b ", phone_numbers.EMPTY),
        ("CALL ME MAYBE", phone_numbers.LETTERS),
        ("0740881234O", phone_numbers.LETTERS),
        ("07408812345 ext 2", phone_numbers.LETTERS),
        ("tel:07408812345", phone_numbers.LETTERS),
        ("٠٧٤٠٨٨١٢٣٤٥", phone_numbers.LETTERS),
        ("07408812345\r\nTo: 07408812346"[:14] + "\x00", phone_numbers.LETTERS),
        ("📱07408812345", phone_numbers.LETTERS),
        ("0740881234", phone_numbers.LENGTH),
        ("074088123456", phone_numbers.LENGTH),
        ("07" * 2500, phone_numbers.LENGTH),
        ("+", phone_numbers.LENGTH),
        ("999", phone_numbers.LENGTH),
        ("07408812345 07408812346", phone_numbers.LENGTH),
        ("01727 812345", phone_numbers.LANDLINE),
        ("+44 20 7946 0123", phone_numbers.LANDLINE),
        ("070 1234 5678", phone_numbers.PERSONAL),
        ("07640 123456", phone_numbers.PERSONAL),
        ("0300 123 1234", phone_numbers.NOT_MOBILE),
        ("0800 123 1234", phone_numbers.NOT_MOBILE),
        ("07797 712345", phone_numbers.ISLAND),
        ("07781 123456", phone_numbers.ISLAND),
        ("07624 123456", phone_numbers.ISLAND),
        ("+33 6 12 34 56 78", phone_numbers.ABROAD),
        ("0033612345678", phone_numbers.ABROAD),
        ("+1 876 555 1234", phone_numbers.ABROAD),
        ("07700 900123", phone_numbers.FILMS),
    ],
)
def test_what_is_not_a_uk_mobile_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(NotAMobile) as refusal:
        parse_mobile(typed, allow_drama=False)
    assert refusal.value.sentence == reason
    assert refusal.value.fields == {"mobile": reason}


@given(st.integers(0, 999))
def test_numbers_for_films_pass_only_where_the_setting_allows_them(last: int) -> None:
    assert parse_mobile(f"07700 900{last:03}", allow_drama=True) == f"+447700900{last:03}"
    with pytest.raises(NotAMobile):
        parse_mobile(f"07700 900{last:03}", allow_drama=False)


@given(st.text() | st.from_regex(r"(\+|00)?(44)?[ ().-]*0?[0-9 ().-]{0,14}", fullmatch=True))
def test_anything_at_all_is_either_a_uk_mobile_or_refused_in_words(typed: str) -> None:
    try:
        number = parse_mobile(typed, allow_drama=True)
    except NotAMobile as error:
        refusal = error.sentence
    else:
        assert re.fullmatch(r"\+447[1-57-9]\d{8}", number)
        assert parse_mobile(number, allow_drama=True) == number
        assert parse_mobile(show_mobile(number), allow_drama=True) == number
        refusal = "."
    assert refusal.endswith(".")


def test_a_number_is_shown_as_people_here_write_it() -> None:
    assert show_mobile("+447700900123").replace(" ", "") == "07700900123"


def by_the_library(typed: str) -> str:
    """As it is read where the short way is not open."""
    return phone_numbers._parse_any(typed, allow_drama=False)


def either(read: Callable[[str], str], typed: str) -> str:
    try:
        return read(typed)
    except NotAMobile as refusal:
        return refusal.fields["mobile"]


def short(typed: str) -> str:
    return parse_mobile(typed, allow_drama=False)


def test_the_short_way_agrees_with_the_library_for_every_range_of_numbers_that_begins_with_07() -> None:
    ranges = [f"07{digits:04}{digits % 97:05}" for digits in range(10_000)]  # ranges are told apart by five digits
    assert [number for number in ranges if either(short, number) != either(by_the_library, number)] == []


@given(st.from_regex(phone_numbers.OF_MOBILES, fullmatch=True, alphabet=st.characters(codec="ascii")))
def test_a_mobile_is_shown_as_the_library_shows_it(digits: str) -> None:
    number = phonenumbers.parse(f"+44{digits}")
    assert show_mobile(f"+44{digits}") == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@given(
    st.from_regex(r"(0|\+44 ?|0044|\+44 ?0|44)? ?7[0-9 ]{3,5}[0-9]{3,6}[ 0-9]{0,2}", fullmatch=True)
    | st.from_regex(r"[+0-9 ]{1,16}", fullmatch=True)
)
def test_the_short_way_agrees_with_the_library_for_every_spelling(typed: str) -> None:
    assert either(short, typed) == either(by_the_library, typed.strip())
