"""Replies as a team reads them: only those of the given neighbourhoods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Neighbourhood
from owl.messages.models import Message
from owl.replies.clock import Clock, read_clock
from owl.replies.models import Reply
from owl.replies.reaching import can_be_answered
from owl.replies.references import reference_of

ON_A_PAGE = 20


class Show(StrEnum):
    """Which replies an inbox shows."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ALL = "all"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"waiting": "Waiting for an answer", "answered": "Answered", "all": "All replies"}[self.value]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply in a list."""

    id: int
    message_id: int
    title: str
    neighbourhood: str  # its name
    words: str
    anonymous: bool
    answerable: bool  # False: anonymous, or its writer has stopped all messages
    received_at: datetime
    due_at: datetime | None
    answered_at: datetime | None

    @property
    def reference(self) -> str:
        """As the resident was given it."""
        return reference_of(self.id)

    @property
    def is_waiting(self) -> bool:
        """Whether the team should answer it."""
        return self.answerable and self.answered_at is None

    def clock(self, now: datetime) -> Clock | None:
        """How long the team has left; None where there is nothing to answer."""
        return read_clock(self.due_at, now) if self.is_waiting and self.due_at else None


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of replies."""

    rows: tuple[ReplyRow, ...]
    number: int  # of the page, from 1
    pages: int
    total: int


def inbox(session: Session, areas: Collection[str], *, show: Show, page: int = 1) -> Inbox:
    """The page of the areas' replies: those that wait, by their clock; others, newest first."""
    chosen = reply_rows(areas)
    if show is Show.WAITING:
        chosen = chosen.where(_waits()).order_by(Reply.due_at, Reply.id)
    elif show is Show.ANSWERED:
        chosen = chosen.where(Reply.answered_at.is_not(None)).order_by(Reply.answered_at.desc(), Reply.id.desc())
    else:
        chosen = chosen.order_by(Reply.id.desc())
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.order_by(None).subquery())) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    rows = session.execute(chosen.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE))
    return Inbox(tuple(ReplyRow(*row) for row in rows), number, pages, total)


def count_waiting(session: Session, areas: Collection[str]) -> int:
    """How many replies of the areas wait for an answer."""
    waiting = sa.select(sa.func.count()).select_from(Reply).where(Reply.neighbourhood_id.in_(areas), _waits())
    return session.scalar(waiting) or 0


def replies_to(session: Session, message_id: int, areas: Collection[str], *, limit: int = 50) -> tuple[ReplyRow, ...]:
    """The areas' replies to one message, newest first."""
    chosen = reply_rows(areas).where(Reply.message_id == message_id).order_by(Reply.id.desc()).limit(limit)
    return tuple(ReplyRow(*row) for row in session.execute(chosen))


def reply_rows(areas: Collection[str]) -> sa.Select[*tuple[Any, ...]]:
    """The columns of ReplyRow, of the areas' replies."""
    return (
        sa.select(
            Reply.id,
            Reply.message_id,
            Message.title,
            Neighbourhood.name,
            Reply.words,
            Reply.subscriber_id.is_(None),
            can_be_answered(),
            Reply.received_at,
            Reply.due_at,
            Reply.answered_at,
        )
        .join(Message, Message.id == Reply.message_id)
        .join(Neighbourhood, Neighbourhood.id == Reply.neighbourhood_id)
        .where(Reply.neighbourhood_id.in_(areas))
    )


def _waits() -> sa.ColumnElement[bool]:
    return sa.and_(Reply.answered_at.is_(None), Reply.due_at.is_not(None), can_be_answered())
