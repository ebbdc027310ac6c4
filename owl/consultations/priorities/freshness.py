"""How old shown priorities may grow: looked at after two months, and never older than three.

The Neighbourhood Policing Guarantee (July 2025) wants them refreshed within the last three months; teams decide every
four, so they look half-way.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from owl.foundation.clock import LONDON, london_day

CHECK_AFTER, STALE_AFTER = 2, 3  # months
ALARM_BEFORE = timedelta(days=14)  # it is stale
LASTS = 4  # months from one decision to the next


class Age(StrEnum):
    """How a neighbourhood's priorities stand."""

    NONE = "none"  # nothing is shown yet
    FRESH = "fresh"
    CHECK_DUE = "check_due"
    ALARM = "alarm"  # in a few days it is older than may be
    STALE = "stale"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "none": "Nothing published",
            "fresh": "Up to date",
            "check_due": "Half-way check due",
            "alarm": "Almost three months old",
            "stale": "Older than three months",
        }[self.value]


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or its last where it is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_due_on(fresh_at: datetime) -> date:
    """The day from which a half-way check is due."""
    return plus_months(london_day(fresh_at), CHECK_AFTER)


def stale_on(fresh_at: datetime) -> date:
    """The first day on which what is shown is older than three months."""
    return plus_months(london_day(fresh_at), STALE_AFTER)


def age(fresh_at: datetime | None, now: datetime) -> Age:
    """How old what was fresh then is now, by the days of the London calendar."""
    if fresh_at is None:
        return Age.NONE
    today, stale = london_day(now), stale_on(fresh_at)
    if today >= stale:
        return Age.STALE
    if today >= stale - ALARM_BEFORE:
        return Age.ALARM
    return Age.CHECK_DUE if today >= check_due_on(fresh_at) else Age.FRESH


def fresh_until(now: datetime, reached: Age) -> datetime:
    """The moment before which something must have been fresh to have reached this age by now, or to be older.

    It may name a few that have not, where months differ in length: `age` has the last word.
    """
    months = {Age.CHECK_DUE: CHECK_AFTER, Age.ALARM: STALE_AFTER, Age.STALE: STALE_AFTER}[reached]
    day = plus_months(london_day(now), -months) + timedelta(days=5)
    if reached is Age.ALARM:
        day += ALARM_BEFORE
    return datetime.combine(day, time(), LONDON)
