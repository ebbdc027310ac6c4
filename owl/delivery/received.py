"""How many messages somebody got lately: what stands beside a choice to get fewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.models import ContactPoint
from owl.messages.models import Message, Severity

WEEKS = 4
CAME = (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.HELD_FOR_DIGEST)


@dataclass(frozen=True, slots=True)
class Received:
    """Messages of the last WEEKS weeks, each counted once."""

    messages: int
    urgent: int
    by_text: int


def received_by(session: Session, subscriber_id: int, *, now: datetime) -> Received:
    """What the subscriber got, or what waits for their digest."""
    lately = sa.and_(Message.approved_at > now - timedelta(weeks=WEEKS), Message.kind != Kind.DIGEST)
    each = Message.id.distinct()
    row = session.execute(
        sa.select(
            sa.func.count(each),
            sa.func.count(each).filter(Message.severity == Severity.URGENT),
            sa.func.count(each).filter(ContactPoint.channel == Channel.SMS),
        )
        .select_from(Message)
        .join(Delivery, Delivery.message_id == Message.id)
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .where(lately, ContactPoint.subscriber_id == subscriber_id, Delivery.status.in_(CAME))
    ).one()
    return Received(*row)
