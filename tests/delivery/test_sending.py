"""A batch from claim to record, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.claiming import LEASE, claim_batch
from owl.delivery.models import Batch, Delivery
from owl.delivery.providers import Outcome, Result
from owl.delivery.queries import faults, ledger
from owl.delivery.recording import BACKOFF, GIVE_UP_AFTER, LeaseLost, record_outcomes
from owl.delivery.sending import send_batch
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Subscriber, Subscription, SuppressionReason
from owl.messages.models import Message, MessageStatus
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW

Plan = Callable[..., Message]
LATER = NOW + BACKOFF[0]


def send(message: Message, moment: datetime = NOW, no: int = 1) -> None:
    send_batch(message.id, no, worker="w1", clock=at(moment))


def test_everybody_is_written_to_once_and_the_message_is_sent(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(3)
    send(message)
    send(message)  # the job ran twice
    assert [one.seq for one in mail.handed] == [1, 2, 3]
    assert statuses(session, message) == ["sent"] * 3
    assert session.get_one(Message, message.id).status is MessageStatus.SENT
    assert ledger(session, message.id).holds


def test_who_left_after_planning_is_not_written_to(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(4)
    left, paused, changed, stays = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id))
    left.suppressed_at = NOW
    session.get_one(Subscriber, paused.subscriber_id).paused_until = NOW + timedelta(days=1)
    session.execute(
        sa.update(Subscription).where(Subscription.subscriber_id == changed.subscriber_id).values(kinds=["event"])
    )
    session.commit()
    wanted = stays.address
    send(message)
    assert [one.recipient for one in mail.handed] == [wanted]
    assert statuses(session, message) == ["suppressed"] * 3 + ["sent"]


def test_who_was_erased_after_planning_is_counted_as_left_out(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(1)
    session.execute(sa.update(ContactPoint).values(address=None, address_index=None, subscriber_id=None))
    session.commit()
    send(message)
    assert statuses(session, message) == ["suppressed"]


def test_nothing_goes_out_after_the_end_of_validity(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(2, valid_until=NOW + timedelta(hours=1))
    send(message, NOW + timedelta(hours=2))
    assert mail.handed == []
    assert statuses(session, message) == ["expired"] * 2


def test_a_passing_fault_is_tried_again_later_and_only_for_those_it_hit(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(3)
    mail.results[2] = (Result.TEMPORARY, "451 4.7.1")
    send(message)
    assert statuses(session, message) == ["sent", "queued", "sent"]
    mail.results.clear()
    send(message, LATER - timedelta(seconds=1))  # too early: nothing
    send(message, LATER)
    assert [one.seq for one in mail.handed] == [1, 2, 3, 2]
    assert statuses(session, message) == ["sent"] * 3
    assert session.scalar(sa.select(Delivery.fault).where(Delivery.seq == 2)) is None


def test_a_fault_that_never_passes_ends_as_failed(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(1)
    mail.results[1] = (Result.TEMPORARY, "relay")
    moment = NOW
    for _ in range(GIVE_UP_AFTER):
        send(message, moment)
        moment += BACKOFF[-1]
    assert statuses(session, message) == ["failed"]
    assert len(mail.handed) == GIVE_UP_AFTER
    assert [(fault.sentence, fault.count) for fault in faults(session, message.id)] == [
        ("The provider could not be reached", 1)
    ]


def test_a_mailbox_that_does_not_exist_fails_for_good_and_is_left_alone(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(2)
    mail.results[1] = (Result.PERMANENT, "550 5.1.1")
    send(message)
    assert statuses(session, message) == ["failed", "sent"]
    dead = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id)).first()
    assert dead is not None
    assert dead.suppressed_reason is SuppressionReason.BOUNCED


@pytest.mark.parametrize("address", ["line\nbreak@example.com", "no at sign", "two@@example.com", "a" * 10_000])
def test_an_address_that_cannot_stand_in_a_header_fails_alone(
    session: Session, planned: Plan, mail: FakeProvider, address: str
) -> None:
    message = planned(2)
    poison = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id)).first()
    assert poison is not None
    poison.address = address
    session.commit()
    send(message)
    assert statuses(session, message) == ["failed", "sent"]


def test_a_lost_answer_to_a_text_is_looked_up_before_it_is_sent_again(
    session: Session, planned: Plan, sms: FakeProvider
) -> None:
    message = planned(2, Channel.SMS)
    sms.results[1] = sms.results[2] = (Result.UNSURE, "timeout")
    send(message)
    assert statuses(session, message) == ["sending", "sending"]
    sms.results.clear()
    sms.known = {1}
    send(message, LATER)
    assert statuses(session, message) == ["sent", "queued"]
    send(message, LATER + BACKOFF[1])
    assert [one.seq for one in sms.handed] == [1, 2, 2]
    assert statuses(session, message) == ["sent", "sent"]


def test_a_receipt_that_came_first_is_not_undone_by_our_recording(
    session: Session, planned: Plan, sms: FakeProvider
) -> None:
    message = planned(1, Channel.SMS)
    sms.before_answering = lambda seq: session.execute(sa.update(Delivery).values(status="delivered"))
    send(message)
    assert statuses(session, message) == ["delivered"]
    assert session.scalar(sa.select(Delivery.provider_reference)) == "SM1"


def test_a_worker_whose_lease_has_ended_records_nothing(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(1)
    slow = claim_batch(message.id, 1, worker="slow", now=NOW)
    assert slow is not None
    assert claim_batch(message.id, 1, worker="other", now=NOW + LEASE) is None
    quick = claim_batch(message.id, 1, worker="quick", now=NOW + LEASE + timedelta(seconds=1))
    assert quick is not None
    assert quick.recipients[0].unsure
    with pytest.raises(LeaseLost):
        record_outcomes(slow, [Outcome(1, Result.PERMANENT, fault="550")], now=NOW + LEASE)
    assert statuses(session, message) == ["sending"]


def test_a_message_that_is_paused_or_cancelled_is_not_claimed(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    for status in (MessageStatus.PAUSED, MessageStatus.CANCELLED):
        message = planned(1)
        message.status = status
        session.commit()
        assert claim_batch(message.id, 1, worker="w", now=NOW) is None


def test_the_lease_names_its_worker(session: Session, planned: Plan) -> None:
    message = planned(1)
    claim_batch(message.id, 1, worker="worker-7", now=NOW)
    assert session.scalar(sa.select(Batch.worker)) == "worker-7"


def test_a_provider_that_takes_nothing_now_costs_nobody_an_attempt(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(2)
    mail.results[1] = (Result.NOT_NOW, "535")
    send(message)
    assert statuses(session, message) == ["queued", "sent"]
    assert session.scalars(sa.select(Delivery.attempts).order_by(Delivery.seq)).all() == [0, 1]
