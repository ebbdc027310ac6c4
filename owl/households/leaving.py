"""Leaving: nothing more is sent to any of a subscriber's addresses. What they chose stays, should they come back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.households.consent import MY_PAGE
from owl.households.models import ContactPoint, SuppressionReason
from owl.households.suppressing import suppress


def leave(subscriber_id: int, *, now: datetime) -> None:
    """Take back the consent for every address of the subscriber. Twice is the same as once."""
    with transaction() as session:
        leave_everywhere(session, subscriber_id, source=MY_PAGE, now=now)


def leave_everywhere(session: Session, subscriber_id: int, *, source: str, now: datetime) -> None:
    """The same inside the caller's transaction."""
    mine = select(ContactPoint.id).where(ContactPoint.subscriber_id == subscriber_id).order_by(ContactPoint.id)
    for contact_point_id in session.scalars(mine).all():
        suppress(session, contact_point_id, reason=SuppressionReason.UNSUBSCRIBED, source=source, now=now)
