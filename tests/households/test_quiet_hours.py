"""Quiet hours are those that the clock on a wall in London shows, on the two odd nights of the year too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from owl.households.quiet_hours import is_quiet, quiet_ends

BACK = datetime(2026, 10, 25, tzinfo=UTC)  # at 01:00 UTC the clocks go back from 02:00
FORWARD = datetime(2027, 3, 28, tzinfo=UTC)  # at 01:00 UTC they go forward to 02:00
hours = st.integers(0, 23)
moments = st.one_of(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from([BACK, FORWARD]),
        st.integers(-1440, 2880),
    ),
)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-22T20:59", False),
        ("2026-11-22T21:00", True),
        ("2026-11-23T07:59", True),
        ("2026-11-23T08:00", False),
        ("2026-07-01T20:00", True),  # 21:00 in summer
        ("2026-07-01T07:00", False),
        ("2026-10-25T07:59", True),  # of the morning after the clocks went back
        ("2026-10-25T08:00", False),
        ("2027-03-28T06:59", True),
        ("2027-03-28T07:00", False),
    ],
)
def test_from_nine_in_the_evening_to_eight_in_the_morning(moment: str, quiet: bool) -> None:
    assert is_quiet(21, 8, at(moment)) is quiet


@pytest.mark.parametrize(
    ("hours", "moment", "ends"),
    [
        ((21, 8), "2026-11-22T22:00", "2026-11-23T08:00"),
        ((21, 8), "2026-11-23T03:00", "2026-11-23T08:00"),
        ((21, 8), "2026-10-24T22:00", "2026-10-25T08:00"),  # an hour longer
        ((21, 8), "2027-03-27T22:00", "2027-03-28T07:00"),  # an hour shorter
        ((9, 17), "2026-11-22T12:00", "2026-11-22T17:00"),
        ((21, 1), "2027-03-27T22:00", "2027-03-28T01:00"),  # one o'clock, which is two
        ((21, 1), "2026-10-24T22:00", "2026-10-25T00:00"),  # the first of two
        ((1, 2), "2026-10-25T00:30", "2026-10-25T02:00"),  # after the second of two
        ((21, 8), "2026-11-22T12:00", "2026-11-22T12:00"),  # it is not quiet
    ],
)
def test_what_is_held_goes_when_the_hours_end(hours: tuple[int, int], moment: str, ends: str) -> None:
    assert quiet_ends(*hours, at(moment)) == at(ends)


@given(hours, hours, moments)
@example(1, 2, FORWARD + timedelta(minutes=59))
@example(2, 1, BACK + timedelta(minutes=59))
def test_the_end_is_the_first_moment_that_is_not_quiet(first: int, until: int, moment: datetime) -> None:
    if first == until:
        return
    end = quiet_ends(first, until, moment)
    assert moment <= end <= moment + timedelta(hours=24)
    assert not is_quiet(first, until, end)
    between = moment
    while between < end:
        assert is_quiet(first, until, between)
        between += timedelta(minutes=15)


def test_without_hours_nothing_is_quiet() -> None:
    assert not is_quiet(None, None, BACK)
    assert quiet_ends(None, None, BACK) == BACK
