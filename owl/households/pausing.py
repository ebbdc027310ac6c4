"""A pause: no messages until a day that the subscriber chooses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update

from owl.foundation.clock import LONDON
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark
from owl.households.models import Subscriber

LONGEST = timedelta(days=366)
EXAMPLE = mark("like 27 3 2027")


def pause_messages(subscriber_id: int, *, typed: Mapping[str, str], now: datetime) -> datetime:
    """Send nothing before the day that was typed as "day", "month" and "year"; its first moment.

    Raises BadInput.
    """
    until = read_day(typed, today=now.astimezone(LONDON).date())
    with transaction() as session:
        session.execute(update(Subscriber).where(Subscriber.id == subscriber_id).values(paused_until=until))
    return until


def end_pause(subscriber_id: int) -> None:
    """Send messages again from now on."""
    with transaction() as session:
        session.execute(update(Subscriber).where(Subscriber.id == subscriber_id).values(paused_until=None))


def read_day(typed: Mapping[str, str], *, today: date) -> datetime:
    """The first moment, in Europe/London, of the day that was typed. Raises BadInput for the field `until`."""
    parts = [typed.get(name, "").strip() for name in ("day", "month", "year")]
    if not any(parts):
        raise _refuse(
            gettext("Enter the day on which messages should start again, %(example)s.", example=gettext(EXAMPLE))
        )
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise _refuse(gettext("Enter a day, a month and a year in figures, %(example)s.", example=gettext(EXAMPLE)))
    day, month, year = map(int, parts)
    try:
        chosen = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise _refuse(
            gettext("There is no such day. Check the day and the month, %(example)s.", example=gettext(EXAMPLE))
        ) from None
    if chosen <= today:
        raise _refuse(gettext("Choose a day after today."))
    if chosen - today > LONGEST:
        raise _refuse(
            gettext("Choose a day within the next 12 months. To stop for longer, leave OWL: you can always come back.")
        )
    return datetime.combine(chosen, time(), LONDON).astimezone(UTC)


def _refuse(sentence: str) -> BadInput:
    return BadInput({"until": sentence})
