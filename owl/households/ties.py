"""What a home is to the person who gets its messages."""

from __future__ import annotations

from enum import StrEnum


class Tie(StrEnum):
    """One person may have several homes: their own, a parent's, a shop."""

    OWN = "own"
    RELATIVE = "relative"
    WORK = "work"

    @property
    def label(self) -> str:
        """As its owner reads it."""
        return {
            "own": "Your home",
            "relative": "Home of someone close to you",
            "work": "Shop or workplace",
        }[self.value]

    @property
    def hint(self) -> str:
        """Which homes are meant."""
        return {
            "own": "Where you live, or have a second home.",
            "relative": "For example your parents, or someone you look after.",
            "work": "For example a shop, an office or an allotment.",
        }[self.value]
