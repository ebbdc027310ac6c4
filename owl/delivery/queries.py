"""What others ask about deliveries: the ledger, the faults, who one delivery went to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.faults import UNCONFIRMED, UNSURE, sentence_of
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message

REACHED = (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
# For the rest of the transaction: three processes for the county's rows wait as long as one and cost twice as much.
_ALONE = sa.text("SET LOCAL max_parallel_workers_per_gather = 0")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The count of a message's deliveries by state; `rows` in the order of their life, none left out."""

    targeted: int
    rows: tuple[tuple[DeliveryStatus, int], ...]

    @property
    def holds(self) -> bool:
        """Whether every delivery that was planned is accounted for."""
        return self.targeted == sum(count for _, count in self.rows)

    @property
    def by_state(self) -> dict[str, int]:
        """The same by the state's name, for pages."""
        return {status.value: count for status, count in self.rows}

    def count(self, *statuses: DeliveryStatus) -> int:
        """Deliveries in these states."""
        return sum(count for status, count in self.rows if status in statuses)


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why deliveries failed, in plain words, and how many."""

    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a message has come. `faults`: why deliveries failed, or nobody knows whether they did, most frequent
    first; `may_have_reached`: some may have arrived.
    """

    whole: Ledger
    by_channel: dict[Channel, Ledger]
    faults: list[Fault]
    may_have_reached: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who one delivery was for: ids only."""

    message_id: int
    seq: int
    contact_point_id: int
    subscriber_id: int | None  # None: the person was erased
    household_id: int
    neighbourhood_id: str | None  # None: the home was erased
    channel: Channel


def ledger(session: Session, message_id: int) -> Ledger:
    """The message's ledger at this moment; empty before approval."""
    targeted = session.scalar(sa.select(Message.targeted).where(Message.id == message_id)) or 0
    session.execute(_ALONE)
    counted = session.execute(
        sa.select(Delivery.status, sa.func.count()).where(Delivery.message_id == message_id).group_by(Delivery.status)
    )
    counts = Counter({row[0]: row[1] for row in counted})
    return Ledger(targeted, tuple((status, counts[status]) for status in DeliveryStatus))


def progress(session: Session, message_id: int) -> Progress:
    """How far the message has come, in one look at its deliveries: the county's are 170,000."""
    planned = sa.select(Batch.channel, sa.func.max(Batch.last_seq) - sa.func.min(Batch.first_seq) + 1).where(
        Batch.message_id == message_id
    )
    sizes: dict[Channel, int] = {row[0]: row[1] for row in session.execute(planned.group_by(Batch.channel))}
    by_mail = Delivery.seq <= sizes.get(Channel.EMAIL, 0)  # they come first (owl.delivery.planning)
    session.execute(_ALONE)
    found = session.execute(
        sa.select(Delivery.status, Delivery.fault, sa.func.count(), sa.func.count().filter(by_mail))
        .where(Delivery.message_id == message_id)
        .group_by(Delivery.status, Delivery.fault)
    ).all()
    counts: Counter[tuple[bool, DeliveryStatus]] = Counter()
    by_sentence: Counter[str] = Counter()
    for status, code, count, mails in found:
        counts[True, status] += mails
        counts[False, status] += count - mails
        if status is DeliveryStatus.FAILED or code in {UNSURE, UNCONFIRMED}:
            by_sentence[sentence_of(code)] += count
    targeted = session.scalar(sa.select(Message.targeted).where(Message.id == message_id)) or 0
    whole = tuple((status, counts[True, status] + counts[False, status]) for status in DeliveryStatus)
    each = {
        channel: Ledger(
            sizes[channel], tuple((status, counts[channel is Channel.EMAIL, status]) for status in DeliveryStatus)
        )
        for channel in Channel
        if channel in sizes
    }
    return Progress(
        Ledger(targeted, whole),
        each,
        [Fault(sentence, count) for sentence, count in by_sentence.most_common()],
        may_have_reached=any(status in REACHED or code == UNSURE for status, code, _, _ in found),
    )


def faults(session: Session, message_id: int) -> list[Fault]:
    """Why deliveries of the message failed, or nobody knows whether they did, most frequent first."""
    return progress(session, message_id).faults


def recipient_of(session: Session, message_id: int, seq: int) -> Recipient:
    """Who the delivery was for. Raises NotFound."""
    row = session.execute(
        sa.select(
            Delivery.message_id,
            Delivery.seq,
            Delivery.contact_point_id,
            ContactPoint.subscriber_id,
            Delivery.household_id,
            Household.neighbourhood_id,
            ContactPoint.channel,
        )
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Household, Household.id == Delivery.household_id)
        .where(Delivery.message_id == message_id, Delivery.seq == seq)
    ).one_or_none()
    if row is None:
        raise NotFound("We can't find that message.")
    return Recipient(*row)
