"""Whom a message reached, or may have reached: those to whom its follow-ups go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from owl.delivery.faults import UNSURE
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.messages.counting import Reach
from owl.messages.models import Message

S = DeliveryStatus
MANY = 20_000  # deliveries: to find who has gone since takes as long as to look at so many
# In `sending`: handed over this moment, or an answer that never came. Better told twice than not at all.
WAS_REACHED = sa.or_(Delivery.status.in_([S.SENT, S.DELIVERED, S.SENDING]), Delivery.fault == UNSURE)  # most first

# For the rest of the transaction: however many are gone, they are looked up in memory; to begin more processes takes
# longer than they save; and one plan for any message takes half as long again.
_COUNTS_ALONE = sa.text(
    """
    SELECT set_config('work_mem', '64MB', true), set_config('max_parallel_workers_per_gather', '0', true),
        set_config('plan_cache_mode', 'force_custom_plan', true)
    """
)


def followed(session: Session, message_id: int) -> list[int]:
    """The messages whose readers get the message's follow-ups: it alone, or all that invited to the same consultation.

    A reminder leaves out those who have answered: what was asked is told to everybody who was asked.
    """
    consultation = sa.select(Message.consultation_id).where(Message.id == message_id).scalar_subquery()
    others = sa.select(Message.id).where(
        Message.consultation_id == consultation, Message.approved_at.is_not(None), Message.follows_id.is_(None)
    )
    return sorted({message_id, *session.scalars(others)})


def reached_by(message_ids: Sequence[int], now: datetime) -> sa.Select[int, int, Channel, int | None]:
    """(contact_point_id, household_id, channel, subscriber_id) of whom any of the messages reached, mails before texts.

    But for those who have left or paused since. One row for each contact point.
    """
    subscribes = sa.exists().where(Subscription.subscriber_id == ContactPoint.subscriber_id)
    paused = sa.exists().where(Subscriber.id == ContactPoint.subscriber_id, Subscriber.paused_until > now)
    reached = (
        sa.select(Delivery.contact_point_id, Delivery.household_id, ContactPoint.channel, ContactPoint.subscriber_id)
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .where(
            Delivery.message_id.in_(message_ids),
            WAS_REACHED,
            ContactPoint.suppressed_at.is_(None),
            ContactPoint.address_index.is_not(None),
            subscribes,
            sa.not_(paused),
        )
        .order_by(ContactPoint.channel, ContactPoint.id)
    )
    # Of one message each has one delivery at most: to look for more would sort 170,000 rows.
    return reached.ext(distinct_on(ContactPoint.channel, ContactPoint.id)) if len(message_ids) > 1 else reached


def reached_anybody(session: Session, message_id: int, now: datetime) -> bool:
    """Whether a follow-up of the message would go to anybody: the first found is enough, for pages that ask often."""
    ids = followed(session, message_id)
    return any(session.scalar(sa.select(sa.exists(reached_by([one], now).order_by(None)))) for one in ids)


def count_reached(session: Session, message_id: int, now: datetime, *, many: int = MANY) -> Reach:
    """How many homes, mails and texts a follow-up of the message would go to now.

    Of more than `many` deliveries not each is looked at: the number is the same.
    """
    ids = followed(session, message_id)
    targeted = session.scalar(sa.select(Message.targeted).where(Message.id == message_id)) or 0
    if len(ids) == 1 and targeted > many:
        return _count_by_those_gone(session, message_id, now)
    reached = reached_by(ids, now).order_by(None).subquery()
    count = sa.func.count()
    row = session.execute(
        sa.select(
            sa.func.count(reached.c.household_id.distinct()),
            count.filter(reached.c.channel == Channel.EMAIL),
            count.filter(reached.c.channel == Channel.SMS),
        ).select_from(reached)
    ).one()
    return Reach(*row)


def _count_by_those_gone(session: Session, message_id: int, now: datetime) -> Reach:
    """The same in half the time: the few who can't be written to any more are found first, not everybody's address.

    The channel is told by the number, as mails come first (owl.delivery.planning).
    """
    subscribes = sa.exists().where(Subscription.subscriber_id == Subscriber.id)
    away = sa.union_all(
        sa.select(Subscriber.id).where(~subscribes), sa.select(Subscriber.id).where(Subscriber.paused_until > now)
    ).subquery()
    unreachable = sa.or_(
        ContactPoint.suppressed_at.is_not(None),
        ContactPoint.address_index.is_(None),
        ContactPoint.subscriber_id.is_(None),
    )
    gone = sa.union_all(
        sa.select(ContactPoint.id).where(unreachable),
        sa.select(ContactPoint.id).join(away, away.c.id == ContactPoint.subscriber_id),
    )
    mails = sa.select(sa.func.coalesce(sa.func.max(Batch.last_seq), 0)).where(
        Batch.message_id == message_id, Batch.channel == Channel.EMAIL
    )
    count = sa.func.count()
    session.execute(_COUNTS_ALONE)
    homes, by_mail, by_any = session.execute(
        sa.select(
            sa.func.count(Delivery.household_id.distinct()),
            count.filter(Delivery.seq <= mails.scalar_subquery()),
            count,
        ).where(Delivery.message_id == message_id, WAS_REACHED, Delivery.contact_point_id.not_in(gone))
    ).one()
    return Reach(homes, by_mail, by_any - by_mail)
