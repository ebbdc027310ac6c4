"""Shown priorities are looked at after two months and alarm their team before they are three months old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.consultations.priorities.freshness import Age, age, fresh_until, plus_months

SIGNED = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
IN_ORDER = [Age.FRESH, Age.CHECK_DUE, Age.ALARM, Age.STALE]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 22), 2, date(2027, 1, 22)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 2, 28), -3, date(2026, 11, 28)),
    ],
)
def test_months_end_where_the_calendar_ends_them(day: date, months: int, later: date) -> None:
    assert plus_months(day, months) == later


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2027, 1, 21, 23, 59, tzinfo=UTC), Age.FRESH),
        (datetime(2027, 1, 22, tzinfo=UTC), Age.CHECK_DUE),
        (datetime(2027, 2, 7, 23, 59, tzinfo=UTC), Age.CHECK_DUE),
        (datetime(2027, 2, 8, tzinfo=UTC), Age.ALARM),
        (datetime(2027, 2, 21, 23, 59, tzinfo=UTC), Age.ALARM),
        (datetime(2027, 2, 22, tzinfo=UTC), Age.STALE),
    ],
)
def test_what_is_shown_ages_by_the_days_of_the_calendar(now: datetime, expected: Age) -> None:
    assert age(SIGNED, now) is expected
    assert age(None, now) is Age.NONE


@given(
    minutes=st.integers(0, 4 * 365 * 24 * 60),
    days=st.integers(min_value=0, max_value=120),
)
def test_the_clock_misses_nothing_that_has_grown_old(minutes: int, days: int) -> None:
    fresh_at = SIGNED + timedelta(minutes=minutes)
    now = fresh_at + timedelta(days=days)
    for reached in IN_ORDER[1:]:
        if IN_ORDER.index(age(fresh_at, now)) >= IN_ORDER.index(reached):
            assert fresh_at < fresh_until(now, reached)
