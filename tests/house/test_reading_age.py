"""Whoever is eleven can read what residents read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from owl.messages.checks.reading_age import reading_age, syllables
from tests.house.sentences import Sentence, sentences

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


def test_the_public_words_can_be_read_at_eleven() -> None:
    too_old = {place: age for place, said in sentences().items() if (age := _age(said)) > OLDEST}
    assert too_old == {}


def _age(said: Sequence[Sentence]) -> float:
    """Of a file's sentences; 0 where there are too few to tell."""
    every = [text for text in map(plain, said) if not text.startswith(PRESCRIBED)]
    texts = [text for text in every if len(text.split()) >= SHORTEST]
    return reading_age(texts) if len(" ".join(texts).split()) >= FEWEST_WORDS else 0
