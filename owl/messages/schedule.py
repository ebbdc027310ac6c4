"""When a message is to start, and when that is too long ago to start it unasked."""

from __future__ import annotations

from datetime import datetime, timedelta

LATE_AFTER = timedelta(minutes=15)


def is_late(send_at: datetime, now: datetime) -> bool:
    """Whether a person must decide: what was right to say then may be wrong to say now."""
    return now - send_at > LATE_AFTER
