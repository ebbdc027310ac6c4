"""Hints beside the words: what a good alert says is found, what it lacks is named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.messages.advice import advise


def missing(body: str, title: str = "") -> list[str]:
    return [point.name for point in advise(title, body) if not point.found]


def test_a_good_alert_lacks_nothing() -> None:
    words = "Residents told us that sheds in Walsworth were broken into on Saturday night. Please check your locks."
    assert missing(words) == []


def test_an_empty_one_lacks_all() -> None:
    assert missing("") == ["When it happened", "Where it happened", "How you know", "What people can do"]


@pytest.mark.parametrize("words", ["at 22:30", "2.15", "3pm", "last night", "on 4th of November", "This morning"])
def test_times_are_found_however_they_are_written(words: str) -> None:
    assert "When it happened" not in missing(words)


@pytest.mark.parametrize(
    ("words", "is_place"),
    [
        ("near Hitchin", True),
        ("Bancroft Road", True),
        ("in the Swan", True),
        ("on Saturday", False),
        ("in a shed", False),
    ],
)
def test_a_day_is_no_place(words: str, is_place: bool) -> None:
    assert ("Where it happened" not in missing(words)) == is_place


@given(st.text(max_size=200), st.text(max_size=2_000))
def test_any_words_are_looked_at(title: str, body: str) -> None:
    assert len(advise(title, body)) == 4


@pytest.mark.parametrize("piece", ["in the ", "1", "this ", "a ", "between "])
def test_long_words_are_looked_at_in_a_moment(piece: str) -> None:
    started = time.process_time()
    advise("", piece * 20_000)
    assert time.process_time() - started < 5  # minutes, if it grew with the square of its length
