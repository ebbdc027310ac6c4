"""By which address somebody who wrote can be answered."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.households.models import ContactPoint
from owl.replies.models import Reply


def can_be_answered() -> sa.ColumnElement[bool]:
    """Whether the reply of the enclosing query has a writer who still takes messages."""
    written_by, reached_by = aliased(ContactPoint), aliased(ContactPoint)
    return (
        sa.select(reached_by.id)
        .join(written_by, written_by.subscriber_id == reached_by.subscriber_id)
        .where(written_by.id == Reply.contact_point_id, reached_by.suppressed_at.is_(None))
        .correlate(Reply)
        .exists()
    )


def address_for_answer(session: Session, contact_point_id: int) -> ContactPoint | None:
    """The writer's working email, else their mobile; None once they have left or stopped all messages."""
    written_by = aliased(ContactPoint)
    return session.scalar(
        sa.select(ContactPoint)
        .join(written_by, written_by.subscriber_id == ContactPoint.subscriber_id)
        .where(written_by.id == contact_point_id, ContactPoint.suppressed_at.is_(None))
        .order_by(ContactPoint.channel, ContactPoint.id)  # "email" comes before "sms"
        .limit(1)
    )
