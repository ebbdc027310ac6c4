"""Pausing a message on its way, and letting it go on."""

from __future__ import annotations

from datetime import datetime

from owl.delivery.finishing import close_message
from owl.delivery.stopping import done_by, move_as, queue_batches
from owl.foundation.database import transaction
from owl.messages.models import MessageStatus


def pause_message(message_id: int, *, user_id: int, version: int | None = None, now: datetime) -> None:
    """Hand over nothing more of the message until somebody lets it go on.

    No batch is claimed from the commit on; one that is under way stops when its worker next records,
    which is at most two seconds later. Raises NotFound, Refused or MovedMeanwhile.
    """
    with transaction() as session:
        because = done_by(session, user_id, "Paused", now)
        move_as(
            session, message_id, MessageStatus.PAUSED, before=[MessageStatus.SENDING], user_id=user_id,
            act="pause message", version=version, now=now, stopped_because=because,
        )  # fmt: skip


def resume_message(message_id: int, *, user_id: int, version: int | None = None, now: datetime) -> None:
    """Let a paused message go on at once, with those who have not been written to yet.

    The breaker begins to count again. Raises NotFound, Refused or MovedMeanwhile.
    """
    with transaction() as session:
        move_as(
            session, message_id, MessageStatus.SENDING, before=[MessageStatus.PAUSED], user_id=user_id,
            act="resume message", version=version, now=now, stopped_because=None, resumed_at=now,
        )  # fmt: skip
        queue_batches(session, [message_id], now=now)
        close_message(session, message_id, now=now)  # where its last batch ended while it was paused
