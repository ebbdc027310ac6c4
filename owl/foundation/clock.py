"""Time: aware UTC inside, Europe/London for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from owl.foundation.languages import Language, spoken_now

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def show_time(moment: datetime) -> str:
    """As people read it: "Sunday 22 November, 14:05", in Europe/London and the language that is spoken now."""
    there = moment.astimezone(LONDON)
    if spoken_now() is not Language.ENGLISH:
        return format_datetime(there, "EEEE d MMMM, HH:mm", locale=spoken_now().value)
    return f"{there:%A} {there.day} {there:%B}, {there:%H:%M}"


def show_date(moment: datetime) -> str:
    """As people read it: "Sunday 22 November 2026", in Europe/London and the language that is spoken now."""
    there = moment.astimezone(LONDON)
    if spoken_now() is not Language.ENGLISH:
        return format_datetime(there, "EEEE d MMMM y", locale=spoken_now().value)
    return f"{there:%A} {there.day} {there:%B} {there.year}"


def show_day(day: date) -> str:
    """A day as people read it: "Sunday 22 November 2026", in the language that is spoken now."""
    return show_date(datetime.combine(day, time(12), tzinfo=LONDON))


def show_moment(moment: datetime) -> str:
    """As people read it later than this year: "Sunday 22 November 2026, 14:05", in Europe/London."""
    return f"{show_date(moment)}, {moment.astimezone(LONDON):%H:%M}"


def london_day(moment: datetime) -> date:
    """The day on a resident's calendar."""
    return moment.astimezone(LONDON).date()


def start_of_day(moment: datetime) -> datetime:
    """The last midnight in London: all that is kept of when something anonymous came."""
    return datetime.combine(london_day(moment), time(), tzinfo=LONDON).astimezone(UTC)
