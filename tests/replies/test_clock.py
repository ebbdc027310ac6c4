"""What the clock of a reply says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from owl.replies.clock import Clock, Urgency, read_clock
from tests.factories import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "said", "how_soon"),
    [
        (72 * HOUR, "due in 3 days", Urgency.CALM),
        (47 * HOUR, "due in 47 hours", Urgency.CALM),
        (5 * HOUR + timedelta(minutes=59), "due in 5 hours", Urgency.SOON),
        (1 * HOUR, "due in 1 hour", Urgency.SOON),
        (timedelta(seconds=5), "due in 1 minute", Urgency.SOON),
        (-timedelta(minutes=30), "overdue by 30 minutes", Urgency.OVERDUE),
        (-2 * 24 * HOUR, "overdue by 2 days", Urgency.OVERDUE),
    ],
)
def test_the_clock_says_how_long_is_left(left: timedelta, said: str, how_soon: Urgency) -> None:
    assert read_clock(NOW + left, NOW) == Clock(said, how_soon)
