"""When something takes place again, by the calendar and the clocks of London."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from owl.foundation.clock import LONDON
from owl.messages.recurring_models import Every

LAST = 5  # of a month's weeks: there may be four of a weekday, or five
DAYS_BETWEEN = {Every.WEEK: 7, Every.FORTNIGHT: 14}


@dataclass(frozen=True, slots=True)
class Pattern:
    """How often, when it begins, and how long before it a message goes out. Times are by the clocks of London."""

    every: Every
    week: int  # of the month in which it first takes place, 1 to LAST; counts for Every.MONTH alone
    clock: time
    days_before: int
    sends_at: time

    def after(self, day: date) -> date:
        """The day on which it takes place next."""
        if self.every is not Every.MONTH:
            return day + timedelta(days=DAYS_BETWEEN[self.every])
        next_month = day.replace(day=1) + timedelta(days=31)
        return nth_weekday(next_month.year, next_month.month, weekday=day.weekday(), week=self.week)

    def begins(self, day: date) -> datetime:
        """When it begins on that day, in UTC."""
        return in_london(day, self.clock)

    def goes_out(self, day: date) -> datetime:
        """When the message about that day goes out, in UTC."""
        return in_london(day - timedelta(days=self.days_before), self.sends_at)

    def days(self, first: date, *, until: date) -> Iterator[date]:
        """The days on which it takes place, from this one on."""
        while first <= until:
            yield first
            first = self.after(first)


def week_of_month(day: date) -> int:
    """Which of its month the day's weekday is: 1 to 4, or LAST for a fifth."""
    return (day.day - 1) // 7 + 1


def nth_weekday(year: int, month: int, *, weekday: int, week: int) -> date:
    """The month's nth of a weekday (Monday is 0); LAST is its last."""
    if week == LAST:
        last = date(year, month, calendar.monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))


def in_london(day: date, clock: time) -> datetime:
    """The moment in UTC. An hour that the clocks leave out is the next one; of one that comes twice, the first."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
