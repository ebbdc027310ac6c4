"""Taking a batch: the lease, and in the same statement once more who may be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.delivery.life_cycle import UNFINISHED
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.geography.models import Neighbourhood
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Household, Subscriber, Subscription
from owl.messages.models import Message, MessageStatus

LEASE = timedelta(seconds=60)  # renewed with each recording


@dataclass(frozen=True, slots=True)
class SendingTeam:
    """The Safer Neighbourhood Team in whose name a resident is written to."""

    neighbourhood: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One delivery that is ours to send. `unsure`: an earlier worker may have sent it."""

    seq: int
    address: str
    name: str | None
    team: SendingTeam
    unsure: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that is ours until its lease ends; `attempt` is the fence for recording."""

    message: Message
    no: int
    attempt: int
    channel: Channel
    recipients: tuple[Recipient, ...]


def claim_batch(message_id: int, no: int, *, worker: str, now: datetime) -> Claim | None:
    """The batch with those who may still be written to; None where there is nothing to do.

    Moves its deliveries to sending, suppressed or expired.
    """
    with transaction() as session:
        taken = session.execute(
            sa.update(Batch)
            .where(
                Batch.message_id == message_id,
                Batch.no == no,
                Batch.done_at.is_(None),
                Batch.due_at <= now,
                sa.or_(Batch.lease_until.is_(None), Batch.lease_until < now),
                Message.id == Batch.message_id,
                Message.status == MessageStatus.SENDING,
            )
            .values(lease_until=now + LEASE, worker=worker, attempt=Batch.attempt + 1)
            .returning(Batch.attempt, Batch.channel, Batch.first_seq, Batch.last_seq)
        ).one_or_none()
        if taken is None:
            return None
        message = session.get_one(Message, message_id)
        recipients = _claim_deliveries(session, message, taken.first_seq, taken.last_seq, now)
        session.flush()
        session.expunge(message)  # read while the provider is called, when no session is open
    return Claim(message, no, taken.attempt, taken.channel, tuple(recipients))


def _claim_deliveries(
    session: Session, message: Message, first_seq: int, last_seq: int, now: datetime
) -> list[Recipient]:
    verdict = _verdict(message, now)
    mine = (
        sa.select(
            Delivery.seq,
            Delivery.status.label("was"),
            ContactPoint.address.label("address"),
            Subscriber.name.label("name"),
            Neighbourhood.name.label("neighbourhood"),
            Team.name.label("team_name"),
            Team.email.label("team_email"),
            verdict.label("verdict"),
        )
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Subscriber, Subscriber.id == ContactPoint.subscriber_id)
        .outerjoin(Household, Household.id == Delivery.household_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Household.neighbourhood_id)
        .outerjoin(Team, Team.neighbourhood_id == Neighbourhood.id)
        .where(
            Delivery.message_id == message.id,
            Delivery.seq.between(first_seq, last_seq),
            Delivery.status.in_(UNFINISHED),
        )
        .with_for_update(of=Delivery)
        .cte("mine")
    )
    moved = (
        sa.update(Delivery)
        .where(Delivery.message_id == message.id, Delivery.seq == mine.c.seq)
        .values(
            status=mine.c.verdict,
            attempts=Delivery.attempts + sa.cast(mine.c.verdict == DeliveryStatus.SENDING.value, sa.Integer),
            changed_at=now,
        )
        .cte("moved")
    )
    ours = sa.select(mine).where(mine.c.verdict == DeliveryStatus.SENDING.value).order_by(mine.c.seq).add_cte(moved)
    return [
        Recipient(
            seq=row.seq,
            address=row.address,
            name=row.name,
            team=SendingTeam(row.neighbourhood, row.team_name, row.team_email),
            unsure=row.was == DeliveryStatus.SENDING,
        )
        for row in session.execute(ours)
    ]


def _verdict(message: Message, now: datetime) -> sa.Case[str]:
    """Whether the delivery goes out after all: validity, suppression and consent, asked again."""
    whoever_is_left = message.kind is Kind.STAND_DOWN  # nobody chose that kind: they got what it ends
    still_wanted = sa.exists().where(
        Subscription.subscriber_id == Subscriber.id,
        sa.or_(sa.literal(whoever_is_left), sa.literal(message.kind.value) == sa.any_(Subscription.kinds)),
    )
    may_be_written_to = sa.and_(
        ContactPoint.address_index.is_not(None),
        Team.id.is_not(None),
        ContactPoint.suppressed_at.is_(None),
        sa.or_(Subscriber.paused_until.is_(None), Subscriber.paused_until <= now),
        still_wanted,
    )
    over = message.valid_until is not None and message.valid_until <= now
    return sa.case(
        (sa.literal(over), DeliveryStatus.EXPIRED.value),
        (may_be_written_to, DeliveryStatus.SENDING.value),
        else_=DeliveryStatus.SUPPRESSED.value,
    )
