"""Replies of residents."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.households.models import ContactPoint, Household
from owl.replies.clock import ANSWERED_WITHIN
from owl.replies.models import Reply
from tests.factories.deliveries import delivery
from tests.factories.places import neighbourhood_id
from tests.factories.start import NOW, numbers


def reply(session: Session, to: Delivery | None = None, *, anonymous: bool = False, **fields: Any) -> Reply:
    """What a resident wrote back, due in 72 hours."""
    to = to or delivery(session)
    home = session.get(Household, to.household_id)
    received_at = fields.pop("received_at", NOW)
    row = Reply(
        **{
            "message_id": to.message_id,
            "subscriber_id": None if anonymous else session.get_one(ContactPoint, to.contact_point_id).subscriber_id,
            "neighbourhood_id": home.neighbourhood_id if home else neighbourhood_id(session),
            "idempotency_key": f"form-{next(numbers)}",
            "words": "I saw a white van on Saturday night.",
            "received_at": received_at,
            "due_at": None if anonymous else received_at + ANSWERED_WITHIN,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row
