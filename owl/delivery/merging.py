"""Deliveries moved by their receipts: in sets, in any order, and never backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from owl.delivery.digests.carrying import follow
from owl.delivery.digests.models import Digest
from owl.delivery.faults import WEARING, WORN_OUT_AFTER, suppression_for
from owl.delivery.life_cycle import may_become
from owl.delivery.models import Delivery, DeliveryStatus, Receipt, TextTrouble
from owl.delivery.receipts import MEANING
from owl.foundation.database import transaction
from owl.households.models import SuppressionReason
from owl.households.suppressing import suppress_all

MERGED_TOGETHER = 5000

Failed = Sequence[tuple[int, str | None]]  # (contact point, fault)


def merge_receipts(*, now: datetime) -> int:
    """Move deliveries by every receipt that is not merged yet; how many receipts there were.

    A number that is dead, that opted out or that was out of reach too often is left alone from now on.
    """
    merged = 0
    while count := _merge_some(now):
        merged += count
    return merged


def _merge_some(now: datetime) -> int:
    with transaction() as session:
        rows = session.execute(_statement(now)).all()
        _suppress(session, [(row.contact_point_id, row.fault) for row in rows if row.contact_point_id], now)
        if rows[0].of_digests:
            follow(session, _deliveries(rows[0].of_digests), now=now)
    return int(rows[0].merged)


def _deliveries(receipt_ids: Sequence[int]) -> sa.Select[int, int]:
    return sa.select(Receipt.message_id, Receipt.seq).where(Receipt.id.in_(receipt_ids)).distinct()


def _statement(now: datetime) -> sa.Select[int, list[int] | None, int | None, str | None]:
    """(how many receipts, those of digests, contact point, fault): a row for each delivery that failed, or one."""
    fresh = (
        sa.select(Receipt)
        .where(Receipt.merged_at.is_(None))
        .order_by(Receipt.id)
        .limit(MERGED_TOGETHER)
        .with_for_update(skip_locked=True)
        .cte("fresh")
    )
    moved = _moved(fresh, now)
    closed = sa.update(Receipt).where(Receipt.id == fresh.c.id).values(merged_at=now).cte("closed")
    recovered = (
        sa.delete(TextTrouble)
        .where(TextTrouble.contact_point_id == moved.c.contact_point_id, moved.c.status == DeliveryStatus.DELIVERED)
        .cte("recovered")
    )
    of_digest = fresh.c.message_id.in_(sa.select(Digest.message_id))
    counted = (
        sa.select(sa.func.count().label("merged"), sa.func.array_agg(fresh.c.id).filter(of_digest).label("of_digests"))
        .select_from(fresh)
        .cte("counted")
    )
    return (
        sa.select(counted.c.merged, counted.c.of_digests, moved.c.contact_point_id, moved.c.fault)
        .select_from(counted)
        .outerjoin(moved, moved.c.status == DeliveryStatus.FAILED)
        .add_cte(closed, recovered)
    )


def _moved(fresh: sa.CTE, now: datetime) -> sa.CTE:
    becomes = sa.case(MEANING, value=fresh.c.said)
    best = (
        sa.select(fresh.c.message_id, fresh.c.seq, fresh.c.provider_reference, fresh.c.fault, becomes.label("becomes"))
        .ext(distinct_on(fresh.c.message_id, fresh.c.seq))
        # A final word before "sent", and the first of two final words.
        .order_by(fresh.c.message_id, fresh.c.seq, becomes == DeliveryStatus.SENT.value, fresh.c.id)
        .cte("best")
    )
    may_move = [
        sa.and_(best.c.becomes == status.value, Delivery.status.in_(may_become(status)))
        for status in sorted(set(MEANING.values()))
    ]
    return (
        sa.update(Delivery)
        .where(Delivery.message_id == best.c.message_id, Delivery.seq == best.c.seq, sa.or_(*may_move))
        .values(
            status=best.c.becomes,
            fault=sa.case((best.c.becomes == DeliveryStatus.FAILED.value, best.c.fault), else_=None),
            # The receipt may be the first that we hear of it: the answer was lost, or is not recorded yet.
            provider_reference=sa.func.coalesce(Delivery.provider_reference, best.c.provider_reference),
            changed_at=now,
        )
        .returning(Delivery.contact_point_id, Delivery.status, Delivery.fault)
        .cte("moved")
    )


def _suppress(session: Session, failed: Failed, now: datetime) -> None:
    for reason in SuppressionReason:
        dead = {point for point, fault in failed if suppression_for(fault) is reason}
        suppress_all(session, dead, reason=reason, source="provider", now=now)
    worn = _worn_out(session, sorted({point for point, fault in failed if fault in WEARING}))
    suppress_all(session, worn, reason=SuppressionReason.NO_SUCH_NUMBER, source="provider", now=now)


def _worn_out(session: Session, points: Sequence[int]) -> set[int]:
    """Those of the contact points that could not be reached WORN_OUT_AFTER times in a row, this time among them."""
    if not points:
        return set()
    once_more = insert(TextTrouble).values([{"contact_point_id": point, "failures": 1} for point in points])
    counted = session.execute(
        once_more.on_conflict_do_update(
            index_elements=["contact_point_id"], set_={"failures": TextTrouble.failures + 1}
        ).returning(TextTrouble.contact_point_id, TextTrouble.failures)
    ).all()
    worn = {row.contact_point_id for row in counted if row.failures >= WORN_OUT_AFTER}
    if worn:  # whoever proves the number again begins anew
        session.execute(sa.delete(TextTrouble).where(TextTrouble.contact_point_id.in_(worn)))
    return worn
