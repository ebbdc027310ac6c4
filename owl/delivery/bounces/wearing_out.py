"""When soft bounces are enough: the address is alive on paper, and nothing has arrived for weeks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.bounces.verdicts import Verdict
from owl.delivery.models import Bounce, Delivery, DeliveryStatus
from owl.households.models import ContactPoint
from owl.messages.models import Message

# A rule of this project. A full mailbox is often emptied within a fortnight; one that is not is seldom read.
ENOUGH = 5  # mails in a row
OVER = timedelta(days=14)
WITHIN = timedelta(days=90)
ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)

often_enough = sa.and_(
    sa.func.count(Bounce.message_id.distinct()) >= ENOUGH,
    sa.func.max(Bounce.received_at) - sa.func.min(Bounce.received_at) >= OVER,
)


def worn_out(session: Session, contact_point_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those to which the last mails all failed softly, since their owner last proved them."""
    if not contact_point_ids:
        return set()
    often = (
        _soft(now)
        .with_only_columns(
            Bounce.contact_point_id.label("id"),
            sa.func.min(Bounce.message_id).label("first"),
            sa.func.max(Bounce.message_id).label("last"),
        )
        .where(Bounce.contact_point_id.in_(contact_point_ids))
        .group_by(Bounce.contact_point_id)
        .having(often_enough)
        .cte("often")
    )
    in_a_row = (
        _soft(now)
        .join(often, often.c.id == Bounce.contact_point_id)
        .where(Bounce.message_id > sa.func.coalesce(_last_that_arrived(often), 0))
        .group_by(Bounce.contact_point_id)
        .having(often_enough)
    )
    return {found for found in session.scalars(in_a_row) if found is not None}


def _soft(now: datetime) -> sa.Select[int | None]:
    return (
        sa.select(Bounce.contact_point_id)
        .join(ContactPoint, ContactPoint.id == Bounce.contact_point_id)
        .where(
            Bounce.verdict == Verdict.SOFT,
            Bounce.received_at > now - WITHIN,
            Bounce.received_at > ContactPoint.verified_at,
        )
    )


def _last_that_arrived(often: sa.CTE) -> sa.ScalarSelect[int]:
    """The newest message between the first and the last failure that did not come back."""
    # By the key of each message's deliveries, one look each, never through all of them.
    to_it = (
        sa.select(Delivery.status)
        .where(Delivery.message_id == Message.id, Delivery.contact_point_id == often.c.id)
        .limit(1)
        .lateral("to_it")
    )
    return (
        sa.select(sa.func.max(Message.id))
        .select_from(sa.join(Message, to_it, sa.true()))
        .where(Message.id.between(often.c.first, often.c.last), to_it.c.status.in_(ARRIVED))
        .correlate(often)
        .scalar_subquery()
    )
