"""What waits for a digest: where it is, and how what is over or not wanted any more is let go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.faults import UNSURE
from owl.delivery.models import Delivery, DeliveryStatus
from owl.foundation.database import transaction
from owl.messages.models import Message

LOOKED_BACK = timedelta(days=60)  # far beyond the longest wait: a week, and the days on which no clock ran

# By hand, so that what it asks can be read. The order of the locks is everywhere the same.
_LET_GO = """
WITH chosen AS MATERIALIZED (
    SELECT waits.message_id, waits.seq, {fault} AS fault,
        CASE
            WHEN {withdrawn} OR message.status = 'cancelled' OR EXISTS (
                SELECT FROM message AS stand_down
                WHERE stand_down.follow_up = 'stand_down' AND stand_down.status <> 'cancelled'
                  AND stand_down.follows_id
                    = CASE message.follow_up WHEN 'update' THEN message.follows_id ELSE message.id END
            ) THEN 'cancelled'
            WHEN message.valid_until <= :moment THEN 'expired'
            WHEN contact_point.address_index IS NULL
                OR contact_point.suppressed_at IS NOT NULL
                OR subscriber.paused_until > :moment
                OR NOT EXISTS (
                    SELECT FROM subscription
                    WHERE subscription.subscriber_id = subscriber.id AND (
                        message.follow_up IS NOT NULL
                        OR message.kind = ANY (subscription.kinds) AND NOT subscription.only_urgent
                    )
                )
                OR message.partner_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM partner_tick
                    WHERE partner_tick.subscriber_id = subscriber.id
                        AND partner_tick.partner_id = message.partner_id AND taken_back_at IS NULL
                )
                OR EXISTS (
                    SELECT FROM voice WHERE voice.consultation_id = message.consultation_id
                        AND voice.household_id = waits.household_id
                )
            THEN 'suppressed'
        END AS becomes
    FROM {waits}
    JOIN message ON message.id = waits.message_id
    JOIN contact_point ON contact_point.id = waits.contact_point_id
    LEFT JOIN subscriber ON subscriber.id = contact_point.subscriber_id
    WHERE waits.status = 'held_for_digest' AND {condition}
), held AS MATERIALIZED (
    SELECT chosen.* FROM chosen JOIN delivery USING (message_id, seq)
    WHERE becomes IS NOT NULL AND delivery.status = 'held_for_digest'
    ORDER BY message_id, seq
    FOR UPDATE OF delivery
)
UPDATE delivery SET status = held.becomes, fault = held.fault, changed_at = :moment
FROM held
WHERE delivery.message_id = held.message_id AND delivery.seq = held.seq
"""

# What a worker has in hand may be with its reader already: its own digest says what became of it.
_OF_MESSAGES = sa.text(
    _LET_GO.format(
        waits="delivery AS waits",
        withdrawn="CAST(:withdrawn AS boolean)",
        fault="waits.fault",
        condition="""waits.message_id = ANY (:messages) AND NOT EXISTS (
            SELECT FROM carried JOIN delivery AS carrier
                ON carrier.message_id = carried.digest_id AND carrier.seq = carried.digest_seq
            WHERE carried.message_id = waits.message_id AND carried.seq = waits.seq
                AND carrier.status NOT IN ('queued', 'held')
        )""",
    )
)
_OF_DIGEST = sa.text(
    _LET_GO.format(
        waits="carried JOIN delivery AS waits ON waits.message_id = carried.message_id AND waits.seq = carried.seq",
        withdrawn="false",
        fault="CASE WHEN carried.digest_seq = ANY (CAST(:unsure AS integer[])) THEN :unsure_fault END",
        condition="carried.digest_id = :digest AND carried.digest_seq = ANY (CAST(:seqs AS integer[]))",
    )
)


def waiting_messages(session: Session, now: datetime) -> list[int]:
    """The ids of the messages of which something waits for a digest."""
    waits = sa.exists().where(
        Delivery.message_id == Message.id, Delivery.status == DeliveryStatus.HELD_FOR_DIGEST
    )  # a message's rows lie together: no index names a status
    return list(session.scalars(sa.select(Message.id).where(Message.approved_at > now - LOOKED_BACK, waits)))


def waits_for_digest(session: Session, message_id: int) -> bool:
    """Whether anything of the message waits for a digest."""
    waits = sa.exists().where(Delivery.message_id == message_id, Delivery.status == DeliveryStatus.HELD_FOR_DIGEST)
    return bool(session.scalar(sa.select(waits)))


def let_go(session: Session, message_ids: Sequence[int], *, now: datetime, withdrawn: bool = False) -> None:
    """Give what waits of these messages its last word where it is cancelled, stood down, over or not wanted any more.

    `withdrawn`: to all of it, "cancelled". Belongs inside the caller's transaction.
    """
    session.execute(_OF_MESSAGES, {"messages": list(message_ids), "moment": now, "withdrawn": withdrawn})


def let_go_of(message_id: int, *, now: datetime) -> None:
    """The same for one message, which was cancelled or stood down just now.

    Should this not be reached, the next digest does it.
    """
    with transaction() as session:
        let_go(session, [message_id], now=now)


def let_go_in(session: Session, digest_id: int, seqs: Sequence[int], unsure: Sequence[int], *, now: datetime) -> None:
    """The same for what these deliveries of a digest carry, which are in hand now.

    `unsure`: those of them that an earlier worker may have sent. Belongs inside the caller's transaction.
    """
    told = {"digest": digest_id, "seqs": list(seqs), "unsure": list(unsure), "unsure_fault": UNSURE, "moment": now}
    session.execute(_OF_DIGEST, told)
