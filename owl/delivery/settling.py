"""Giving every delivery of a message that ended early its last word, as soon as no worker holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.faults import UNSURE
from owl.delivery.life_cycle import may_become
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.database import transaction
from owl.messages.models import Message, MessageStatus


def settle_cancelled(*, now: datetime) -> int:
    """Close what cancelled messages still have open; how many batches. Twice is the same as once.

    What a worker holds is left until the worker lets it go, or its lease ends with nobody to renew it.
    """
    cancelled = sa.select(Message.id).where(Message.status == MessageStatus.CANCELLED).scalar_subquery()
    still_open = sa.select(Batch.message_id).distinct().where(Batch.done_at.is_(None), Batch.message_id.in_(cancelled))
    with transaction() as session:
        return settle(session, session.scalars(still_open).all(), becomes=DeliveryStatus.CANCELLED, now=now)


def settle(session: Session, message_ids: Sequence[int], *, becomes: DeliveryStatus, now: datetime) -> int:
    """Close the messages' batches that nobody holds, and move what is unfinished in them; how many batches.

    Batches first: claiming and recording change a batch before its deliveries, so nobody else is at these.
    """
    free = sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now)
    closed = session.execute(
        sa.update(Batch)
        .where(Batch.message_id.in_(message_ids), Batch.done_at.is_(None), free)
        .values(done_at=now, lease_until=None, worker=None)
        .returning(Batch.message_id, Batch.no)
    ).all()
    for message_id in sorted({row.message_id for row in closed}):
        numbers = [row.no for row in closed if row.message_id == message_id]
        session.execute(_end(message_id, numbers, becomes, now))
    return len(closed)


def _end(message_id: int, numbers: list[int], becomes: DeliveryStatus, now: datetime) -> sa.Update:
    """Those in `sending` were held by a worker that died: a few of them may have gone out."""
    unsure = Delivery.status == DeliveryStatus.SENDING
    return (
        sa.update(Delivery)
        .where(
            Batch.message_id == message_id,
            Batch.no.in_(numbers),
            Delivery.message_id == message_id,
            Delivery.seq.between(Batch.first_seq, Batch.last_seq),
            Delivery.status.in_(may_become(becomes)),
        )
        .values(status=becomes, fault=sa.case((unsure, UNSURE), else_=Delivery.fault), changed_at=now)
        .execution_options(synchronize_session=False)
    )
