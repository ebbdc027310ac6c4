"""What stands behind the link of a digest: its messages in full, but for those that are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.delivery.digests.contents import Item, items_of
from owl.delivery.digests.models import Carried
from owl.delivery.models import Delivery, DeliveryStatus
from owl.messages.models import FollowUp, Message, MessageStatus

CAME = (DeliveryStatus.HELD_FOR_DIGEST, DeliveryStatus.SENT, DeliveryStatus.DELIVERED)  # the first: this moment


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a digest, and the reader's own delivery of it, by which they reply."""

    item: Item
    seq: int


@dataclass(frozen=True, slots=True)
class Readable:
    """What a reader of a digest finds now."""

    entries: tuple[Entry, ...]  # oldest first
    over: int  # messages that came with it and are not shown any more


def digest_behind(session: Session, digest_id: int, seq: int, *, now: datetime) -> Readable:
    """The messages that one delivery of a digest carried."""
    stand_down = aliased(Message)
    is_over = sa.or_(
        Message.status == MessageStatus.CANCELLED,
        sa.func.coalesce(Message.valid_until <= now, sa.false()),
        sa.exists().where(
            stand_down.follows_id
            == sa.case((Message.follow_up == FollowUp.UPDATE, Message.follows_id), else_=Message.id),
            stand_down.follow_up == FollowUp.STAND_DOWN,
            stand_down.status != MessageStatus.CANCELLED,
        ),
    )
    found = session.execute(
        sa.select(Carried.message_id, sa.func.min(Carried.seq), is_over)
        .join(Delivery, sa.and_(Delivery.message_id == Carried.message_id, Delivery.seq == Carried.seq))
        .join(Message, Message.id == Carried.message_id)
        .where(Carried.digest_id == digest_id, Carried.digest_seq == seq, Delivery.status.in_(CAME))
        .group_by(Carried.message_id, Message.id)
        .order_by(Carried.message_id)
    ).all()
    items = items_of(session, [row[0] for row in found])
    shown = tuple(Entry(items[message_id], own) for message_id, own, over in found if not over)
    return Readable(shown, len(found) - len(shown))
