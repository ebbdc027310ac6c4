"""The 72 hours in which a team answers (Neighbourhood Policing Guarantee, July 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ANSWERED_WITHIN = timedelta(hours=72)
ESCALATED_BEFORE = timedelta(hours=24)  # the end: 48 hours after it came
SOON = ESCALATED_BEFORE


class Urgency(StrEnum):
    """How soon an answer is needed."""

    CALM = "calm"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of one reply says."""

    words: str  # "due in 5 hours", "overdue by 2 days"
    urgency: Urgency


def read_clock(due_at: datetime, now: datetime) -> Clock:
    """What the clock of a reply that is due then says now."""
    if due_at < now:
        return Clock(f"overdue by {length(now - due_at)}", Urgency.OVERDUE)
    left = due_at - now
    return Clock(f"due in {length(left)}", Urgency.SOON if left <= SOON else Urgency.CALM)


def length(span: timedelta) -> str:
    """As people say it, rounded down: "5 hours"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _count(max(minutes, 1), "minute")
    hours = minutes // 60
    return _count(hours, "hour") if hours < 48 else _count(hours // 24, "day")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
