"""The 72 hours in which a team answers (Neighbourhood Policing Guarantee, July 2025)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

ANSWERED_WITHIN = timedelta(hours=72)
SOON = timedelta(hours=24)


class Urgency(StrEnum):
    """How soon an answer is needed."""

    CALM = "calm"
    SOON = "soon"
    OVERDUE = "overdue"


def urgency(due_at: datetime, now: datetime) -> Urgency:
    """How soon an answer that is due then is needed."""
    if due_at < now:
        return Urgency.OVERDUE
    return Urgency.SOON if due_at - now <= SOON else Urgency.CALM


def time_left(due_at: datetime, now: datetime) -> str:
    """For the screen: "due in 5 hours", "overdue by 2 days"."""
    if due_at < now:
        return f"overdue by {_length(now - due_at)}"
    return f"due in {_length(due_at - now)}"


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _count(max(minutes, 1), "minute")
    hours = minutes // 60
    return _count(hours, "hour") if hours < 48 else _count(hours // 24, "day")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
