"""What happened that other systems may want to hear of: a name and a number, written with the act itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from owl.foundation.database import Choice, Model


class EventName(StrEnum):
    """What can be heard of."""

    MESSAGE_AWAITING_APPROVAL = "message.awaiting_approval"
    MESSAGE_RETURNED = "message.returned"
    MESSAGE_SCHEDULED = "message.scheduled"
    MESSAGE_SENDING = "message.sending"
    MESSAGE_PAUSED = "message.paused"
    MESSAGE_SENT = "message.sent"
    MESSAGE_CLOSED = "message.closed"
    MESSAGE_CANCELLED = "message.cancelled"
    REPLY_RECEIVED = "reply.received"


class Event(Model):
    """Something that happened to a message or a reply. Holds no word of either."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "id", postgresql_where="spread_at IS NULL"),  # what nobody has been told yet
        Index(None, "at"),  # what is old enough to be deleted
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[EventName] = mapped_column(Choice(EventName))
    subject_id: Mapped[int]  # of the message or the reply
    at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    spread_at: Mapped[datetime | None]  # when the calls to other systems were written down


def record_events(session: Session, name: EventName, subject_ids: Iterable[int]) -> None:
    """Write the events down, in the same transaction as the acts themselves."""
    rows = [{"name": name, "subject_id": subject_id} for subject_id in subject_ids]
    if rows:
        session.execute(sa.insert(Event), rows)
