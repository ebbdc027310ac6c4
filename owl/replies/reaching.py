"""By which address somebody who wrote can be answered."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.models import ContactPoint
from owl.replies.models import Reply


def can_be_answered() -> sa.ColumnElement[bool]:
    """Whether the reply of the enclosing query has a writer who still takes messages."""
    working = sa.select(ContactPoint.id).where(
        ContactPoint.subscriber_id == Reply.subscriber_id, ContactPoint.suppressed_at.is_(None)
    )
    return working.correlate(Reply).exists()


def address_for_answer(session: Session, subscriber_id: int) -> ContactPoint | None:
    """The writer's working email, else their mobile; None once they have stopped all messages."""
    return session.scalar(
        sa.select(ContactPoint)
        .where(ContactPoint.subscriber_id == subscriber_id, ContactPoint.suppressed_at.is_(None))
        .order_by(ContactPoint.channel, ContactPoint.id)  # "email" comes before "sms"
        .limit(1)
    )
