"""From an approved audience to deliveries and batches: one INSERT … SELECT, no loop over recipients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.last_mile import plan_last_mile
from owl.delivery.models import Batch, Delivery
from owl.delivery.partitions import ensure_partition
from owl.delivery.rationing import rationed, use_up
from owl.delivery.reached import followed, reached_by
from owl.delivery.shifts import JOB_S
from owl.foundation.current import settings
from owl.foundation.database import enqueue
from owl.foundation.jobs import Job, Queue
from owl.foundation.notices import Channel
from owl.households.allowance import week_of
from owl.households.guests import among_guests
from owl.households.models import ContactPoint
from owl.households.wanting import Topic
from owl.messages.audience import Audience
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus, Severity
from owl.messages.reach import recipients
from owl.messages.training import guests_reached

BULK_ABOVE = 20_000  # deliveries; a larger message must not keep others waiting
LARGEST_BATCH = 3000  # a job costs 30 ms beside its deliveries; they are claimed in parts of a second each
MOST_BATCHES = 5000  # of one message and channel: a batch may be larger than one job sends, which leaves the rest
SHARED_BY = 2  # workers
ONE_AT_A_TIME = 0x6F776C70  # any number of our own: of two routine messages the second sees what the first used up


@dataclass(frozen=True, slots=True)
class Planned:
    """What a message became: deliveries, the homes among them, the mails that come first by seq, and of an urgent one
    the people whose allowance it overrides."""

    targeted: int
    homes: int
    mails: int
    overridden: int


def plan_deliveries(session: Session, message: Message, *, now: datetime) -> Planned:
    """Write every delivery of the message, numbered by channel from 1: to go out, or held for a digest.

    What is routine is counted against its people's allowance of the week, also if it is cancelled afterwards.
    """
    topic = Draft.of(message).topic
    if not topic.urgent:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    ensure_partition(session, message.id)
    week = week_of(message.send_at or now)
    # To practise takes nothing of anybody's week, and waits for no digest.
    at_once = topic.urgent or message.training
    chosen = rationed(_everybody(session, message, topic, now), week=week, urgent=at_once).cte("chosen")
    written = _write_from(chosen, message.id, now).returning(Delivery.seq).cte("written")
    counted = sa.select(
        sa.select(sa.func.count()).select_from(written).scalar_subquery(),
        sa.func.count(chosen.c.household_id.distinct()),
        sa.func.count().filter(chosen.c.channel == Channel.EMAIL.value),
        sa.func.count(chosen.c.subscriber_id.distinct()).filter(chosen.c.overrides),
    ).select_from(chosen)
    if not at_once:
        counted = counted.add_cte(use_up(chosen, week).cte("used_up"))
    plan_last_mile(session, message, now=now)
    return Planned(*session.execute(counted).one())


def _everybody(
    session: Session, message: Message, topic: Topic, now: datetime
) -> sa.Select[int, int, Channel, int | None]:
    """Whom the message is for; of training nobody who is not on the guest list."""
    if message.follows_id is not None:
        reached = reached_by(followed(session, message.follows_id), now)
        return reached.where(among_guests(ContactPoint.address_index)) if message.training else reached
    if message.training:
        return guests_reached(message, now)
    return recipients(Audience.from_json(message.audience), topic, now)


def _write_from(chosen: sa.CTE, message_id: int, now: datetime) -> sa.Insert:
    """The INSERT … SELECT: mails first, then texts."""
    numbered = sa.select(
        sa.literal(message_id),
        sa.func.row_number().over(order_by=(chosen.c.channel, chosen.c.contact_point_id)),
        chosen.c.contact_point_id,
        chosen.c.household_id,
        chosen.c.status,
        sa.literal(0),
        sa.literal(now),
    )
    columns = ["message_id", "seq", "contact_point_id", "household_id", "status", "attempts", "changed_at"]
    return sa.insert(Delivery).from_select(columns, numbered, include_defaults=False)


def lane_of(message: Message, targeted: int, channel: Channel) -> Queue:
    """The queue on which the message's batches for the channel go out."""
    by_mail = channel is Channel.EMAIL
    if message.severity is Severity.URGENT:
        return Queue.URGENT if by_mail else Queue.URGENT_TEXTS
    if targeted > BULK_ABOVE:
        return Queue.BULK if by_mail else Queue.BULK_TEXTS
    return Queue.STANDARD if by_mail else Queue.TEXTS


def plan_batches(session: Session, message: Message, planned: Planned, *, now: datetime) -> None:
    """Cut the deliveries into batches and queue them once the transaction has committed.

    Those of a message that is to start later wait for `start_due`.
    """
    ranges = [
        *_cut(Channel.EMAIL, 1, planned.mails, settings().smtp_rate),
        *_cut(Channel.SMS, planned.mails + 1, planned.targeted, settings().sms_rate),
    ]
    for no, (channel, first, last) in enumerate(ranges, start=1):
        lane = lane_of(message, planned.targeted, channel)
        batch = Batch(message_id=message.id, no=no, channel=channel, lane=lane, first_seq=first, last_seq=last)
        batch.due_at = now
        session.add(batch)  # SQLAlchemy writes them together
        if message.status is not MessageStatus.SCHEDULED:
            enqueue(session, Job.SEND_BATCH, message.id, no, queue=lane)


def _cut(channel: Channel, first: int, last: int, rate: float) -> Iterator[tuple[Channel, int, int]]:
    """Ranges of seq that one job sends in its time, where the workers share the provider's rate (a second)."""
    share = min(LARGEST_BATCH, int(rate * JOB_S / SHARED_BY))
    size = max(1, share, (last - first + 1) // MOST_BATCHES)
    for start in range(first, last + 1, size):
        yield channel, start, min(start + size - 1, last)
