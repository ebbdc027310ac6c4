"""The messages that a user may see.

A draft is its author's and belongs to everybody who may write for all its areas; until it has areas it is its
author's alone (docs/adr/0035-shared-drafts.md). All else is seen by those whose areas it touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, permissions_of
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
        return "Waiting for approval" if self is Tab.WAITING else self.value.replace("-", " ").capitalize()

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
class FollowUpRow:
    """What was written after a message, to those whom it reached."""

    id: int
    follow_up: FollowUp
    title: str
    status: MessageStatus
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of a list, newest first."""

    rows: tuple[MessageRow, ...]
    number: int  # from 1
    has_next: bool


def messages_in(session: Session, tab: Tab, *, user_id: int, page: int = 1) -> MessagePage:
    """One page of the messages that the user may see under the tab."""
    seen = may_write_on(session, user_id) if tab is Tab.DRAFTS else _may_see(session, user_id)
    shown = _rows(seen, Message.status.in_(tab.statuses))
    found = session.execute(shown.limit(PAGE + 1).offset((page - 1) * PAGE))
    rows = [MessageRow(*row) for row in found]
    return MessagePage(tuple(rows[:PAGE]), page, has_next=len(rows) > PAGE)


def returned_to(session: Session, *, user_id: int) -> list[MessageRow]:
    """The user's own messages that a supervisor sent back, the newest first."""
    own = (Message.author_id == user_id, Message.status == S.RETURNED)
    return [MessageRow(*row) for row in session.execute(_rows(*own))]


def waiting_for_decision(session: Session, *, user_id: int) -> list[MessageRow]:
    """Messages of others that wait for approval where the user has areas, longest waiting first."""
    waits = (Message.status == S.AWAITING_APPROVAL, Message.author_id != user_id)
    found = session.execute(_rows(_may_see(session, user_id), *waits).order_by(None).order_by(Message.submitted_at))
    return [MessageRow(*row) for row in found]


def count_open(session: Session, *, user_id: int) -> dict[Tab, int]:
    """How many messages there are under each tab but the last, which only grows."""
    tabs = [tab for tab in Tab if tab is not Tab.SENT]
    seen, mine = _may_see(session, user_id), may_write_on(session, user_id)
    counts = [
        sa.select(sa.func.count())
        .where(mine if tab is Tab.DRAFTS else seen, Message.status.in_(tab.statuses))
        .scalar_subquery()
        for tab in tabs
    ]
    return dict(zip(tabs, session.execute(sa.select(*counts)).one(), strict=True))


def message_for(session: Session, message_id: int, *, user_id: int) -> Message:
    """The message. Raises NotFound unless the user may see it."""
    message = session.scalar(sa.select(Message).where(Message.id == message_id, _may_see(session, user_id)))
    if message is None:
        raise NotFound("There is no such message, or it is not in your areas.")
    return message


def draft_for(session: Session, message_id: int, *, user_id: int) -> Message:
    """A message that the user may still edit in the composer. Raises NotFound."""
    editable = (Message.status.in_(Tab.DRAFTS.statuses), Message.follows_id.is_(None))
    found = sa.select(Message).where(Message.id == message_id, *editable, may_write_on(session, user_id))
    message = session.scalar(found)
    if message is None:
        raise NotFound("There is no such draft, or it is not in your areas.")
    return message


def may_write_on(session: Session, user_id: int) -> sa.ColumnElement[bool]:
    """The condition of a message that the user may change while it is a draft: their own, or in their areas wholly."""
    user = session.get(User, user_id)
    if user is None or Permission.COMPOSE not in permissions_of(user):
        return sa.false()
    inside = Message.neighbourhood_ids.contained_by(sorted(areas_of(session, user_id)))
    return sa.or_(Message.author_id == user_id, sa.and_(sa.func.cardinality(Message.neighbourhood_ids) > 0, inside))


def stand_down_of(session: Session, message_id: int) -> Message | None:
    """The message's stand-down, but for one that was put away."""
    follows = (
        Message.follows_id == message_id,
        Message.follow_up == FollowUp.STAND_DOWN,
        Message.status != S.CANCELLED,
    )
    return session.scalar(sa.select(Message).where(*follows))


def follow_ups_of(session: Session, message_id: int) -> list[FollowUpRow]:
    """All that was written after the message but for what was put away, oldest first."""
    asked: sa.Select[*tuple[Any, ...]] = (
        sa.select(Message.id, Message.follow_up, Message.title, Message.status, Message.approved_at)
        .where(Message.follows_id == message_id, Message.status != S.CANCELLED)
        .order_by(Message.id)
    )
    return [FollowUpRow(*row) for row in session.execute(asked)]


def followed_code(session: Session, message: Message) -> str | None:
    """The code of the message that this one follows; None where it follows none."""
    if message.follows_id is None:
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
    draft = sa.and_(Message.submitted_at.is_(None), may_write_on(session, user_id))
    areas = sorted(areas_of(session, user_id))
    return sa.or_(draft, sa.and_(Message.submitted_at.is_not(None), Message.neighbourhood_ids.overlap(areas)))


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
