"""Words that speak of danger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.replies.danger import PHRASES, speaks_of_danger


@pytest.mark.parametrize(
    "words",
    ["He's got a KNIFE!", "I am scared\nof him", "help   me", "please...help,me", "kill", "Smoke. The shed is on fire",
     "Mój mąż ma nóż", "boje sie, on ma noz", "Sotul meu ma bate!", "mi-e frică", "999", "_gun_",
     "x" * 3000 + " a gun"],
)  # fmt: skip
def test_danger_is_found_whatever_stands_between(words: str) -> None:
    assert speaks_of_danger(words)


@pytest.mark.parametrize(
    "words", ["", "Thank you for the talk on Saturday.", "A gunmetal car", "The penknifes", "They skill", "1999", "\0"]
)
def test_other_words_are_left_alone(words: str) -> None:
    assert not speaks_of_danger(words)


@given(st.sampled_from(PHRASES), st.text(" .,!?\n-'", min_size=1, max_size=5))
def test_each_phrase_is_found_by_itself(phrase: str, between: str) -> None:
    assert speaks_of_danger(between.join(["so", *phrase.split(), "now"]))


def test_the_list_is_written_as_it_is_sought() -> None:
    assert len(set(PHRASES)) == len(PHRASES)
    assert all(phrase == " ".join(phrase.lower().split()) and phrase.replace(" ", "").isalnum() for phrase in PHRASES)
