"""The age at which most people can read some words: the Flesch–Kincaid grade and five years.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas", 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from owl.messages.checks.finding import Finding, Weight, Words

FEWEST_WORDS = 20  # of fewer the formula says nothing
PLAIN_UNTIL = 12  # years; one adult in six reads no better
LONG_SENTENCE = 25  # words
LINK = re.compile(r"\(?(?:https?://|mailto:)\S+")


def reading_age(sentences: Iterable[str]) -> float:
    """In years, of the whole; what stands after a colon or semicolon is a sentence of its own, as on a page."""
    parts = _parts(sentences)
    words = [word for part in parts for word in _words(part)]
    if not words:
        return 0
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + 5


def syllables(word: str) -> int:
    """Groups of vowels, but for those that nobody hears."""
    letters = re.sub("[^a-z]", "", word.lower())
    count = len(re.findall("[aeiouy]+", letters))
    silent_e = letters.endswith("e") and not letters.endswith("le")
    silent_ed = re.search("[^td]ed$", letters) is not None
    return max(count - (silent_e or silent_ed), 1)


def reading_age_of(words: Words) -> list[Finding]:
    """Whether most people can read it, and what to shorten; nothing of a few words."""
    lines = LINK.sub("", words.plain).splitlines()
    parts = _parts(lines)
    if sum(len(_words(part)) for part in parts) < FEWEST_WORDS:
        return []
    age = round(reading_age(lines))
    name = f"Reading age {age}" if age > 5 else "Reading age 5"
    if age <= PLAIN_UNTIL:
        return [Finding(name, Weight.GOOD)]
    longest = max(parts, key=lambda part: len(_words(part)))
    if len(_words(longest)) > LONG_SENTENCE:
        tip = f"Cut this sentence in two: “{' '.join(longest.split()[:8])} …”."
    else:
        tip = f"Use a shorter word for: {', '.join(_hardest(parts))}."
    return [Finding(name, Weight.MIND, f"Many adults read like a child of 9 to 11. {tip}")]


def _hardest(parts: Iterable[str]) -> list[str]:
    """The three words with most syllables, as they are written."""
    words = dict.fromkeys(word for part in parts for word in _words(part))
    return sorted(words, key=syllables, reverse=True)[:3]


def _parts(sentences: Iterable[str]) -> list[str]:
    return [part for text in sentences for part in re.split(r"(?<=[.?!:;])\s+", text) if re.search("[A-Za-z]", part)]


def _words(part: str) -> list[str]:
    return re.findall(r"[A-Za-z’']+", part)
