"""What all acts on a message that goes out have in common: who may, and who was first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.delivery.models import Batch
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.database import enqueue
from owl.foundation.errors import Conflict
from owl.foundation.jobs import Job
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import move
from owl.messages.queries import message_for
from owl.messages.training import keep_apart


class MovedMeanwhile(Conflict):
    """Somebody, or the message's own way, was faster than this press of a button."""

    def __init__(self, status: MessageStatus) -> None:
        super().__init__(
            f"Nothing was done: this message moved on after you opened it. It stands at: {status.label.lower()}."
        )


def move_as(
    session: Session,
    message_id: int,
    to: MessageStatus,
    *,
    before: Sequence[MessageStatus],
    user_id: int,
    act: str,
    version: int | None,
    now: datetime,
    **values: Any,
) -> Message:
    """The message, moved by a user who may stop messages in all its areas, and the act in the audit.

    `before`: where it must stand; `version` is of what the user saw, None to take it as it is.
    Raises NotFound, Refused or MovedMeanwhile.
    """
    message = message_for(session, message_id, user_id=user_id)
    keep_apart(require(session, user_id, Permission.STOP, message.neighbourhood_ids), message)
    as_shown = [] if version is None else [Message.version == version]
    moved = move(session, message_id, to, Message.status.in_(before), *as_shown, **values)
    session.refresh(message)
    if not moved:
        raise MovedMeanwhile(message.status)
    record_act(session, act, actor_id=user_id, subject="message", subject_id=message_id, now=now)
    return message


def done_by(session: Session, user_id: int, verb: str, now: datetime) -> str:
    """For the message's page: "Paused by PC Asha Patel, Sunday 22 November, 14:05."."""
    user = require(session, user_id, Permission.STOP)
    name = f"{user.rank or ''} {user.name}".strip()
    return f"{verb} by {name}, {show_time(now)}."


def queue_batches(session: Session, message_ids: Sequence[int], *, now: datetime) -> None:
    """Put what is due of these messages on its queues, once the transaction has committed."""
    due = session.execute(
        sa.select(Batch.message_id, Batch.no, Batch.lane)
        .where(Batch.message_id.in_(message_ids), Batch.done_at.is_(None), Batch.due_at <= now)
        .order_by(Batch.message_id, Batch.no)
    )
    for message_id, no, lane in due.all():
        enqueue(session, Job.SEND_BATCH, message_id, no, queue=lane)
