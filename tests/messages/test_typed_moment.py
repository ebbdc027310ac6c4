"""A moment as it is typed, and the two nights on which clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.messages.schedule import LATE_AFTER, is_late
from owl.messages.typed_moment import TypedMoment

moments = st.integers(0, 9 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def read(day: str, month: str, year: str, clock: str) -> str:
    moment = TypedMoment(day, month, year, clock).read("send_at")
    assert moment is not None
    return moment.isoformat()


@pytest.mark.parametrize("clock", ["18:00", "18.00", "6pm", "6 PM", "6:00pm", " 18:00 "])
def test_a_time_is_understood_however_it_is_written(clock: str) -> None:
    assert read("22", "11", "2026", clock) == "2026-11-22T18:00:00+00:00"
    assert read("22", "06", "27", clock) == "2027-06-22T17:00:00+00:00"


def test_noon_and_midnight() -> None:
    assert read("1", "1", "2027", "12am") == "2027-01-01T00:00:00+00:00"
    assert read("1", "1", "2027", "12pm") == "2027-01-01T12:00:00+00:00"


@pytest.mark.parametrize(
    "typed",
    [
        ("31", "2", "2027", "10:00"), ("", "2", "2027", "10:00"), ("1", "2", "2027", ""), ("1", "2", "2027", "25:00"),
        ("1", "2", "2027", "18"), ("1", "2", "2027", "13pm"), ("1", "2", "2027", "0am"), ("1", "2", "20270", "10:00"),
        ("-1", "2", "2027", "10:00"), ("one", "2", "2027", "10:00"), ("", "", "", "10:00"), ("1", "1", "0", "10:0"),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_told_at_its_field(typed: tuple[str, str, str, str]) -> None:
    with pytest.raises(BadInput) as told:
        TypedMoment(*typed).read("send_at")
    assert set(told.value.fields) == {"send_at"}


def test_nothing_typed_is_no_moment_and_a_day_alone_may_mean_its_end() -> None:
    assert TypedMoment(" ", "", "", "").read("valid_until") is None
    assert TypedMoment("22", "11", "2026").read("valid_until", without_time=time(23, 59)) == datetime(
        2026, 11, 22, 23, 59, tzinfo=UTC
    )


def test_of_the_hour_that_comes_twice_the_first_is_meant() -> None:
    assert read("25", "10", "2026", "01:30") == "2026-10-25T00:30:00+00:00"
    assert read("25", "10", "2026", "02:00") == "2026-10-25T02:00:00+00:00"


def test_the_hour_that_is_left_out_is_refused() -> None:
    with pytest.raises(BadInput, match="the clocks go forward"):
        TypedMoment("28", "3", "2027", "01:30").read("send_at")
    assert read("28", "3", "2027", "00:59") == "2027-03-28T00:59:00+00:00"
    assert read("28", "3", "2027", "02:00") == "2027-03-28T01:00:00+00:00"


@given(moments)
def test_what_is_shown_to_be_changed_is_read_as_it_was(moment: datetime) -> None:
    again = TypedMoment.of(moment).read("send_at")
    assert again is not None
    assert moment - again in {
        timedelta(0),
        timedelta(hours=1),
    }  # an hour only in the night of the second 01:00 to 02:00
    if moment - again:
        assert (moment.month, moment.hour) == (10, 1)


def test_a_quarter_of_an_hour_is_not_late_and_a_second_more_is() -> None:
    due = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert not is_late(due, due + LATE_AFTER)
    assert is_late(due, due + LATE_AFTER + timedelta(seconds=1))
