"""The year's three rounds: every four months each neighbourhood is asked what its team should work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from owl.foundation.clock import LONDON, london_day

FIRST_MONTHS = (1, 5, 9)
OPENS, CLOSES = time(9), time(21)
OPEN_FOR = timedelta(days=27)  # four weeks, from a Monday to a Sunday
HALF_WAY_AFTER = 2  # months: what is shown online must never be older than three


@dataclass(frozen=True, slots=True, order=True)
class Round:
    """One of a year's three. Its consultations open on the first Monday of January, May or September."""

    year: int
    number: int  # 1 to 3

    @property
    def name(self) -> str:
        """As the row holds it: "2027-1"."""
        return f"{self.year}-{self.number}"

    @property
    def opens_at(self) -> datetime:
        """The Monday, 9:00 in London."""
        first = date(self.year, FIRST_MONTHS[self.number - 1], 1)
        return _moment(first + timedelta(days=-first.weekday() % 7), OPENS)

    @property
    def closes_at(self) -> datetime:
        """The fourth Sunday after it, 21:00 in London."""
        return _moment(london_day(self.opens_at) + OPEN_FOR, CLOSES)

    @property
    def half_way_on(self) -> date:
        """When the team looks whether what it shows still holds: two months after the close."""
        closed = london_day(self.closes_at)
        months = closed.month - 1 + HALF_WAY_AFTER
        return date(closed.year + months // 12, months % 12 + 1, min(closed.day, 28))


def rounds_of(year: int) -> tuple[Round, ...]:
    """The year's three."""
    return tuple(Round(year, number) for number in (1, 2, 3))


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)
