"""Repeating a message: its words and areas become a draft again, before each time that something takes place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.audit import record_act
from owl.foundation.clock import london_day
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.messages.models import Message
from owl.messages.queries import message_for
from owl.messages.recurrence import Pattern, week_of_month
from owl.messages.recurring_models import RecurringDraft

FARTHEST = timedelta(days=366)
MOST_DAYS_BEFORE = 60


@dataclass(frozen=True, slots=True)
class RecurringRow:
    """A message that is repeated, as its team sees it."""

    id: int
    message_id: int
    title: str
    author: str  # rank and name
    next_on: date
    until: date | None
    pattern: Pattern


def repeat_message(
    message_id: int, *, user_id: int, pattern: Pattern, first_on: date, until: date | None, now: datetime
) -> int:
    """The id of the repetition: from now on a draft of the user's is made a week before each is to go out.

    Raises BadInput for `first` or `until`, NotFound and Refused.
    """
    faults = {}
    if not now < pattern.goes_out(first_on) < now + FARTHEST:
        faults["first"] = "Choose a first day whose message can still go out, within a year."
    if until is not None and until < first_on:
        faults["until"] = "Choose a last day after the first."
    if not 0 <= pattern.days_before <= MOST_DAYS_BEFORE:
        faults["days_before"] = f"Enter a number of days, up to {MOST_DAYS_BEFORE}."
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        message = message_for(session, message_id, user_id=user_id)
        if message.follows_id is not None:
            raise BadInput({"first": "A message that follows another can’t be repeated."})
        if message.consultation_id is not None:
            raise BadInput({"first": "An invitation belongs to its consultation. Remind people on the page of that."})
        require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
        row = RecurringDraft(
            message_id=message_id, author_id=user_id, every=pattern.every, week=pattern.week, next_on=first_on,
            clock=pattern.clock, days_before=pattern.days_before, sends_at=pattern.sends_at, until=until,
            created_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record_act(session, "repeat message", actor_id=user_id, subject="message", subject_id=message_id, now=now)
        return row.id


def end_repeating(recurring_id: int, *, user_id: int, now: datetime) -> None:
    """Make no more drafts of it; those that were made stay. Raises NotFound or Refused."""
    with transaction() as session:
        row = session.get(RecurringDraft, recurring_id)
        message = None if row is None else session.get(Message, row.message_id)
        if row is None or message is None or not set(message.neighbourhood_ids) & areas_of(session, user_id):
            raise NotFound("There is no such repeated message, or it is not in your areas.")
        require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
        row.ended_at = row.ended_at or now
        record_act(session, "end repeating", actor_id=user_id, subject="message", subject_id=message.id, now=now)


def repeated_in(session: Session, *, user_id: int) -> list[RecurringRow]:
    """What is repeated in the user's areas, the next first."""
    name = sa.func.concat_ws(" ", User.rank, User.name)
    found = session.execute(
        sa.select(RecurringDraft, Message.title, name)
        .join(Message, Message.id == RecurringDraft.message_id)
        .join(User, User.id == RecurringDraft.author_id)
        .where(
            RecurringDraft.ended_at.is_(None),
            Message.neighbourhood_ids.overlap(sorted(areas_of(session, user_id))),
        )
        .order_by(RecurringDraft.next_on, RecurringDraft.id)
    )
    return [
        RecurringRow(row.id, row.message_id, title, author, row.next_on, row.until, pattern_of(row))
        for row, title, author in found
    ]


def pattern_of(row: RecurringDraft) -> Pattern:
    """Its pattern as a value."""
    return Pattern(row.every, row.week, row.clock, row.days_before, row.sends_at)


def begins_on(moment: datetime) -> tuple[date, int]:
    """(the day in London, which of its month its weekday is) of a moment that was typed."""
    day = london_day(moment)
    return day, week_of_month(day)
