"""Time: aware UTC inside, Europe/London for people."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def show_time(moment: datetime) -> str:
    """As people read it: "Sunday 22 November, 14:05", in Europe/London."""
    there = moment.astimezone(LONDON)
    return f"{there:%A} {there.day} {there:%B}, {there:%H:%M}"


def show_date(moment: datetime) -> str:
    """As people read it: "Sunday 22 November 2026", in Europe/London."""
    there = moment.astimezone(LONDON)
    return f"{there:%A} {there.day} {there:%B} {there.year}"
