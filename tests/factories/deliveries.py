"""Deliveries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery, DeliveryStatus
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message
from tests.factories.households import contact_point, household, subscriber
from tests.factories.messages import message
from tests.factories.start import NOW


def delivery(
    session: Session,
    to: ContactPoint | None = None,
    *,
    of: Message | None = None,
    home: Household | None = None,
    **fields: Any,
) -> Delivery:
    """A message that reached a contact point, as the next of its deliveries."""
    home = home or household(session)
    to = to or contact_point(session, subscriber(session, home))
    of = of or message(session)
    last = session.scalar(sa.select(sa.func.max(Delivery.seq)).where(Delivery.message_id == of.id))
    row = Delivery(
        **{
            "message_id": of.id,
            "seq": (last or 0) + 1,
            "contact_point_id": to.id,
            "household_id": home.id,
            "status": DeliveryStatus.DELIVERED,
            "attempts": 1,
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row
