"""Writing down what became of a batch, in sets, and only by the worker that still holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from owl.delivery.claiming import LEASE, Claim
from owl.delivery.faults import suppression_for
from owl.delivery.life_cycle import UNFINISHED
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.providers import Outcome, Result
from owl.foundation.database import transaction
from owl.households.suppressing import suppress
from owl.messages.models import Message, MessageStatus

BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800))
GIVE_UP_AFTER = len(BACKOFF) + 1  # attempts


class LeaseLost(Exception):
    """Another worker has the batch now; what this one still holds must not be recorded."""


def record_outcomes(claim: Claim, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Write each outcome to its delivery and renew the lease. Raises LeaseLost.

    A receipt may have come first: a delivery that has left `sending` keeps its status.
    An unsure one stays in `sending`, for the next attempt to look up.
    """
    with transaction() as session:
        _renew_lease(session, claim, now)
        told = [outcome for outcome in outcomes if outcome.result is not Result.UNSURE]
        if told:
            session.execute(_write_down(claim, told, now))
        _leave_alone(session, claim, told, now)


def finish_attempt(claim: Claim, *, now: datetime) -> None:
    """Close the batch, or leave it due again for what is still to do; close the message after its last batch."""
    with transaction() as session:
        left = sa.exists().where(
            Delivery.message_id == claim.message.id,
            Delivery.seq.between(Batch.first_seq, Batch.last_seq),
            Delivery.status.in_(UNFINISHED),
        )
        again_at = now + BACKOFF[min(claim.attempt, len(BACKOFF)) - 1]
        session.execute(
            _own_batch(claim).values(
                lease_until=None,
                worker=None,
                due_at=sa.case((left, again_at), else_=Batch.due_at),
                done_at=sa.case((left, None), else_=now),
            )
        )
        close_message(session, claim.message.id, now=now)


def close_message(session: Session, message_id: int, *, now: datetime) -> None:
    """Call the message sent once its last batch is done."""
    session.execute(
        sa.update(Message)
        .where(
            Message.id == message_id,
            Message.status == MessageStatus.SENDING,
            ~sa.exists().where(Batch.message_id == message_id, Batch.done_at.is_(None)),
        )
        .values(status=MessageStatus.SENT, finished_at=now, version=Message.version + 1)
    )


def _own_batch(claim: Claim) -> sa.Update:
    return sa.update(Batch).where(
        Batch.message_id == claim.message.id, Batch.no == claim.no, Batch.attempt == claim.attempt
    )


def _renew_lease(session: Session, claim: Claim, now: datetime) -> None:
    if not session.execute(_own_batch(claim).values(lease_until=now + LEASE)).rowcount:  # type: ignore[attr-defined]
        raise LeaseLost


def _write_down(claim: Claim, outcomes: Sequence[Outcome], now: datetime) -> sa.Update:
    told = (
        sa.func.unnest(
            sa.cast([outcome.seq for outcome in outcomes], ARRAY(sa.Integer)),
            sa.cast([outcome.result.value for outcome in outcomes], ARRAY(sa.Text)),
            sa.cast([outcome.reference for outcome in outcomes], ARRAY(sa.Text)),
            sa.cast([outcome.segments for outcome in outcomes], ARRAY(sa.Integer)),
            sa.cast([outcome.fault for outcome in outcomes], ARRAY(sa.Text)),
        )
        .table_valued("seq", "result", "reference", "segments", "fault")
        .render_derived()
    )
    not_tried = told.c.result == Result.NOT_NOW.value
    again = sa.or_(not_tried, sa.and_(told.c.result == Result.TEMPORARY.value, Delivery.attempts < GIVE_UP_AFTER))
    became = sa.case(
        (Delivery.status != DeliveryStatus.SENDING, Delivery.status),
        (told.c.result == Result.SENT.value, DeliveryStatus.SENT.value),
        (again, DeliveryStatus.QUEUED.value),
        else_=DeliveryStatus.FAILED.value,
    )
    return (
        sa.update(Delivery)
        .where(Delivery.message_id == claim.message.id, Delivery.seq == told.c.seq)
        .values(
            status=became,
            attempts=Delivery.attempts - sa.cast(not_tried, sa.Integer),
            provider_reference=sa.func.coalesce(told.c.reference, Delivery.provider_reference),
            segments=sa.func.coalesce(told.c.segments, Delivery.segments),
            fault=sa.case((Delivery.status != DeliveryStatus.SENDING, Delivery.fault), else_=told.c.fault),
            changed_at=now,
        )
    )


def _leave_alone(session: Session, claim: Claim, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Suppress the contact points that turned out to be dead or unwilling."""
    dead = {
        outcome.seq: reason
        for outcome in outcomes
        if outcome.result is Result.PERMANENT and (reason := suppression_for(outcome.fault))
    }
    if not dead:
        return
    rows = session.execute(
        sa.select(Delivery.seq, Delivery.contact_point_id).where(
            Delivery.message_id == claim.message.id, Delivery.seq.in_(dead)
        )
    )
    for seq, contact_point_id in rows.all():
        suppress(session, contact_point_id, reason=dead[seq], source="provider", now=now)
