"""A team's question as one home finds it: open or closed, answered or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.models import TookPart
from owl.households.choices import Kind
from owl.messages.models import Message
from owl.replies.opening import OpenedLink, works_until


@dataclass(frozen=True, slots=True)
class Question:
    """The question of one message, and whether this home has answered it."""

    closes_at: datetime
    is_open: bool
    answered: bool


def question_of(session: Session, link: OpenedLink, *, now: datetime) -> Question | None:
    """The question that the link's message asks; None where it asks nothing."""
    if link.kind is not Kind.CONSULTATION_INVITATION:
        return None
    close = closes_at(session.get_one(Message, link.recipient.message_id))
    key = (link.recipient.message_id, link.recipient.household_id)
    return Question(closes_at=close, is_open=now < close, answered=session.get(TookPart, key) is not None)


def closes_at(message: Message) -> datetime:
    """When the question closes: when the message says, else when its links end."""
    return message.valid_until or works_until(message)


def turnout(session: Session, message_id: int) -> int:
    """How many homes have answered; known before the close."""
    return session.scalar(sa.select(sa.func.count()).where(TookPart.message_id == message_id)) or 0
