"""What is under way and how long it has waited, from tables that stay small: never from deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Receipt
from owl.foundation.jobs import Queue
from owl.foundation.notices import Notice, NoticeStatus
from owl.messages.models import Message, MessageStatus
from owl.messages.schedule import LATE_AFTER

LANES = tuple(queue for queue in Queue if queue not in {Queue.NOTICES, Queue.OFFICE})
UNDER_WAY = (MessageStatus.AWAITING_APPROVAL, MessageStatus.SCHEDULED, MessageStatus.SENDING, MessageStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class LaneFlow:
    """The open batches of one lane. `deliveries` counts all in them: those already sent too."""

    due: int = 0  # and held by nobody
    held: int = 0  # by a worker, with a lease that has not run out
    later: int = 0  # to be tried again
    stopped: int = 0  # of messages that are paused or cancelled
    deliveries: int = 0
    due_since: datetime | None = None
    crashed: int = 0  # workers ended in the middle of them, and nothing was written down since


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the first."""

    count: int
    since: datetime | None


def lanes(session: Session, *, now: datetime) -> dict[Queue, LaneFlow]:
    """Every lane's open batches."""
    goes_on = Message.status == MessageStatus.SENDING
    held = Batch.lease_until >= now
    free = sa.and_(goes_on, sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now))
    due = sa.and_(free, Batch.due_at <= now)
    counted = session.execute(
        sa.select(
            Batch.lane,
            sa.func.count().filter(due),
            sa.func.count().filter(held),
            sa.func.count().filter(free, Batch.due_at > now),
            sa.func.count().filter(~goes_on, held.isnot(True)),
            sa.func.sum(Batch.last_seq - Batch.first_seq + 1),
            sa.func.min(Batch.due_at).filter(due),
            sa.func.count().filter(Batch.crashes > 0),
        )
        .join(Message, Message.id == Batch.message_id)
        .where(Batch.done_at.is_(None))
        .group_by(Batch.lane)
    )
    found = {row[0]: LaneFlow(*row[1:]) for row in counted}
    return {lane: found.get(lane, LaneFlow()) for lane in LANES}


def messages(session: Session) -> Mapping[MessageStatus, int]:
    """Messages that somebody or something still has to do with, by status."""
    counted = session.execute(
        sa.select(Message.status, sa.func.count()).where(Message.status.in_(UNDER_WAY)).group_by(Message.status)
    )
    found = {row[0]: row[1] for row in counted}
    return {status: found.get(status, 0) for status in UNDER_WAY}


def stuck_messages(session: Session) -> int:
    """Messages that are being sent and have no batch left: nothing would ever end them."""
    open_batch = sa.exists().where(Batch.message_id == Message.id, Batch.done_at.is_(None))
    return (
        session.scalar(
            sa.select(sa.func.count()).where(Message.status == MessageStatus.SENDING, ~open_batch).select_from(Message)
        )
        or 0
    )


def late_messages(session: Session, *, now: datetime) -> int:
    """Messages whose time has passed, and that wait for a person to decide."""
    late = (Message.status == MessageStatus.SCHEDULED, Message.send_at < now - LATE_AFTER)
    return session.scalar(sa.select(sa.func.count()).select_from(Message).where(*late)) or 0


def unmerged_receipts(session: Session) -> Waiting:
    """What providers said and deliveries don't know yet."""
    asked = sa.select(sa.func.count(), sa.func.min(Receipt.received_at)).where(Receipt.merged_at.is_(None))
    return Waiting(*session.execute(asked).one())


def due_notices(session: Session, *, now: datetime) -> Waiting:
    """Codes, links and answers that somebody waits for."""
    waits = Notice.status.in_([NoticeStatus.QUEUED, NoticeStatus.SENDING])
    asked = sa.select(sa.func.count(), sa.func.min(Notice.due_at)).where(waits, Notice.due_at <= now)
    return Waiting(*session.execute(asked).one())
