"""Which messages were sent to somebody, for what they may know about themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """One delivery, as the one to whom it went may know it."""

    message_id: int
    seq: int
    title: str
    code: str
    channel: Channel
    postcode: str | None  # of the home it was for
    status: DeliveryStatus
    at: datetime  # of its last change


def messages_to(session: Session, contact_point_ids: Collection[int], *, since: datetime) -> list[OwnMessage]:
    """What was planned for these contact points in messages approved since then, the newest first."""
    # Deliveries are found message by message, each by its unique index: there is none on contact points alone.
    one = (
        sa.select(Delivery)
        .where(Delivery.message_id == Message.id, Delivery.contact_point_id.in_(contact_point_ids))
        .offset(0)
        .correlate(Message)
        .lateral("one")
    )
    asked = (
        sa.select(
            Message.id, one.c.seq, Message.title, Message.code, ContactPoint.channel, Household.postcode,
            one.c.status, one.c.changed_at,
        )
        .select_from(Message)
        .join(one, sa.true())
        .join(ContactPoint, ContactPoint.id == one.c.contact_point_id)
        .outerjoin(Household, Household.id == one.c.household_id)
        .where(Message.approved_at >= since)
        .order_by(Message.id.desc(), one.c.seq)
    )  # fmt: skip
    return [OwnMessage(*row) for row in session.execute(asked)] if contact_point_ids else []
