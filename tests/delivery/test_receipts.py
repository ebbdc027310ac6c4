"""Receipts in any order, repeated or late: the same end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery, DeliveryStatus, Receipt
from owl.delivery.queries import ledger
from owl.delivery.receipts import merge_receipts, store_receipt
from owl.foundation.jobs import Queue, connection, on_queue
from owl.messages.models import Message
from tests import factories
from tests.factories import NOW


def told(message: Message, said: str, fault: str | None = None, seq: int = 1) -> None:
    store_receipt(message.id, seq, provider_reference="SM1", said=said, fault=fault, now=NOW)


@pytest.fixture
def sent_text(session: Session) -> Callable[[], Message]:
    def make() -> Message:
        message = factories.message(session)
        factories.delivery(session, of=message, status=DeliveryStatus.SENDING)
        return message

    return make


def status_of(session: Session, message: Message) -> tuple[DeliveryStatus, str | None]:
    row = session.execute(sa.select(Delivery.status, Delivery.fault).where(Delivery.message_id == message.id)).one()
    return row.status, row.fault


@given(
    order=st.permutations(["queued", "sending", "sent", "delivered"] * 2),
    merge_after=st.sets(st.integers(0, 7)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_order_and_any_repetition_ends_as_delivered(
    session: Session, sent_text: Callable[[], Message], order: list[str], merge_after: set[int]
) -> None:
    message = sent_text()
    for place, said in enumerate(order):
        store_receipt(message.id, 1, provider_reference=f"SM{message.id}", said=said, fault=None, now=NOW)
        if place in merge_after:
            merge_receipts(now=NOW)
    merge_receipts(now=NOW)
    assert status_of(session, message) == (DeliveryStatus.DELIVERED, None)
    assert ledger(session, message.id).holds


def test_a_failure_keeps_its_code(session: Session, sent_text: Callable[[], Message]) -> None:
    message = sent_text()
    told(message, "undelivered", "30003")
    assert merge_receipts(now=NOW) == 1
    assert status_of(session, message) == (DeliveryStatus.FAILED, "30003")


def test_the_first_final_word_stands(session: Session, sent_text: Callable[[], Message]) -> None:
    message = sent_text()
    told(message, "delivered")
    told(message, "failed", "30008")
    merge_receipts(now=NOW)
    assert status_of(session, message) == (DeliveryStatus.DELIVERED, None)


@pytest.mark.parametrize("final", [DeliveryStatus.SUPPRESSED, DeliveryStatus.CANCELLED, DeliveryStatus.EXPIRED])
def test_what_is_final_is_not_moved_by_a_receipt(session: Session, final: DeliveryStatus) -> None:
    message = factories.message(session)
    factories.delivery(session, of=message, status=final)
    told(message, "delivered")
    merge_receipts(now=NOW)
    assert status_of(session, message)[0] is final


def test_a_receipt_for_no_delivery_is_kept_and_moves_nothing(session: Session) -> None:
    message = factories.message(session)
    told(message, "delivered", seq=99)
    assert merge_receipts(now=NOW) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Receipt)) == 1


def test_many_receipts_queue_one_merging(session: Session, sent_text: Callable[[], Message]) -> None:
    message = sent_text()
    for said in ("sent", "delivered", "sent", "queued"):
        told(message, said)
    assert len(on_queue(Queue.NOTICES)) == 1
    assert 0 < connection().ttl("owl:waiting:MERGE_RECEIPTS") <= 10  # a lost job does not block for ever


def test_thousands_of_receipts_are_merged_in_one_go(session: Session) -> None:
    message = factories.message(session, targeted=6_000)
    delivery = factories.delivery(session, of=message, status=DeliveryStatus.SENT)
    for one in range(2, 6_001):
        session.add(Receipt(message_id=message.id, seq=one, provider_reference=f"S{one}", said="sent", received_at=NOW))
    told(message, "delivered")
    session.commit()
    assert merge_receipts(now=NOW) == 6_000
    session.refresh(delivery)
    assert delivery.status is DeliveryStatus.DELIVERED
