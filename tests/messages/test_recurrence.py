"""When something takes place again: right through the months and the turning of the clocks."""

from __future__ import annotations

from datetime import date, time

import pytest

from owl.messages.recurrence import LAST, Pattern, in_london, nth_weekday, week_of_month
from owl.messages.recurring_models import Every


def pattern(every: Every, *, week: int = 1) -> Pattern:
    return Pattern(every, week, clock=time(19), days_before=3, sends_at=time(18))


@pytest.mark.parametrize(
    ("every", "day", "expected"),
    [
        (Every.WEEK, "2026-12-29", "2027-01-05"),
        (Every.FORTNIGHT, "2026-12-29", "2027-01-12"),
        (Every.MONTH, "2026-12-08", "2027-01-12"),  # second Tuesdays
        (Every.MONTH, "2027-02-23", "2027-03-23"),  # fourth Tuesdays, of a month with five
        (Every.MONTH, "2026-12-29", "2027-01-26"),  # the fifth is the last: of a month with four
        (Every.MONTH, "2026-12-31", "2027-01-28"),
    ],
)
def test_the_next_day_is_of_the_same_kind(every: Every, day: str, expected: str) -> None:
    first = date.fromisoformat(day)
    assert pattern(every, week=week_of_month(first)).after(first) == date.fromisoformat(expected)


def test_the_last_of_a_month_stays_the_last() -> None:
    first = date(2026, 12, 29)
    days = list(pattern(Every.MONTH, week=week_of_month(first)).days(first, until=date(2027, 6, 30)))
    assert [str(day) for day in days] == [
        "2026-12-29", "2027-01-26", "2027-02-23", "2027-03-30", "2027-04-27", "2027-05-25", "2027-06-29",
    ]  # fmt: skip
    assert nth_weekday(2027, 2, weekday=6, week=LAST) == date(2027, 2, 28)


def test_it_goes_out_at_the_same_hour_of_london_before_and_after_the_clocks_turn() -> None:
    weekly = pattern(Every.WEEK)
    days = weekly.days(date(2027, 3, 25), until=date(2027, 4, 1))
    assert [weekly.begins(day).isoformat() for day in days] == [
        "2027-03-25T19:00:00+00:00",
        "2027-04-01T18:00:00+00:00",
    ]
    assert weekly.goes_out(date(2027, 3, 31)).isoformat() == "2027-03-28T17:00:00+00:00"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2027-03-28", "01:30", "2027-03-28T01:30:00+00:00"),  # left out: half past two
        ("2026-10-25", "01:30", "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        ("2026-10-25", "02:00", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_the_odd_hours_are_what_people_would_expect(day: str, clock: str, expected: str) -> None:
    assert in_london(date.fromisoformat(day), time.fromisoformat(clock)).isoformat() == expected
