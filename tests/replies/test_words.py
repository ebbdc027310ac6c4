"""What people type, cleaned."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.replies.words import LONGEST, clean_words


@given(st.text(st.characters(), max_size=200))
def test_cleaned_words_hold_no_control_character_and_stay_as_they_are_when_cleaned_again(text: str) -> None:
    cleaned = clean_words(text)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cleaned if letter not in "\n\t")
    assert clean_words(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "text",
    ["Dziękuję, widziałem to", "میں نے دیکھا", "ਮੈਂ ਦੇਖਿਆ", "👩‍👩‍👧 seen", "שלום", "Two\n\nparagraphs", "क्‍ष"],
)
def test_words_of_any_script_stay(text: str) -> None:
    assert clean_words(text) == text


def test_line_ends_of_any_kind_become_one() -> None:
    assert clean_words("a\r\nb\rc\nd\0\x1b[31m") == "a\nb\nc\nd[31m"


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r", "\u200b\u200d", "\0\0"])
def test_words_that_nobody_can_see_are_none(text: str) -> None:
    assert clean_words(text) == ""
    with pytest.raises(BadInput) as refusal:
        clean_words(text, field="words", empty="Write your reply.")
    assert refusal.value.fields == {"words": "Write your reply."}


def test_words_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert clean_words("é" * LONGEST)
    with pytest.raises(BadInput, match=r"4,000 characters or fewer\. You have used 4,001"):
        clean_words("é" * (LONGEST + 1))
