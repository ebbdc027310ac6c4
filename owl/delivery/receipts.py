"""What Twilio says later of a text: stored at once, merged in sets, in any order."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert

from owl.delivery.life_cycle import may_become
from owl.delivery.models import Delivery, DeliveryStatus, Receipt
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue

MERGED_TOGETHER = 5000

# What each word of a status callback means for a delivery; the words left out tell us nothing new.
# https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
MEANING = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
}


def store_receipt(
    message_id: int, seq: int, *, provider_reference: str, said: str, fault: str | None, now: datetime
) -> None:
    """Keep the receipt and queue its merging. A repeated one, or one that tells nothing, changes nothing."""
    if said not in MEANING:
        return
    row = {
        "message_id": message_id,
        "seq": seq,
        "provider_reference": provider_reference,
        "said": said,
        "fault": fault,
        "received_at": now,
    }
    with transaction() as session:
        kept = session.execute(insert(Receipt).values(row).on_conflict_do_nothing().returning(Receipt.id)).scalar()
        if kept is not None:
            enqueue(session, Job.MERGE_RECEIPTS, queue=Queue.NOTICES, once=True)


def merge_receipts(*, now: datetime) -> int:
    """Move deliveries by every receipt that is not merged yet; how many receipts there were."""
    merged = 0
    while count := _merge_some(now):
        merged += count
    return merged


def _merge_some(now: datetime) -> int:
    fresh = (
        sa.select(Receipt)
        .where(Receipt.merged_at.is_(None))
        .order_by(Receipt.id)
        .limit(MERGED_TOGETHER)
        .with_for_update(skip_locked=True)
        .cte("fresh")
    )
    becomes = sa.case(MEANING, value=fresh.c.said)
    best = (
        sa.select(fresh.c.message_id, fresh.c.seq, fresh.c.fault, becomes.label("becomes"))
        .ext(distinct_on(fresh.c.message_id, fresh.c.seq))
        # A final word before "sent", and the first of two final words.
        .order_by(fresh.c.message_id, fresh.c.seq, becomes == DeliveryStatus.SENT.value, fresh.c.id)
        .cte("best")
    )
    moved = (
        sa.update(Delivery)
        .where(
            Delivery.message_id == best.c.message_id,
            Delivery.seq == best.c.seq,
            sa.or_(
                *(
                    sa.and_(best.c.becomes == status.value, Delivery.status.in_(may_become(status)))
                    for status in set(MEANING.values())
                )
            ),
        )
        .values(
            status=best.c.becomes,
            fault=sa.case((best.c.becomes == DeliveryStatus.FAILED.value, best.c.fault), else_=None),
            changed_at=now,
        )
        .cte("moved")
    )
    closed = sa.update(Receipt).where(Receipt.id == fresh.c.id).values(merged_at=now).cte("closed")
    with transaction() as session:
        counted = sa.select(sa.func.count()).select_from(fresh).add_cte(moved, closed)
        return session.execute(counted).scalar_one()
