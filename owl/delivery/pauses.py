"""How long a delivery waits before the next try, by the tries it has had. A crash is not a try."""

from __future__ import annotations

from datetime import datetime, timedelta

from owl.messages.models import Message

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800))  # the last one again and again
LONGEST = timedelta(days=3)  # after approval; a relay that is down for longer has been seen to
UNKNOWN_TRIES = 3  # of a fault that nobody knows
REFUSED_PAUSE = timedelta(seconds=30)  # where the provider takes nothing from us at all

# When a delivery may be tried next, in SQL: at once until it has had an outcome.
_PAUSES = ", ".join(f"'{pause.total_seconds():.0f} s'" for pause in BACKOFF)
DUE_AT = f"""
CASE WHEN delivery.attempts = 0 THEN CAST('-infinity' AS timestamptz)
    ELSE delivery.changed_at + (CAST(ARRAY[{_PAUSES}] AS interval[]))[least(delivery.attempts, {len(BACKOFF)})]
END"""


def is_last_try(message: Message, now: datetime) -> bool:
    """Whether a fault ends the delivery: there would be no next try in time."""
    return now + BACKOFF[0] > (message.approved_at or message.created_at) + LONGEST
