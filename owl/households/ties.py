"""What a home is to the person who gets its messages."""

from __future__ import annotations

from enum import StrEnum

from owl.foundation.languages import gettext, mark


class Tie(StrEnum):
    """One person may have several homes: their own, a parent's, a shop."""

    OWN = "own"
    RELATIVE = "relative"
    WORK = "work"

    @property
    def label(self) -> str:
        """As its owner reads it."""
        return gettext(LABELS[self])

    @property
    def hint(self) -> str:
        """Which homes are meant."""
        return gettext(HINTS[self])


LABELS = {
    Tie.OWN: mark("Your home"),
    Tie.RELATIVE: mark("Home of someone close to you"),
    Tie.WORK: mark("Shop or workplace"),
}
HINTS = {
    Tie.OWN: mark("Where you live, or have a second home."),
    Tie.RELATIVE: mark("For example your parents, or someone you look after."),
    Tie.WORK: mark("For example a shop, an office or an allotment."),
}
