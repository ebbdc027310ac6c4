"""The messages that a user may see.

What was never sent for approval is its author's alone; all else is seen by those whose areas it touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import areas_of
from owl.foundation.errors import NotFound
from owl.households.choices import Kind
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.schedule import LATE_AFTER

PAGE = 25  # messages
S = MessageStatus


class Tab(StrEnum):
    """The parts of a team's list of messages."""

    WAITING = "waiting"
    DRAFTS = "drafts"
    GOING_OUT = "going-out"
    SENT = "sent"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"waiting": "Waiting for approval", "drafts": "My drafts"}.get(
            self.value, self.value.replace("-", " ").capitalize()
        )

    @property
    def statuses(self) -> tuple[MessageStatus, ...]:
        """The statuses that it shows."""
        return {
            Tab.WAITING: (S.AWAITING_APPROVAL,),
            Tab.DRAFTS: (S.DRAFT, S.RETURNED),
            Tab.GOING_OUT: (S.SCHEDULED, S.SENDING, S.PAUSED),
            Tab.SENT: (S.SENT, S.CLOSED, S.CANCELLED),
        }[self]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in a list."""

    id: int
    title: str
    kind: Kind
    severity: Severity
    status: MessageStatus
    author_id: int
    author: str  # rank and name
    homes: int | None
    targeted: int | None
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    send_at: datetime | None
    stopped_because: str | None
    version: int


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of a list, newest first."""

    rows: tuple[MessageRow, ...]
    number: int  # from 1
    has_next: bool


def messages_in(session: Session, tab: Tab, *, user_id: int, page: int = 1) -> MessagePage:
    """One page of the messages that the user may see under the tab."""
    shown = _rows(_may_see(session, user_id), Message.status.in_(tab.statuses))
    if tab is Tab.DRAFTS:
        shown = shown.where(Message.author_id == user_id)
    found = session.execute(shown.limit(PAGE + 1).offset((page - 1) * PAGE))
    rows = [MessageRow(*row) for row in found]
    return MessagePage(tuple(rows[:PAGE]), page, has_next=len(rows) > PAGE)


def waiting_for_decision(session: Session, *, user_id: int) -> list[MessageRow]:
    """Messages of others that wait for approval where the user has areas, longest waiting first."""
    waits = (Message.status == S.AWAITING_APPROVAL, Message.author_id != user_id)
    found = session.execute(_rows(_may_see(session, user_id), *waits).order_by(None).order_by(Message.submitted_at))
    return [MessageRow(*row) for row in found]


def count_open(session: Session, *, user_id: int) -> dict[Tab, int]:
    """How many messages there are under each tab but the last, which only grows."""
    tabs = [tab for tab in Tab if tab is not Tab.SENT]
    seen = _may_see(session, user_id)
    counts = []
    for tab in tabs:
        own = Message.author_id == user_id if tab is Tab.DRAFTS else sa.true()
        counts.append(sa.select(sa.func.count()).where(seen, own, Message.status.in_(tab.statuses)).scalar_subquery())
    return dict(zip(tabs, session.execute(sa.select(*counts)).one(), strict=True))


def message_for(session: Session, message_id: int, *, user_id: int) -> Message:
    """The message. Raises NotFound unless the user may see it."""
    message = session.scalar(sa.select(Message).where(Message.id == message_id, _may_see(session, user_id)))
    if message is None:
        raise NotFound("There is no such message, or it is not in your areas.")
    return message


def draft_for(session: Session, message_id: int, *, user_id: int) -> Message:
    """The user's own message that may still be edited in the composer. Raises NotFound."""
    own = (Message.author_id == user_id, Message.status.in_(Tab.DRAFTS.statuses), Message.follows_id.is_(None))
    message = session.scalar(sa.select(Message).where(Message.id == message_id, *own))
    if message is None:
        raise NotFound("There is no such draft of yours.")
    return message


def stand_down_of(session: Session, message_id: int) -> Message | None:
    """The message's stand-down, but for one that was put away."""
    follows = (
        Message.follows_id == message_id,
        Message.follow_up == FollowUp.STAND_DOWN,
        Message.status != S.CANCELLED,
    )
    return session.scalar(sa.select(Message).where(*follows))


def ended_code(session: Session, message: Message) -> str | None:
    """The code of the message that this stand-down ends; None where it is no stand-down."""
    if message.follow_up is not FollowUp.STAND_DOWN:
        return None
    return session.scalar(sa.select(Message.code).where(Message.id == message.follows_id))


def stopped_messages(session: Session, *, user_id: int, now: datetime) -> list[MessageRow]:
    """Messages that don't go on until somebody says so: paused, or found late. Longest stopped first."""
    late = sa.and_(Message.status == S.SCHEDULED, Message.send_at < now - LATE_AFTER)
    found = session.execute(
        _rows(_may_see(session, user_id), sa.or_(Message.status == S.PAUSED, late)).order_by(None).order_by(Message.id)
    )
    return [MessageRow(*row) for row in found]


def _may_see(session: Session, user_id: int) -> sa.ColumnElement[bool]:
    own_draft = sa.and_(Message.submitted_at.is_(None), Message.author_id == user_id)
    areas = sorted(areas_of(session, user_id))
    return sa.or_(own_draft, sa.and_(Message.submitted_at.is_not(None), Message.neighbourhood_ids.overlap(areas)))


def _rows(*conditions: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    author = sa.func.concat_ws(" ", User.rank, User.name)
    return (
        sa.select(
            Message.id,
            Message.title,
            Message.kind,
            Message.severity,
            Message.status,
            Message.author_id,
            author,
            Message.homes,
            Message.targeted,
            Message.created_at,
            Message.submitted_at,
            Message.approved_at,
            Message.send_at,
            Message.stopped_because,
            Message.version,
        )
        .join(User, User.id == Message.author_id)
        .where(*conditions)
        .order_by(Message.id.desc())
    )
