"""Mobile numbers as people type them, checked before anything is sent to them."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark
from owl.households.typed_text import LONGEST, without_unseen

# libphonenumber turns letters into digits, so only these reach it.
KNOWN = re.compile(r"[0-9+()./\s\-\u2010-\u2015\u2212]*")
# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
DRAMA = re.compile(r"\+447700900\d{3}")
# What most people type, and the library's own pattern of British mobiles: a microsecond, where all its questions take
# forty, in lists of 100,000. A test holds both ways to the same answer for every range of numbers.
PLAIN = re.compile(r"(?:0|\+44)(7\d{9})", re.ASCII)
BRITAIN: Any = phonenumbers.PhoneMetadata.metadata_for_region("GB")  # the library has it; its types say perhaps
OF_MOBILES = re.compile(str(BRITAIN.mobile.national_number_pattern))
ISLANDS = frozenset({"JE", "GG", "IM"})  # they share +44, and are not the United Kingdom

EMPTY = mark("Enter a mobile number, like 07700 900123.")
LETTERS = mark("Enter a mobile number with digits only, like 07700 900123. Take out letters and other signs.")
LENGTH = mark("Check the number: a UK mobile has 11 digits and starts with 07, like 07700 900123.")
LANDLINE = mark(
    "This is a landline. A text to a landline is read out as a call, so we only text mobiles. "
    "Enter a mobile number that starts with 07, or use email."
)
PERSONAL = mark(
    "Numbers that start with 070 or 076 look like mobiles, but they are not and can cost a lot. "
    "Enter another mobile number, or use email."
)
NOT_MOBILE = mark("This is not a mobile number. Enter a mobile number that starts with 07, or use email.")
ISLAND = mark(
    "This number is from Jersey, Guernsey or the Isle of Man, and we can only text UK mobiles. "
    "Enter a UK mobile number, or use email."
)
ABROAD = mark(
    "This number is from another country, and we can only text UK mobiles. Enter a UK mobile number, or use email."
)
FILMS = mark("This number is kept for films and examples, so nobody can read our text. Enter your own mobile number.")

REASONS = {
    PhoneNumberType.FIXED_LINE: LANDLINE,
    PhoneNumberType.PERSONAL_NUMBER: PERSONAL,
    PhoneNumberType.PAGER: PERSONAL,
}


class NotAMobile(BadInput):
    """No UK mobile number; the sentence, one of those above, says why and what to type instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"mobile": gettext(sentence)})


def parse_mobile(text: str, *, allow_drama: bool) -> str:
    """The number in E.164, from any spelling that people use: "07…", "+44 7…", "0044 7…", "+44 (0)7…".

    `allow_drama` lets Ofcom's numbers for films through (development and tests).
    Raises NotAMobile.
    """
    typed = without_unseen(text[:LONGEST])
    plain = PLAIN.fullmatch(typed.replace(" ", ""))
    if plain and OF_MOBILES.fullmatch(plain[1]):
        return f"+44{plain[1]}"
    return _parse_any(typed, allow_drama=allow_drama)


def show_mobile(e164: str) -> str:
    """As people here write it: "07700 900123"."""
    if OF_MOBILES.fullmatch(e164.removeprefix("+44")):
        return f"0{e164[3:7]} {e164[7:]}"
    return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)


def _parse_any(typed: str, *, allow_drama: bool) -> str:
    """Whatever it is, by libphonenumber."""
    if not typed:
        raise NotAMobile(EMPTY)
    if not KNOWN.fullmatch(typed):
        raise NotAMobile(LETTERS)
    try:
        number = phonenumbers.parse(typed, "GB")
    except NumberParseException:
        raise NotAMobile(LENGTH) from None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if DRAMA.fullmatch(e164):
        if allow_drama:
            return e164
        raise NotAMobile(FILMS)
    _refuse_all_but_mobiles(number)
    return e164


def _refuse_all_but_mobiles(number: PhoneNumber) -> None:
    if number.country_code != 44:
        raise NotAMobile(ABROAD)
    if not phonenumbers.is_valid_number(number):
        raise NotAMobile(LENGTH)
    if phonenumbers.region_code_for_number(number) in ISLANDS:
        raise NotAMobile(ISLAND)
    kind = phonenumbers.number_type(number)
    if kind != PhoneNumberType.MOBILE:
        raise NotAMobile(REASONS.get(kind, NOT_MOBILE))
