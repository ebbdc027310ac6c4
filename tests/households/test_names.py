from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.households.names import LONGEST, parse_house, parse_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jo   Bloggs ", "Jo Bloggs"),
        ("", None),
        (" \u200b ", None),
        ("Zoe\u0308", "Zo\u00eb"),  # one letter, however it was composed
        ("שרה כהן", "שרה כהן"),
        ("Ng\u0169g\u0129 wa Thiong\u2019o", "Ng\u0169g\u0129 wa Thiong\u2019o"),
        ("\U0001f469\u200d\U0001f33e Fern", "\U0001f469\u200d\U0001f33e Fern"),  # an emoji held together by a joiner
        ("Jo\u202e sgnol", "Jo sgnol"),  # a mark that turns the direction of what follows is dropped
        ("Robert'); DROP TABLE subscriber; --", "Robert'); DROP TABLE subscriber; --"),
        ("n" * 100, "n" * 100),
    ],
)
def test_a_name_is_kept_in_any_script(typed: str, kept: str | None) -> None:
    assert parse_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["Jo\r\nBcc: all@example.com", "Jo\nBloggs", "Jo\tBloggs", "Jo\x00", "Jo\u2028B", "Jo\x85B"]
)
def test_a_name_with_a_line_break_or_control_character_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="Write your name on one line"):
        parse_name(typed)


def test_a_name_of_5000_characters_is_refused_with_its_length() -> None:
    with pytest.raises(BadInput, match=r"Shorten your name to 100 characters\. It has 5,000 now") as error:
        parse_name("n" * 5000)
    assert list(error.value.fields) == ["name"]


def test_a_house_has_its_own_field_and_words() -> None:
    assert parse_house(" Flat 2,  14a ") == "Flat 2, 14a"
    with pytest.raises(BadInput, match="house name or number on one line") as error:
        parse_house("1\n2")
    assert list(error.value.fields) == ["house"]


@given(st.text())
def test_what_is_kept_is_one_short_line(typed: str) -> None:
    try:
        kept = parse_name(typed)
    except BadInput:
        return
    assert kept is None or 0 < len(kept) <= LONGEST
    assert kept is None or not set(kept) & set("\r\n\t\x00\u2028\u2029\u202e")
    assert kept is None or parse_name(kept) == kept
