"""A team's calendar: what went out, what is to go out, and what is repeated, day by day in London."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import areas_of
from owl.foundation.clock import LONDON, london_day
from owl.messages.models import Message, MessageStatus
from owl.messages.queries import may_write_on
from owl.messages.recurrence import in_london
from owl.messages.repeating import repeated_in

MOST = 500  # messages of one month
S = MessageStatus


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on one day."""

    at: datetime
    title: str
    message_id: int
    state: str  # for the screen: "Scheduled", "Draft", "Repeated: draft not made yet"
    is_ahead: bool


def entries(session: Session, *, user_id: int, first: date, last: date, now: datetime) -> dict[date, list[Entry]]:
    """What lies between the two days in the user's areas, by day and in order."""
    found = [*_messages(session, user_id, first, last, now), *_repeated(session, user_id, first, last, now)]
    days: dict[date, list[Entry]] = {}
    for entry in sorted(found, key=lambda one: (one.at, one.message_id)):
        days.setdefault(london_day(entry.at), []).append(entry)
    return days


def weeks(first: date) -> list[list[date]]:
    """The weeks from Monday to Sunday that the month of its first day has a part in."""
    monday = first - timedelta(days=first.weekday())
    begun = [monday + timedelta(days=7 * number) for number in range(6)]
    after = (first + timedelta(days=31)).replace(day=1)
    return [[start + timedelta(days=day) for day in range(7)] for start in begun if start < after]


def _messages(session: Session, user_id: int, first: date, last: date, now: datetime) -> Iterator[Entry]:
    begins = in_london(first, time())
    ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
    goes_at = sa.func.coalesce(Message.send_at, Message.approved_at)
    areas = sorted(areas_of(session, user_id))
    mine = sa.or_(
        sa.and_(Message.submitted_at.is_not(None), Message.neighbourhood_ids.overlap(areas)),
        sa.and_(Message.submitted_at.is_(None), may_write_on(session, user_id)),
    )
    found = session.execute(
        sa.select(goes_at, Message.title, Message.id, Message.status)
        .where(goes_at >= begins, goes_at < ends, Message.status != S.CANCELLED, mine)
        .order_by(goes_at)
        .limit(MOST)
    )
    for at, title, message_id, status in found:
        yield Entry(at, title or "No title yet", message_id, status.label, is_ahead=at > now)


def _repeated(session: Session, user_id: int, first: date, last: date, now: datetime) -> Iterator[Entry]:
    """Of what is repeated only that for which no draft was made yet."""
    for row in repeated_in(session, user_id=user_id):
        until = min(last + timedelta(days=row.pattern.days_before), row.until or date.max)
        for day in row.pattern.days(row.next_on, until=until):
            at = row.pattern.goes_out(day)
            if first <= london_day(at) <= last and at > now:
                yield Entry(at, row.title, row.message_id, "Repeated: its draft comes a week before", is_ahead=True)


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)
