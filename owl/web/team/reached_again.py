"""Whom a follow-up of a message would reach, for the forms in which it is written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.delivery.reached import count_reached
from owl.foundation.clock import utc_now
from owl.messages.models import Message
from owl.reports.tallies import reached_as_counted

LARGE = 20_000  # deliveries: to look at each again takes longer than a page may


def reached_again(session: Session, message: Message) -> dict[str, object]:
    """What templates/team/messages/whom_again.html needs of it: exact, or of a large message as it was counted last."""
    is_large = (message.targeted or 0) > LARGE
    kept = reached_as_counted(session, message.id) if is_large else None
    return {"reach": kept or count_reached(session, message.id, utc_now()), "is_large": kept is not None}
