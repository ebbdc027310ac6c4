"""Small cells of a list: dates, yes or no, choices of a few, and what a spreadsheet would run."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from owl.foundation.clock import LONDON
from owl.households.choices import CHOICES

E = TypeVar("E", bound=StrEnum)

KEPT = 4_096  # cells remembered: a list says the same again and again
FIRST_YEAR = 1990  # no consent to emails or texts is older
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
# What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
RUN = "A cell that begins with “{}” is a formula to a spreadsheet. Write what it should say."
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s])")
ESCAPED = re.compile(r"'(?=[=+\-@\t\r])")
LIKE = "like 2024-05-31 or 31/05/2024"
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


class BadCell(ValueError):
    """What stands in a cell can't be taken; the text says what to change."""


def plain(cell: str) -> str:
    """The cell without spaces around it and without the apostrophe that keeps spreadsheets from running it."""
    return ESCAPED.sub("", cell.lstrip(), count=1).strip()


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run the cell as it stands; one that was made harmless is text."""
    return FORMULA.match(cell.strip()) is not None


def read_text(cell: str, *, longest: int) -> str:
    """A short text on one line. Raises BadCell."""
    line = " ".join(cell.split())
    if len(line) > longest:
        raise BadCell(f"Shorten this to {longest} characters.")
    return line


def read_moment(cell: str, *, now: datetime, may_come: bool = False) -> datetime:
    """When it was: a day (midnight in London), or a moment as ISO 8601 writes it.

    Raises BadCell: no date, not yet (unless it `may_come`), or long before anybody could have agreed.
    """
    moment = _day(cell) or _moment(cell)
    if moment is None:
        raise BadCell(f"Enter a date, {LIKE}.")
    if moment > now and not may_come:
        raise BadCell("This date is still to come. Check the day, the month and the year.")
    if moment.year < FIRST_YEAR:
        raise BadCell(f"This date is before {FIRST_YEAR}. Check the year.")
    return moment


def read_bool(cell: str) -> bool:
    """Yes or no. Raises BadCell."""
    word = cell.lower()
    if word not in YES | NO:
        raise BadCell("Enter yes or no.")
    return word in YES


def read_number(cell: str, *, most: int) -> int:
    """A number from 0. Raises BadCell."""
    if not (cell.isascii() and cell.isdigit() and int(cell[:6]) <= most):
        raise BadCell(f"Enter a number from 0 to {most}.")
    return int(cell)


def read_choice(cell: str, members: type[E]) -> E:
    """One of a few. Raises BadCell."""
    word = _word(cell)
    if word not in set(members):
        raise BadCell(f"Enter one of {', '.join(members)}.")
    return members(word)


def read_kinds(cell: str) -> list[str]:
    """Kinds of message, separated by semicolons. Raises BadCell."""
    return [*_kinds(cell)]


@lru_cache(maxsize=KEPT)
def _kinds(cell: str) -> tuple[str, ...]:
    words = {_word(part) for part in re.split(r"[;|]", cell) if part.strip()}
    unknown = words - set(CHOICES)
    if unknown:
        raise BadCell(f"“{min(unknown)[:40]}” is not a kind of message. Enter one or more of {'; '.join(CHOICES)}.")
    return tuple(kind.value for kind in CHOICES if kind in words)


def _word(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


@lru_cache(maxsize=KEPT)
def _day(cell: str) -> datetime | None:
    found, british = ISO.fullmatch(cell), BRITISH.fullmatch(cell)
    if found:
        year, month, day = map(int, found.groups())
    elif british:
        day, month, year = map(int, british.groups())
    else:
        return None
    try:
        return datetime.combine(date(year, month, day), time(), LONDON).astimezone(UTC)
    except ValueError:
        raise BadCell(f"There is no such day. Enter a date, {LIKE}.") from None


def _moment(cell: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1, in the hour before it
        return None
