"""Deliveries, the batches that send them, and what providers say of them later."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from owl.delivery.bounces.verdicts import Verdict
from owl.foundation.database import Choice, Model
from owl.foundation.jobs import Queue
from owl.foundation.notices import Channel


class DeliveryStatus(StrEnum):
    """Where one delivery stands; owl.delivery.life_cycle says how it moves."""

    QUEUED = "queued"
    HELD = "held"  # until the quiet hours of its recipient are over
    HELD_FOR_DIGEST = "held_for_digest"  # until the next mail that carries several
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "queued": "Waiting",
            "held": "Held until morning",
            "held_for_digest": "Held for digest",
            "suppressed": "Left out",
        }.get(self.value, self.value.capitalize())


class Delivery(Model):
    """One message to one contact point: the unit sent, retried and counted.

    The row exists before any provider is called, so a crash leaves a trace to recover from.
    No column that changes is indexed, so updates stay on their page (HOT).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        UniqueConstraint("message_id", "contact_point_id"),  # makes planning safe to run twice
        {"postgresql_partition_by": "RANGE (message_id)"},  # partitions and their fillfactor: delivery.partitions
    )

    # No foreign keys: messages and contact points are never deleted, homes are, and checking costs 10 µs a row (adr 3).
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # 1…targeted, by channel
    contact_point_id: Mapped[int]
    household_id: Mapped[int]  # the home it was targeted at
    status: Mapped[DeliveryStatus] = mapped_column(Choice(DeliveryStatus), default=DeliveryStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # provider calls made
    segments: Mapped[int | None] = mapped_column(Integer)  # of a text, as billed
    price: Mapped[Decimal | None]  # of a text, once Twilio says it
    currency: Mapped[str | None]  # of the price: "GBP"
    fault: Mapped[str | None]  # the provider's code for what went wrong: "550 5.1.1", "21610"
    provider_reference: Mapped[str | None]  # Twilio's SID
    changed_at: Mapped[datetime]  # of its last outcome, from which the pause before the next try counts


class Batch(Model):
    """A run of deliveries of one message and channel that one job sends.

    The lease is taken here and the sweep reads only this table.
    """

    __tablename__ = "batch"
    __table_args__ = (
        Index(None, "due_at", postgresql_where="done_at IS NULL"),  # the sweep
        CheckConstraint("first_seq <= last_seq", name="a_range"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    lane: Mapped[Queue] = mapped_column(Choice(Queue))
    first_seq: Mapped[int] = mapped_column(Integer)
    last_seq: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(Integer, default=0)  # fences a worker that lost its lease
    crashes: Mapped[int] = mapped_column(Integer, default=0)  # leases never given back since an outcome was written
    done_at: Mapped[datetime | None]


class Receipt(Model):
    """What a provider said of a delivery. Written once, never changed but for merged_at."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("provider_reference", "said"),  # a repeated receipt is one receipt
        Index(None, "id", postgresql_where="merged_at IS NULL"),  # what is still to be merged
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    message_id: Mapped[int]
    seq: Mapped[int] = mapped_column(Integer)
    provider_reference: Mapped[str]
    said: Mapped[str]  # "sent", "delivered", "undelivered", "failed"
    fault: Mapped[str | None]
    received_at: Mapped[datetime]
    merged_at: Mapped[datetime | None]


class Bounce(Model):
    """What another mail system said of a mail at its return path. Written once, never changed but for being settled.

    Of the report itself only the verdict is kept, and for a refusal that is about us its words, without addresses.
    """

    __tablename__ = "bounce"
    __table_args__ = (
        UniqueConstraint("message_id", "seq", "digest"),  # a report that comes again is one report
        Index(None, "id", postgresql_where="settled_at IS NULL"),  # what is still to be settled
        Index(None, "contact_point_id", postgresql_where="verdict = 'soft'"),  # how often in a row
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    message_id: Mapped[int]
    seq: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes]
    verdict: Mapped[Verdict] = mapped_column(Choice(Verdict))
    fault: Mapped[str | None]  # "550 5.1.1"
    words: Mapped[str | None]
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    contact_point_id: Mapped[int | None]  # known once settled; no foreign key: contact points are erased


class TextTrouble(Model):
    """How many texts in a row did not reach a number that may still be somebody's; gone with the first that does."""

    __tablename__ = "text_trouble"

    contact_point_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    failures: Mapped[int] = mapped_column(Integer)


class TextDay(Model):
    """What texts have cost on one day of London, and whether they may cost more than a day's ceiling."""

    __tablename__ = "text_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    segments: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]  # when the ceiling was reached, and people were told
    lifted_at: Mapped[datetime | None]  # when somebody let texts go out all the same
    lifted_by: Mapped[int | None]


class InboundText(Model):
    """A text that arrived, known by its SID alone, so that a replay does nothing."""

    __tablename__ = "inbound_text"

    sid: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
