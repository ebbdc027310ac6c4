"""What is known of a delivery."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Household


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who one delivery was for: ids only."""

    message_id: int
    seq: int
    contact_point_id: int
    subscriber_id: int | None  # None: the person was erased
    household_id: int
    neighbourhood_id: str | None  # None: the home was erased
    channel: Channel


def recipient_of(session: Session, message_id: int, seq: int) -> Recipient:
    """Who the delivery was for. Raises NotFound."""
    row = session.execute(
        sa.select(
            Delivery.message_id,
            Delivery.seq,
            Delivery.contact_point_id,
            ContactPoint.subscriber_id,
            Delivery.household_id,
            Household.neighbourhood_id,
            ContactPoint.channel,
        )
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Household, Household.id == Delivery.household_id)
        .where(Delivery.message_id == message_id, Delivery.seq == seq)
    ).one_or_none()
    if row is None:
        raise NotFound("We can't find that message.")
    return Recipient(*row)
