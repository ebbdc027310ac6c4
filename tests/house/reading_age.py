"""The age at which most people can read some words: the Flesch–Kincaid grade and five years.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas", 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def reading_age(sentences: Iterable[str]) -> float:
    """In years, of the whole; what stands after a colon or semicolon is a sentence of its own, as on a page."""
    parts = [part for text in sentences for part in re.split(r"(?<=[.?!:;])\s+", text) if re.search("[A-Za-z]", part)]
    words = [word for part in parts for word in re.findall(r"[A-Za-z’']+", part)]
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + 5


def syllables(word: str) -> int:
    """Groups of vowels, but for those that nobody hears."""
    letters = re.sub("[^a-z]", "", word.lower())
    count = len(re.findall("[aeiouy]+", letters))
    silent_e = letters.endswith("e") and not letters.endswith("le")
    silent_ed = re.search("[^td]ed$", letters) is not None
    return max(count - (silent_e or silent_ed), 1)
