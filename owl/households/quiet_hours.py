"""Quiet hours: from one hour of London to another, in which nothing routine is sent. Right through clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from owl.foundation.clock import LONDON


def is_quiet(quiet_from: int | None, quiet_until: int | None, moment: datetime) -> bool:
    """Whether the moment lies in the hours. From an hour to an earlier one they cross midnight; None: there are none.

    On the night the clocks go back, an hour that comes twice is quiet twice.
    """
    if quiet_from is None or quiet_until is None:
        return False
    hour = moment.astimezone(LONDON).hour
    if quiet_from < quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def quiet_ends(quiet_from: int | None, quiet_until: int | None, moment: datetime) -> datetime:
    """The moment itself where it is not quiet, else the first one after it that is not; in UTC.

    In spring one o'clock does not come: hours until one end at two, which is the same moment.
    """
    if quiet_until is None or not is_quiet(quiet_from, quiet_until, moment):
        return moment
    today = moment.astimezone(LONDON).date()
    ends = (datetime.combine(today + timedelta(days=days), time(quiet_until), LONDON) for days in (0, 1))
    return next(end for end in (end.astimezone(UTC) for end in ends) if end > moment)
