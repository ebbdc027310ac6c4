"""Half past seven by the clocks of London, each day and each Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from owl.delivery.digests.slots import Slot, due_slots
from owl.foundation.clock import LONDON
from owl.households.choices import Rhythm


def days(moment: datetime) -> dict[Rhythm, date]:
    return {slot.rhythm: slot.day for slot in due_slots(moment)}


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (date(2026, 10, 24), "06:30"),  # the last Saturday of summer time
        (date(2026, 10, 25), "07:30"),  # the clocks go back
        (date(2027, 3, 27), "07:30"),
        (date(2027, 3, 28), "06:30"),  # the clocks go forward
    ],
)
def test_the_morning_is_londons_on_the_days_when_the_clocks_change(day: date, utc: str) -> None:
    hour, minute = map(int, utc.split(":"))
    from_then = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    assert due_slots(from_then - timedelta(seconds=1)) == ()
    assert days(from_then)[Rhythm.DAILY] == day
    assert from_then.astimezone(LONDON).strftime("%H:%M") == "07:30"


@pytest.mark.parametrize("change", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)])
def test_a_clock_that_looks_each_minute_finds_each_day_once_around_a_change(change: datetime) -> None:
    minutes = (change + timedelta(minutes=minute) for minute in range(-24 * 60, 48 * 60))
    found = {slot for moment in minutes for slot in due_slots(moment) if slot.rhythm is Rhythm.DAILY}
    assert found == {Slot(Rhythm.DAILY, (change + timedelta(days=n)).date()) for n in (-1, 0, 1)}


def test_the_weekly_one_is_mondays_and_made_later_only_where_no_clock_ran() -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert days(monday)[Rhythm.WEEKLY] == date(2026, 11, 23)
    assert days(monday + timedelta(days=6))[Rhythm.WEEKLY] == date(2026, 11, 23)
    assert days(monday + timedelta(days=7))[Rhythm.WEEKLY] == date(2026, 11, 30)


def test_one_that_is_very_late_waits_for_the_next_morning() -> None:
    assert due_slots(datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) == ()
    assert due_slots(datetime(2026, 11, 23, 19, 59, tzinfo=UTC)) != ()
