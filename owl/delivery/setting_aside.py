"""A batch whose workers end in the middle again and again: find who it is, and let the others be sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from owl.delivery.life_cycle import UNFINISHED
from owl.delivery.models import Batch, Delivery, DeliveryStatus

CAREFUL_FROM = 1  # crashes without a word written down in between: from here on one by one
ONE_FROM = 3  # the first in line is to blame
ALL_FROM = 6  # it is not one of them; it is all of them
FAULT = "crashed"

log = structlog.get_logger()


def set_aside(session: Session, batch: Batch, *, now: datetime) -> None:
    """Fail the delivery that its workers ended on, or all that are left where it is not one alone."""
    if batch.crashes < ONE_FROM:
        return
    left = sa.select(Delivery.seq).where(
        Delivery.message_id == batch.message_id,
        Delivery.seq.between(batch.first_seq, batch.last_seq),
        Delivery.status.in_(UNFINISHED),
    )
    if batch.crashes < ALL_FROM:
        left = left.order_by(Delivery.seq).limit(1)
    chosen = left.cte("chosen")
    failed = session.execute(
        sa.update(Delivery)
        .where(Delivery.message_id == batch.message_id, Delivery.seq == chosen.c.seq)
        .values(status=DeliveryStatus.FAILED, fault=FAULT, changed_at=now)
        .returning(Delivery.seq)
    ).all()
    log.error(
        "workers end on this batch; set aside",
        message=batch.message_id, batch=batch.no, crashes=batch.crashes, deliveries=len(failed),
    )  # fmt: skip
