"""The sweep: work that the database knows of and no queue has.

Queues may lose jobs (Redis flushed, restarted empty, out of reach at the commit; a worker
killed between taking and starting). PostgreSQL alone decides what is still to do.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime

import redis
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Bounce, Receipt
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue, on_queue, waiting_on
from owl.foundation.notices import Notice, NoticeStatus
from owl.messages.models import Message, MessageStatus

NOTICES_TOGETHER = 500  # the rest is found by the next sweep

log = structlog.get_logger()


def sweep(*, now: datetime) -> int:
    """Queue every batch and notice that is due, that no worker holds and no queue has; how many.

    Nothing while Redis is away: the next sweep finds it all again.
    """
    try:
        waiting = {lane: waiting_on(lane, Job.SEND_BATCH) for lane in Queue}
        notices_may_be_lost = on_queue(Queue.NOTICES).is_empty()
    except redis.RedisError as error:
        log.warning("queue unreachable; the next sweep tries again", error=type(error).__name__)
        return 0
    with transaction() as session:
        found = _queue_batches(session, waiting, now)
        if notices_may_be_lost:
            found += _queue_notices(session, now)
        if session.scalar(sa.select(sa.exists().where(Receipt.merged_at.is_(None)))):
            enqueue(session, Job.MERGE_RECEIPTS, queue=Queue.NOTICES, once=True)
        if session.scalar(sa.select(sa.exists().where(Bounce.settled_at.is_(None)))):
            enqueue(session, Job.SETTLE_BOUNCES, queue=Queue.NOTICES, once=True)
    return found


def _queue_batches(session: Session, waiting: Mapping[Queue, Container[tuple[int, ...]]], now: datetime) -> int:
    due = session.execute(
        sa.select(Batch.message_id, Batch.no, Batch.lane)
        .join(Message, Message.id == Batch.message_id)
        .where(
            Batch.done_at.is_(None),
            Batch.due_at <= now,
            sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now),
            Message.status == MessageStatus.SENDING,
        )
        .order_by(Batch.due_at, Batch.message_id, Batch.no)
    )
    lost = [(message_id, no, lane) for message_id, no, lane in due if (message_id, no) not in waiting[lane]]
    for message_id, no, lane in lost:
        enqueue(session, Job.SEND_BATCH, message_id, no, queue=lane)
    return len(lost)


def _queue_notices(session: Session, now: datetime) -> int:
    due = session.scalars(
        sa.select(Notice.id)
        .where(
            Notice.status.in_([NoticeStatus.QUEUED, NoticeStatus.SENDING]),
            Notice.due_at <= now,
            sa.or_(Notice.lease_until.is_(None), Notice.lease_until < now),
        )
        .order_by(Notice.due_at)
        .limit(NOTICES_TOGETHER)
    ).all()
    for notice_id in due:
        enqueue(session, Job.SEND_NOTICE, notice_id, queue=Queue.NOTICES)
    return len(due)
