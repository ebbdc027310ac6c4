"""The weekly allowance: how many routine messages somebody is sent in a week before the rest waits for a digest."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from owl.foundation.clock import london_day


def week_of(moment: datetime) -> date:
    """The Monday of the moment's week in London."""
    day = london_day(moment)
    return day - timedelta(days=day.weekday())
