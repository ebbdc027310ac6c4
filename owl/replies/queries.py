"""Replies as a team reads them: only those of the given neighbourhoods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.errors import NotFound
from owl.geography.models import Neighbourhood
from owl.messages.models import Message
from owl.replies.clock import Clock, read_clock
from owl.replies.models import Reply
from owl.replies.reaching import can_be_answered
from owl.replies.references import reference_of
from owl.replies.states import ReplyState

BESIDE_A_MESSAGE = 50  # replies on its page


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
    state: ReplyState
    urgent: bool
    escalated: bool  # it waited for 48 hours
    recourse: bool  # its writer asked an inspector
    handed_to: str | None
    merged_into_id: int | None
    assignee_id: int | None
    assignee: str | None  # "PCSO Amy Field"
    subscriber_id: int | None
    neighbourhood_id: str

    @property
    def reference(self) -> str:
        """As the resident was given it."""
        return reference_of(self.id)

    @property
    def is_waiting(self) -> bool:
        """Whether the team should answer it."""
        return self.answerable and self.answered_at is None and self.state is ReplyState.OPEN

    def clock(self, now: datetime) -> Clock | None:
        """How long the team has left; None where there is nothing to answer."""
        return read_clock(self.due_at, now) if self.is_waiting and self.due_at else None


def count_replies_to(session: Session, message_id: int) -> int:
    """How many replies the message has had, whoever may read them."""
    return session.scalar(sa.select(sa.func.count()).where(Reply.message_id == message_id)) or 0


def replies_to(session: Session, message_id: int, areas: Collection[str]) -> tuple[ReplyRow, ...]:
    """The areas' replies to one message, newest first."""
    chosen = reply_rows(areas).where(Reply.message_id == message_id).order_by(Reply.id.desc()).limit(BESIDE_A_MESSAGE)
    return tuple(ReplyRow(*row) for row in session.execute(chosen))


def replies_after(
    session: Session, areas: Collection[str], *, after: int, limit: int
) -> tuple[tuple[ReplyRow, ...], bool]:
    """Replies of the areas whose ids are above `after`, in order; and whether there are more."""
    chosen = reply_rows(areas).where(Reply.id > after).order_by(Reply.id).limit(limit + 1)
    rows = [ReplyRow(*row) for row in session.execute(chosen)]
    return tuple(rows[:limit]), len(rows) > limit


def reply_in(session: Session, areas: Collection[str], reply_id: int) -> ReplyRow:
    """The reply. Raises NotFound where it is not one of the areas'."""
    row = session.execute(reply_rows(areas).where(Reply.id == reply_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such reply, or it is not in your areas.")
    return ReplyRow(*row)


def reply_rows(areas: Collection[str]) -> sa.Select[*tuple[Any, ...]]:
    """The columns of ReplyRow, of the areas' replies."""
    signed = sa.func.concat_ws(" ", User.rank, User.name)
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
            Reply.state,
            Reply.urgent,
            Reply.escalated_at.is_not(None),
            Reply.recourse_at.is_not(None),
            Reply.handed_to,
            Reply.merged_into_id,
            Reply.assignee_id,
            sa.case((User.id.is_not(None), signed)),
            Reply.subscriber_id,
            Reply.neighbourhood_id,
        )
        .join(Message, Message.id == Reply.message_id)
        .join(Neighbourhood, Neighbourhood.id == Reply.neighbourhood_id)
        .outerjoin(User, User.id == Reply.assignee_id)
        .where(Reply.neighbourhood_id.in_(areas))
    )
