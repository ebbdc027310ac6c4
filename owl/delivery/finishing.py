"""The end of a job: its batch is done, or due again for what is left; the message ends with its last batch."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.claiming import Claim
from owl.delivery.digests.carrying import follow_range
from owl.delivery.life_cycle import UNFINISHED
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.pauses import DUE_AT
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Subscriber
from owl.households.quiet_hours import quiet_ends
from owl.messages.models import MessageStatus
from owl.messages.moving import move

IS_HELD = Delivery.status == DeliveryStatus.HELD


def finish_attempt(claim: Claim, *, now: datetime, not_before: datetime | None = None) -> None:
    """Give the batch back: done, or due when the first of what is left is; queued again if that is now."""
    with transaction() as session:
        due = _due_again(session, claim, not_before or now)
        if due is not None and claim.message.valid_until is not None:
            due = max(now, min(due, claim.message.valid_until))  # then what is left expires
        given_back = {"lease_until": None, "worker": None, "crashes": 0}
        outcome = {"done_at": now} if due is None else {"due_at": due}
        session.execute(_own_batch(claim).values(given_back | outcome))
        if claim.message.kind is Kind.DIGEST:
            follow_range(session, claim.message.id, claim.first_seq, claim.last_seq, now=now)
        if due is None:
            close_message(session, claim.message.id, now=now)
        elif due <= now:
            enqueue(session, Job.SEND_BATCH, claim.message.id, claim.no, queue=claim.lane)


def close_message(session: Session, message_id: int, *, now: datetime) -> None:
    """Call the message sent once its last batch is done."""
    all_done = ~sa.exists().where(Batch.message_id == message_id, Batch.done_at.is_(None))
    move(session, message_id, MessageStatus.SENT, all_done, finished_at=now)


def _due_again(session: Session, claim: Claim, earliest: datetime) -> datetime | None:
    """When the first of what is left may be tried, not before `earliest`; None where nothing is left."""
    due = sa.func.greatest(sa.literal_column(DUE_AT, sa.DateTime(timezone=True)), earliest)
    left = sa.select(sa.func.min(due).filter(Delivery.status.in_(UNFINISHED)), sa.func.bool_or(IS_HELD)).where(
        *_in(claim)
    )
    soonest, any_held = session.execute(left).one()
    return min(filter(None, (soonest, _morning(session, claim, earliest) if any_held else None)), default=None)


def _morning(session: Session, claim: Claim, now: datetime) -> datetime:
    """When the first of the quiet hours ends for which something is held."""
    hours = session.execute(
        sa.select(Subscriber.quiet_from, Subscriber.quiet_until)
        .select_from(Delivery)
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Subscriber, Subscriber.id == ContactPoint.subscriber_id)
        .where(*_in(claim), IS_HELD)
        .distinct()
    )
    return min(quiet_ends(quiet_from, quiet_until, now) for quiet_from, quiet_until in hours)


def _in(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return Delivery.message_id == claim.message.id, Delivery.seq.between(claim.first_seq, claim.last_seq)


def _own_batch(claim: Claim) -> sa.Update:
    return sa.update(Batch).where(
        Batch.message_id == claim.message.id, Batch.no == claim.no, Batch.attempt == claim.attempt
    )
