"""What a row says of what a person wants: for a home, and at which hours and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.households.choices import CHOICES, HowFar, Rhythm
from owl.households.importing.cells import (
    RUN,
    BadCell,
    is_formula,
    plain,
    read_bool,
    read_choice,
    read_kinds,
    read_moment,
    read_number,
)
from owl.households.importing.columns import Column
from owl.households.ties import Tie

T = TypeVar("T")
WORDS = (
    Column.NAME, Column.HOUSE, Column.CONSENT_WORDING, Column.CONSENT_SOURCE, Column.PERSON, Column.HOME,
    Column.PARTNER, Column.PARTNER_PURPOSE, Column.PARTNER_SOURCE,
)  # fmt: skip
MOST_ALLOWED = 1000  # messages a week


@dataclass(frozen=True, slots=True)
class HomeWishes:
    """What is chosen for one home."""

    tie: Tie
    kinds: list[str]
    how_far: HowFar
    only_urgent: bool
    not_by_mail: list[str]
    not_by_text: list[str]
    texts_only_urgent: bool


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for a person at all their homes."""

    quiet_from: int | None
    quiet_until: int | None
    rhythm: Rhythm
    weekly_allowance: int | None
    paused_until: datetime | None
    language: Language
    large_text: bool


class CellReader:
    """Reads the cells of one row, and notes every fault among them."""

    def __init__(self, cells: Mapping[Column, str]) -> None:
        self.cells = {column: plain(cell) for column, cell in cells.items() if cell}
        formulas = [column for column in WORDS if is_formula(cells.get(column, ""))]
        self.faults: dict[str, str] = {column: RUN.format(self.cells[column][0]) for column in formulas}

    def read(self, column: Column, reader: Callable[[str], T], otherwise: T) -> T:
        """What the cell says; `otherwise` where there is none, or where it can't be taken."""
        cell = self.cells.get(column)
        if not cell:
            return otherwise
        try:
            return reader(cell)
        except BadCell as error:
            self.faults[column] = str(error)
        except BadInput as error:
            self.faults[column] = error.sentence
        return otherwise


def read_home_wishes(reader: CellReader) -> HomeWishes:
    """Everything where nothing is said."""
    return HomeWishes(
        reader.read(Column.TIE, lambda cell: read_choice(cell, Tie), Tie.OWN),
        reader.read(Column.KINDS, read_kinds, [kind.value for kind in CHOICES]),
        reader.read(Column.HOW_FAR, lambda cell: read_choice(cell, HowFar), HowFar.DISTRICT),
        reader.read(Column.ONLY_URGENT, read_bool, otherwise=False),
        reader.read(Column.NOT_BY_MAIL, read_kinds, []),
        reader.read(Column.NOT_BY_TEXT, read_kinds, []),
        reader.read(Column.TEXTS_ONLY_URGENT, read_bool, otherwise=False),
    )


def read_habits(reader: CellReader, *, now: datetime) -> Habits:
    """At once, at every hour and in English where nothing is said."""
    quiet_from = _number(reader, Column.QUIET_FROM, most=23)
    quiet_until = _number(reader, Column.QUIET_UNTIL, most=23)
    if (quiet_from is None) != (quiet_until is None) or quiet_from == quiet_until is not None:
        reader.faults.setdefault(Column.QUIET_UNTIL, "Enter two different hours in quiet_from and here, or none.")
    paused_until = reader.read(Column.PAUSED_UNTIL, lambda cell: read_moment(cell, now=now, may_come=True), None)
    return Habits(
        quiet_from,
        quiet_until,
        reader.read(Column.RHYTHM, lambda cell: read_choice(cell, Rhythm), Rhythm.AT_ONCE),
        _number(reader, Column.WEEKLY_ALLOWANCE, most=MOST_ALLOWED),
        paused_until if paused_until is not None and paused_until > now else None,
        reader.read(Column.LANGUAGE, lambda cell: read_choice(cell, Language), Language.ENGLISH),
        reader.read(Column.LARGE_TEXT, read_bool, otherwise=False),
    )


def _number(reader: CellReader, column: Column, *, most: int) -> int | None:
    return reader.read(column, lambda cell: read_number(cell, most=most), None)
