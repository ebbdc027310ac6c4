"""The sweep: work that the database knows of and no queue has.

Queues may lose jobs (Redis flushed, restarted empty, out of reach at the commit; a worker
killed between taking and starting). PostgreSQL alone decides what is still to do.
"""

from __future__ import annotations

from datetime import datetime

import redis
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Bounce, Receipt
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue, on_queue
from owl.foundation.notices import Notice, NoticeStatus
from owl.messages.models import Message, MessageStatus

QUEUED_TOGETHER = 500  # the rest is found by the next sweep


def sweep(*, now: datetime) -> int:
    """Queue every batch and notice that is due and that no worker holds; how many."""
    idle = idle_queues()
    with transaction() as session:
        found = _queue_batches(session, idle, now)
        if Queue.NOTICES in idle:
            found += _queue_notices(session, now)
        if session.scalar(sa.select(sa.exists().where(Receipt.merged_at.is_(None)))):
            enqueue(session, Job.MERGE_RECEIPTS, queue=Queue.NOTICES, once=True)
        if session.scalar(sa.select(sa.exists().where(Bounce.settled_at.is_(None)))):
            enqueue(session, Job.SETTLE_BOUNCES, queue=Queue.NOTICES, once=True)
    return found


def idle_queues() -> list[Queue]:
    """The queues on which nothing waits: only there can due work be missing. None while Redis is away."""
    try:
        return [name for name in Queue if on_queue(name).is_empty()]
    except redis.RedisError:
        return []


def _queue_batches(session: Session, idle: list[Queue], now: datetime) -> int:
    due = session.execute(
        sa.select(Batch.message_id, Batch.no, Batch.lane)
        .join(Message, Message.id == Batch.message_id)
        .where(
            Batch.done_at.is_(None),
            Batch.due_at <= now,
            sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now),
            Batch.lane.in_(idle),
            Message.status == MessageStatus.SENDING,
        )
        .order_by(Batch.due_at)
        .limit(QUEUED_TOGETHER)
    ).all()
    for message_id, no, lane in due:
        enqueue(session, Job.SEND_BATCH, message_id, no, queue=lane)
    return len(due)


def _queue_notices(session: Session, now: datetime) -> int:
    due = session.scalars(
        sa.select(Notice.id)
        .where(
            Notice.status.in_([NoticeStatus.QUEUED, NoticeStatus.SENDING]),
            Notice.due_at <= now,
            sa.or_(Notice.lease_until.is_(None), Notice.lease_until < now),
        )
        .order_by(Notice.due_at)
        .limit(QUEUED_TOGETHER)
    ).all()
    for notice_id in due:
        enqueue(session, Job.SEND_NOTICE, notice_id, queue=Queue.NOTICES)
    return len(due)
