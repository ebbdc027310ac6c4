"""Receipts in any order, repeated or late: the same end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.delivery.merging import merge_receipts
from owl.delivery.models import Delivery, DeliveryStatus, Receipt
from owl.delivery.queries import ledger
from owl.delivery.receipt_intake import NotKept, ReceiptIntake
from owl.delivery.receipts import ReceiptBook, Told
from owl.foundation.database import db
from owl.foundation.jobs import Queue, connection, on_queue
from owl.foundation.notices import Channel
from owl.households.models import SuppressionReason
from owl.messages.models import Message
from tests import factories
from tests.factories import NOW


def one(message: Message, said: str, fault: str | None = None, seq: int = 1) -> Told:
    return Told(message.id, seq, f"SM{message.id}.{seq}", said, fault)


def told(message: Message, said: str, fault: str | None = None, seq: int = 1) -> None:
    """Keep one as the book does, but in the transaction of the test."""
    row = asdict(one(message, said, fault, seq)) | {"received_at": NOW}
    db.session.execute(insert(Receipt).values(row).on_conflict_do_nothing())


@pytest.fixture
def book(app: Flask) -> ReceiptBook:
    found: ReceiptBook = app.extensions["owl.receipts"]
    return found


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
    order=st.permutations(["sent", "delivered", "read"] * 2),
    merge_after=st.sets(st.integers(0, 5)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_order_and_any_repetition_ends_as_delivered(
    session: Session, sent_text: Callable[[], Message], order: list[str], merge_after: set[int]
) -> None:
    message = sent_text()
    for place, said in enumerate(order):
        told(message, said)
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


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("30005", SuppressionReason.NO_SUCH_NUMBER),
        ("21610", SuppressionReason.STOPPED),
        ("30003", None),
        ("30007", None),
    ],
)
def test_a_dead_or_unwilling_number_is_left_alone(
    session: Session, fault: str, reason: SuppressionReason | None
) -> None:
    point = factories.contact_point(session, channel=Channel.SMS)
    message = factories.message(session)
    factories.delivery(session, point, of=message, status=DeliveryStatus.SENT)
    told(message, "undelivered", fault)
    merge_receipts(now=NOW)
    session.refresh(point)
    assert point.suppressed_reason is reason


def test_a_number_out_of_reach_three_times_in_a_row_is_left_alone(session: Session) -> None:
    point = factories.contact_point(session, channel=Channel.SMS)
    for said, fault in [
        ("undelivered", "30003"),
        ("undelivered", "30008"),
        ("delivered", None),  # and begins to count again
        ("undelivered", "30003"),
        ("undelivered", "30004"),
        ("undelivered", "30003"),
    ]:
        session.refresh(point)
        assert point.suppressed_at is None
        message = factories.message(session)
        factories.delivery(session, point, of=message, status=DeliveryStatus.SENT)
        told(message, said, fault)
        merge_receipts(now=NOW)
    session.refresh(point)
    assert point.suppressed_reason is SuppressionReason.NO_SUCH_NUMBER


def test_a_receipt_tells_the_reference_where_the_answer_was_lost(
    session: Session, sent_text: Callable[[], Message]
) -> None:
    message = sent_text()
    told(message, "sent")
    merge_receipts(now=NOW)
    assert session.scalars(sa.select(Delivery.provider_reference)).all() == [f"SM{message.id}.1"]


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


def test_many_threads_share_their_commits_and_ask_for_one_merging(
    committed: Session, app: Flask, book: ReceiptBook
) -> None:
    message, intake = factories.message(committed), ReceiptIntake(app, book)
    callbacks = [one(message, "sent", seq=seq % 100) for seq in range(1, 301)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(intake.keep, callbacks))
    assert committed.scalar(sa.select(sa.func.count()).select_from(Receipt)) == 100
    assert len(on_queue(Queue.NOTICES)) == 1
    assert 0 < connection().ttl("owl:waiting:MERGE_RECEIPTS") <= 10  # a lost job does not block for ever


def test_a_receipt_that_cannot_be_kept_is_said_to_be_lost(committed: Session, app: Flask, book: ReceiptBook) -> None:
    intake = ReceiptIntake(app, book)
    impossible = replace(one(factories.message(committed), "sent"), seq=2**40)
    with pytest.raises(NotKept):
        intake.keep(impossible)
    assert committed.scalar(sa.select(sa.func.count()).select_from(Receipt)) == 0


def test_the_book_opens_its_connection_again_after_postgresql_went_away(committed: Session, book: ReceiptBook) -> None:
    message = factories.message(committed)
    assert book.keep([one(message, "sent")], now=NOW) == 1
    gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE :mine"
    committed.execute(sa.text(gone), {"mine": "%INSERT INTO receipt%"})
    assert book.keep([one(message, "sent"), one(message, "delivered")], now=NOW) == 1


def test_thousands_of_receipts_are_merged_in_one_go(session: Session) -> None:
    message = factories.message(session, targeted=6_000)
    delivery = factories.delivery(session, of=message, status=DeliveryStatus.SENT)
    rows = [asdict(one(message, "sent", seq=seq)) | {"received_at": NOW} for seq in range(2, 6_001)]
    session.execute(insert(Receipt), rows)
    told(message, "delivered")
    assert merge_receipts(now=NOW) == 6_000
    session.refresh(delivery)
    assert delivery.status is DeliveryStatus.DELIVERED
