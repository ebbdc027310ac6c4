"""Cancelling a message that was approved: what has not gone out yet never does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from owl.delivery.digests.waiting import let_go_of
from owl.delivery.settling import settle_cancelled
from owl.delivery.stopping import done_by, move_as
from owl.foundation.database import transaction
from owl.messages.models import MessageStatus

CANCELLABLE = (MessageStatus.SCHEDULED, MessageStatus.SENDING, MessageStatus.PAUSED)


def cancel_message(message_id: int, *, user_id: int, version: int | None = None, now: datetime) -> None:
    """End the message for good: whatever is not handed over yet becomes cancelled.

    Two commits: the first stops every worker at once, the second may have 170,000 rows to write.
    Should the second not come, the clock's job does it. Raises NotFound, Refused or MovedMeanwhile.
    """
    with transaction() as session:
        stop_for_good(session, message_id, user_id=user_id, version=version, now=now)
    settle_cancelled(now=now)
    let_go_of(message_id, now=now)


def stop_for_good(session: Session, message_id: int, *, user_id: int, version: int | None, now: datetime) -> None:
    """The first of the two, inside the caller's transaction."""
    because = done_by(session, user_id, "Cancelled", now)
    move_as(
        session, message_id, MessageStatus.CANCELLED, before=CANCELLABLE, user_id=user_id,
        act="cancel message", version=version, now=now, stopped_because=because, finished_at=now,
    )  # fmt: skip
