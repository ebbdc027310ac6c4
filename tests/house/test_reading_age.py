"""Whoever is eleven can read what residents read."""

from __future__ import annotations

import re

import pytest

from owl.messages.checks.reading_age import reading_age, syllables
from tests.house.sentences import sentences

OLDEST = 11.0  # years
FEWEST_WORDS, SHORTEST = 12, 3  # words of a file and of a sentence; of less, such as names of pages, it says nothing
# As the licences ask for it, word by word.
PRESCRIBED = "Contains OS data"


def plain(words: str | tuple[str, ...]) -> str:
    """One form of it, without its tags, a name in the place of each value."""
    text = words if isinstance(words, str) else words[-1]
    return re.sub(r"%\(\w+\)s", "Hitchin", re.sub("<[^>]*>", "", text))


def test_reading_age_is_young_for_plain_words_and_old_for_officialese() -> None:
    assert [syllables(word) for word in ("cat", "home", "asked", "police", "neighbourhood", "table")] == [
        1, 1, 1, 2, 3, 2,
    ]  # fmt: skip
    assert reading_age(["We write when there is something you can use.", "You can stop at any time."]) < 9
    assert reading_age(["Subscribers may discontinue receipt of notifications by communicating their decision."]) > 18


@pytest.mark.parametrize("place", sorted(sentences()))
def test_the_public_words_can_be_read_at_eleven(place: str) -> None:
    every = [text for text in map(plain, sentences()[place]) if not text.startswith(PRESCRIBED)]
    texts = [text for text in every if len(text.split()) >= SHORTEST]
    if len(" ".join(texts).split()) >= FEWEST_WORDS:
        assert reading_age(texts) <= OLDEST
