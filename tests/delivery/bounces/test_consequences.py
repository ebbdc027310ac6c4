"""What bounces and complaints change, and what they leave alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.bounces.consequences import settle_bounces
from owl.delivery.bounces.reading import Report
from owl.delivery.bounces.storing import Said, store_bounces
from owl.delivery.bounces.verdicts import Finding, Verdict
from owl.delivery.models import Bounce, Delivery, DeliveryStatus
from owl.delivery.queries import faults, ledger
from owl.foundation.jobs import Queue, on_queue
from owl.households.models import Consent, ContactPoint, Suppression, SuppressionReason
from owl.messages.models import Message
from tests import factories
from tests.factories import NOW


def said(delivery: Delivery, verdict: Verdict, fault: str | None = None, digest: bytes = b"one") -> Said:
    report = Report((((), Finding(verdict, fault)),), words="answered to <resident1@example.com>: blocked")
    return Said(delivery.message_id, delivery.seq, report, digest)


def bounced(session: Session, delivery: Delivery, verdict: Verdict, fault: str | None = None) -> None:
    store_bounces([said(delivery, verdict, fault)], now=NOW)
    settle_bounces(now=NOW)
    session.expire_all()


@pytest.fixture
def sent(session: Session) -> Delivery:
    point = factories.contact_point(session, verified_at=NOW - timedelta(days=300))
    return factories.delivery(
        session, point, of=factories.message(session), status=DeliveryStatus.SENT, changed_at=NOW - timedelta(hours=1)
    )


def point_of(session: Session, delivery: Delivery) -> ContactPoint:
    return session.get_one(ContactPoint, delivery.contact_point_id)


def test_a_hard_bounce_fails_the_delivery_and_suppresses_the_address(session: Session, sent: Delivery) -> None:
    bounced(session, sent, Verdict.HARD, "550 5.1.1")
    assert (sent.status, sent.fault) == (DeliveryStatus.FAILED, "550 5.1.1")
    point = point_of(session, sent)
    assert (point.suppressed_reason, point.suppressed_at) == (SuppressionReason.BOUNCED, NOW)
    assert session.scalars(sa.select(Suppression.reason)).one() is SuppressionReason.BOUNCED
    assert ledger(session, sent.message_id).holds
    assert [fault.sentence for fault in faults(session, sent.message_id)] == ["The mailbox does not exist"]


@pytest.mark.parametrize(("verdict", "fault"), [(Verdict.SOFT, "552 5.2.2"), (Verdict.OURS, "550 5.7.1")])
def test_any_other_failure_fails_the_delivery_and_leaves_the_address_alone(
    session: Session, sent: Delivery, verdict: Verdict, fault: str
) -> None:
    bounced(session, sent, verdict, fault)
    assert (sent.status, sent.fault) == (DeliveryStatus.FAILED, fault)
    assert point_of(session, sent).suppressed_reason is None


@pytest.mark.parametrize("verdict", [Verdict.AUTOMATIC, Verdict.DELAYED, Verdict.DELIVERED, Verdict.UNCLEAR])
def test_what_reports_no_failure_changes_nothing(session: Session, sent: Delivery, verdict: Verdict) -> None:
    bounced(session, sent, verdict)
    assert sent.status is DeliveryStatus.SENT
    assert point_of(session, sent).suppressed_reason is None


def test_a_complaint_suppresses_at_once_and_takes_consent_back(session: Session, sent: Delivery) -> None:
    bounced(session, sent, Verdict.COMPLAINT)
    assert sent.status is DeliveryStatus.SENT  # it arrived
    assert point_of(session, sent).suppressed_reason is SuppressionReason.COMPLAINED
    [consent] = session.scalars(sa.select(Consent))
    assert (consent.given, consent.source) == (False, "complaint")


def test_a_complaint_stands_over_a_bounce_of_the_same_address(session: Session, sent: Delivery) -> None:
    store_bounces([said(sent, Verdict.HARD, "5.1.1"), said(sent, Verdict.COMPLAINT, digest=b"two")], now=NOW)
    assert settle_bounces(now=NOW) == 2
    session.expire_all()
    assert point_of(session, sent).suppressed_reason is SuppressionReason.COMPLAINED


@pytest.mark.parametrize("final", [DeliveryStatus.FAILED, DeliveryStatus.DELIVERED, DeliveryStatus.CANCELLED])
def test_what_is_final_is_not_moved_by_a_late_bounce(session: Session, sent: Delivery, final: DeliveryStatus) -> None:
    sent.status, sent.fault = final, "552 5.2.2"
    session.commit()
    bounced(session, sent, Verdict.HARD, "550 5.1.1")
    assert (sent.status, sent.fault) == (final, "552 5.2.2")


def test_a_report_that_comes_again_is_one_report(session: Session, sent: Delivery) -> None:
    for _ in range(3):
        store_bounces([said(sent, Verdict.SOFT, "4.2.2")], now=NOW)
    assert settle_bounces(now=NOW) == 1
    assert settle_bounces(now=NOW) == 0
    assert len(on_queue(Queue.NOTICES)) == 1


def test_an_address_proved_again_after_the_mail_went_out_is_not_suppressed(session: Session, sent: Delivery) -> None:
    point_of(session, sent).verified_at = NOW
    session.commit()
    bounced(session, sent, Verdict.HARD, "550 5.1.1")
    assert sent.status is DeliveryStatus.FAILED
    assert point_of(session, sent).suppressed_reason is None


def test_a_report_about_no_delivery_is_kept_and_changes_nothing(session: Session) -> None:
    report = Report((((), Finding(Verdict.HARD, "5.1.1")),))
    store_bounces([Said(999, 1, report, b"")], now=NOW)
    assert settle_bounces(now=NOW) == 1
    assert session.scalars(sa.select(Bounce.contact_point_id)).one() is None


def test_the_words_of_a_refusal_are_kept_without_the_address_and_only_where_it_is_about_us(
    session: Session, sent: Delivery
) -> None:
    store_bounces([said(sent, Verdict.OURS), said(sent, Verdict.HARD, digest=b"two")], now=NOW)
    assert session.scalars(sa.select(Bounce.words).order_by(Bounce.id)).all() == ["answered to : blocked", None]


def soft_bounces(session: Session, point: ContactPoint, days_ago: list[int], arrived: list[int]) -> None:
    for day in sorted({*days_ago, *arrived}, reverse=True):
        when = NOW - timedelta(days=day)
        message: Message = factories.message(session)
        delivery = factories.delivery(session, point, of=message, status=DeliveryStatus.SENT, changed_at=when)
        if day in days_ago:
            store_bounces([said(delivery, Verdict.SOFT, "452 4.2.2")], now=when)
            settle_bounces(now=when)


@pytest.mark.parametrize(
    ("days_ago", "arrived", "suppressed"),
    [
        ([20, 15, 10, 5, 0], [], True),
        ([20, 15, 10, 5], [], False),  # four
        ([4, 3, 2, 1, 0], [], False),  # within days
        ([20, 15, 10, 5, 0], [12], False),  # one arrived in between
        ([80, 20, 15, 10, 5, 0], [40], True),  # arrived before the row began
        ([200, 150, 100, 95, 0], [], False),  # long ago
    ],
)
def test_five_soft_bounces_in_a_row_over_two_weeks_suppress(
    session: Session, days_ago: list[int], arrived: list[int], suppressed: bool
) -> None:
    point = factories.contact_point(session, verified_at=NOW - timedelta(days=300))
    soft_bounces(session, point, days_ago, arrived)
    session.expire_all()
    assert (point.suppressed_reason is SuppressionReason.BOUNCED) is suppressed


def test_thousands_are_settled_by_jobs_that_follow_one_another(session: Session, sent: Delivery) -> None:
    session.execute(
        sa.insert(Bounce),
        [
            {"message_id": sent.message_id, "seq": 1, "digest": str(no).encode(), "verdict": "soft", "received_at": NOW}
            for no in range(10_500)
        ],
    )
    session.commit()
    assert settle_bounces(now=NOW) == 10_000
    assert settle_bounces(now=NOW) == 500
