"""Each night: texts without a last word are asked about, and after three days nobody claims that they arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.delivery.faults import UNCONFIRMED
from owl.delivery.models import Delivery, DeliveryStatus, Receipt
from owl.delivery.providers import Sent
from owl.delivery.queries import faults, ledger
from owl.delivery.receipts import Told
from owl.delivery.reconciling import forget_old_receipts, reconcile
from owl.foundation.notices import Channel
from owl.messages.models import Message, MessageStatus
from tests.delivery.conftest import at, plan_message
from tests.factories import NOW

NIGHT = datetime(2026, 11, 24, 3, 10, tzinfo=UTC)
Plan = Callable[..., Message]


@dataclass
class Listing:
    """A provider that lists, page by page."""

    pages: list[list[Sent]] = field(default_factory=list)
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def sent_between(self, since: datetime, until: datetime) -> Iterator[list[Sent]]:
        self.asked.append((since, until))
        yield from self.pages


@dataclass
class Book:
    """Keeps receipts in the transaction of the test."""

    session: Session

    def keep(self, told: Sequence[Told], *, now: datetime) -> int:
        for one in told:
            self.session.add(
                Receipt(
                    message_id=one.message_id,
                    seq=one.seq,
                    provider_reference=one.provider_reference,
                    said=one.said,
                    fault=one.fault,
                    received_at=now,
                )
            )
        self.session.commit()
        return len(told)


@pytest.fixture
def listing(app: Flask, session: Session) -> Iterator[Listing]:
    real = {name: app.extensions[name] for name in ("owl.sms", "owl.receipts")}
    fake = Listing()
    app.extensions.update({"owl.sms": fake, "owl.receipts": Book(session)})
    yield fake
    app.extensions.update(real)


@pytest.fixture
def sent(session: Session) -> Message:
    """Three texts that are with the phone network."""
    message = plan_message(session, 3, Channel.SMS)
    message.status, message.approved_at = MessageStatus.SENT, NOW
    for row in session.scalars(sa.select(Delivery).where(Delivery.message_id == message.id)):
        row.status, row.provider_reference, row.changed_at = DeliveryStatus.SENT, f"SM{row.seq}", NOW
    session.commit()
    return message


def text(seq: int, said: str, fault: str | None = None, price: str | None = "0.04") -> Sent:
    return Sent(f"SM{seq}", said, fault, 2, Decimal(price) if price else None, "GBP")


def run(now: datetime = NIGHT) -> int:
    return reconcile(now=now, clock=at(now))


def rows(session: Session) -> list[tuple[str, str | None]]:
    session.expire_all()
    return [(row.status.value, row.fault) for row in session.scalars(sa.select(Delivery).order_by(Delivery.seq))]


def test_what_twilio_knows_by_now_settles_the_texts(session: Session, sent: Message, listing: Listing) -> None:
    stranger = Sent("SM99", "delivered", None, 1, None, None)
    message_id = sent.id
    listing.pages = [[text(1, "delivered"), stranger], [text(2, "undelivered", "30003"), text(3, "sent")]]
    assert run() == 2
    assert rows(session) == [("delivered", None), ("failed", "30003"), ("sent", None)]
    assert ledger(session, message_id).holds
    costs = session.execute(sa.select(Delivery.segments, Delivery.price, Delivery.currency)).all()
    assert costs == [(2, Decimal("0.04"), "GBP")] * 3


def test_after_72_hours_without_a_word_a_text_is_not_confirmed(
    session: Session, sent: Message, listing: Listing
) -> None:
    run(NIGHT + timedelta(days=1))
    assert rows(session) == [("sent", None)] * 3
    run(NIGHT + timedelta(days=2))
    assert rows(session) == [("sent", UNCONFIRMED)] * 3
    [shown] = faults(session, session.scalar(sa.select(Message.id)) or 0)
    assert (shown.sentence, shown.count) == ("The phone network has not confirmed that it arrived", 3)
    listing.pages = [[text(1, "delivered")]]  # and is, if the word comes after all
    run(NIGHT + timedelta(days=3))
    assert rows(session)[0] == ("delivered", None)


def test_by_day_nothing_is_asked(session: Session, sent: Message, listing: Listing) -> None:
    assert run(NIGHT + timedelta(hours=9)) == 0
    assert listing.asked == []


def test_where_every_text_has_its_last_word_nothing_is_asked(session: Session, sent: Message, listing: Listing) -> None:
    session.execute(sa.update(Delivery).values(status=DeliveryStatus.DELIVERED))
    session.commit()
    run()
    assert listing.asked == []


def test_a_mail_that_rests_in_sent_is_left_alone(session: Session, listing: Listing) -> None:
    message = plan_message(session, 1, Channel.EMAIL)
    message.approved_at = NOW
    session.execute(sa.update(Delivery).values(status=DeliveryStatus.SENT, changed_at=NOW))
    session.commit()
    run(NIGHT + timedelta(days=3))
    assert rows(session) == [("sent", None)]


def test_receipts_are_forgotten_three_months_after_they_were_merged(session: Session) -> None:
    for number, merged_at in enumerate([NOW - timedelta(days=91), NOW - timedelta(days=89), None]):
        session.add(
            Receipt(
                message_id=1, seq=1, provider_reference=f"SM{number}", said="sent", received_at=NOW, merged_at=merged_at
            )
        )
    session.commit()
    assert forget_old_receipts(now=NOW) == 1
