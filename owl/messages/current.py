"""What a neighbourhood's public page shows of its messages: those still current, of kinds that are for all to read.

Alerts and appeals may be about one street or one person, and went to those whom they concern.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus

FOR_ALL = (Kind.PREVENTION_ADVICE, Kind.GOOD_NEWS, Kind.EVENT)
GOING_OUT_OR_SENT = (MessageStatus.SENDING, MessageStatus.SENT)
CURRENT = timedelta(days=28)  # where a message doesn't say until when
MOST = 5


@dataclass(frozen=True, slots=True)
class CurrentMessage:
    """A message as everybody may read it."""

    kind: Kind
    title: str
    body: str  # Markdown
    approved_at: datetime


def current_messages(session: Session, neighbourhood_id: str, *, now: datetime) -> list[CurrentMessage]:
    """The newest messages that the neighbourhood got and that still hold."""
    found = session.execute(
        sa.select(Message.kind, Message.title, Message.body, Message.approved_at)
        .where(
            Message.neighbourhood_ids.contains([neighbourhood_id]),
            Message.status.in_(GOING_OUT_OR_SENT),
            Message.kind.in_(FOR_ALL),
            Message.approved_at > now - CURRENT,
            sa.func.coalesce(Message.valid_until > now, sa.true()),
        )
        .order_by(Message.approved_at.desc())
        .limit(MOST)
    )
    return [CurrentMessage(kind, title, body, at) for kind, title, body, at in found if at is not None]
