"""Deliveries moved by their receipts: in sets, in any order, and never backwards."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from owl.delivery.life_cycle import may_become
from owl.delivery.models import Delivery, DeliveryStatus, Receipt
from owl.delivery.receipts import MEANING
from owl.foundation.database import transaction

MERGED_TOGETHER = 5000


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
