"""Leaving by one press: the link in each mail."""

from __future__ import annotations

from datetime import datetime

from owl.delivery.queries import recipient_of
from owl.foundation.database import transaction
from owl.households.models import SuppressionReason
from owl.households.suppressing import suppress


def unsubscribe(message_id: int, seq: int, *, now: datetime) -> None:
    """Send nothing more to the contact point that this delivery went to. Twice is the same as once.

    Raises NotFound.
    """
    with transaction() as session:
        recipient = recipient_of(session, message_id, seq)
        suppress(
            session,
            recipient.contact_point_id,
            reason=SuppressionReason.UNSUBSCRIBED,
            source="unsubscribe link",
            now=now,
        )
