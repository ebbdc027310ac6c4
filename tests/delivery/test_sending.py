"""A batch from claim to record, whatever happens in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.claiming import LEASE, claim_batch, claim_next
from owl.delivery.models import Batch, Delivery
from owl.delivery.pauses import BACKOFF, LONGEST
from owl.delivery.providers import Outcome, Result
from owl.delivery.queries import faults, ledger
from owl.delivery.recording import LeaseLost, record_outcomes
from owl.delivery.sending import send_batch
from owl.delivery.shifts import Shift
from owl.foundation.jobs import Queue, on_queue
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Subscriber, Subscription, SuppressionReason
from owl.households.partner_models import Partner, PartnerTick
from owl.messages.models import Message, MessageStatus
from tests import factories
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


def test_each_mail_says_when_its_reader_made_the_choice_for_that_home(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(3)
    joined, changed, moved = session.scalars(sa.select(Subscription).order_by(Subscription.id))
    joined.created_at = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # winter time
    changed.chosen_at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # already July in London
    moved.household_id = factories.household(session, postcode="SG6 1AA").id
    moved.chosen_at = datetime(2026, 9, 27, 12, tzinfo=UTC)
    session.add(Subscription(subscriber_id=joined.subscriber_id, household_id=moved.household_id, kinds=["event"],
                             created_at=NOW))  # fmt: skip
    session.commit()
    send(message)
    days = [re.search(rb"You chose this on: +(.*?)\r", one.content) for one in mail.handed]
    assert [day and day[1] for day in days] == [b"28 March 2026", b"1 July 2026", b"27 September 2026"]


def test_a_partners_mail_says_when_its_reader_ticked_the_partner(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    partner = Partner(name="Hertfordshire Fire and Rescue", purpose="Fires near you", created_at=NOW)
    session.add(partner)
    session.flush()
    message = planned(1)
    [tie] = session.scalars(sa.select(Subscription))
    session.add(
        PartnerTick(subscriber_id=tie.subscriber_id, partner_id=partner.id, purpose=partner.purpose, source="my page",
                    ticked_at=datetime(2026, 5, 5, 12, tzinfo=UTC))
    )  # fmt: skip
    message.partner_id = partner.id
    session.commit()
    send(message)
    for words in (b"On behalf of Hertfordshire Fire and Rescue.", b"this partner: Hertfordshire Fire", b" 5 May 2026"):
        assert words in mail.handed[0].content.replace(b"=\r\n", b"")


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
    for _ in range(6):
        send(message, moment)
        moment += BACKOFF[-1]
    assert statuses(session, message) == ["queued"]
    send(message, NOW + LONGEST)
    assert statuses(session, message) == ["failed"]
    assert len(mail.handed) == 7
    assert [(fault.sentence, fault.count) for fault in faults(session, message.id)] == [
        ("The provider could not be reached", 1)
    ]


def test_a_fault_that_nobody_knows_is_tried_three_times(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(1)
    mail.results[1] = (Result.TEMPORARY, "499")
    for moment in (NOW, NOW + BACKOFF[-1], NOW + 2 * BACKOFF[-1]):
        assert statuses(session, message) == ["queued"]
        send(message, moment)
    assert statuses(session, message) == ["failed"]


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
    claim_next(slow, from_seq=1, limit=1, now=NOW)
    after = NOW + LEASE + timedelta(seconds=1)
    quick = claim_batch(message.id, 1, worker="quick", now=after)
    assert quick is not None
    assert claim_next(slow, from_seq=1, limit=1, now=after).recipients == []
    assert claim_next(quick, from_seq=1, limit=1, now=after).recipients[0].unsure
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


def test_too_many_refused_stop_the_message_in_the_middle(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(80)
    for seq in range(1, 81):
        mail.results[seq] = (Result.PERMANENT, "550 5.7.1")
    send(message)
    assert session.get_one(Message, message.id).status is MessageStatus.PAUSED
    assert statuses(session, message) == ["failed"] * 50 + ["queued"] * 30  # the first stride


def test_a_job_whose_time_is_up_leaves_the_rest_for_the_next(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(120)
    shift = Shift(seconds=lambda: 9.0 if mail.handed else 0.0)
    send_batch(message.id, 1, worker="w", clock=at(NOW), shift=shift)
    assert statuses(session, message) == ["sent"] * 50 + ["queued"] * 70
    assert session.scalars(sa.select(Delivery.attempts).distinct().order_by(Delivery.attempts)).all() == [0, 1]
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]] * 2
    send(message)
    assert statuses(session, message) == ["sent"] * 120
    assert len(mail.handed) == 120


def test_a_worker_told_to_stop_writes_down_what_went_out_and_gives_back_the_rest(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(120)
    told: list[int] = []
    mail.before_answering = told.append
    send_batch(message.id, 1, worker="w", clock=at(NOW), shift=Shift(told_to_stop=lambda: len(told) > 10))
    assert statuses(session, message) == ["sent"] * 50 + ["queued"] * 70
    batch = session.get_one(Batch, (message.id, 1))
    assert (batch.lease_until, batch.worker, batch.done_at) == (None, None, None)


def test_a_worker_that_must_leave_leaves_what_is_on_its_way_unsure(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(5)
    shift = Shift(told_to_stop=lambda: bool(mail.handed), seconds=lambda: 4.0 * len(mail.handed))
    send_batch(message.id, 1, worker="w", clock=at(NOW), shift=shift)
    assert statuses(session, message) == ["sent"] * 3 + ["sending"] * 2
    send(message)
    assert statuses(session, message) == ["sent"] * 5
    assert [one.seq for one in mail.handed] == [1, 2, 3, 4, 5]


def test_a_delivery_without_an_answer_is_not_tried_again_at_once(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(2)
    mail.silent_about = {2}
    send(message)
    send(message)
    assert statuses(session, message) == ["sent", "sending"]
    assert len(mail.handed) == 2
    mail.silent_about = set()
    send(message, LATER)
    assert statuses(session, message) == ["sent", "sent"]


def test_a_look_up_that_fails_leaves_the_text_unsure(session: Session, planned: Plan, sms: FakeProvider) -> None:
    message = planned(1, Channel.SMS)
    sms.results[1] = (Result.UNSURE, "timeout")
    send(message)
    sms.look_up_fails = True
    send(message, LATER)
    assert statuses(session, message) == ["sending"]
    assert len(sms.handed) == 1


def test_an_outcome_that_is_written_twice_counts_once(session: Session, planned: Plan) -> None:
    message = planned(1)
    claim = claim_batch(message.id, 1, worker="w", now=NOW)
    assert claim is not None
    claim_next(claim, from_seq=1, limit=1, now=NOW)
    for _ in range(2):
        assert record_outcomes(claim, [Outcome(1, Result.TEMPORARY, fault="451")], now=NOW)
    assert statuses(session, message) == ["queued"]
    assert session.scalar(sa.select(Delivery.attempts)) == 1


def test_an_address_that_cannot_be_read_fails_alone(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(2)
    first = session.scalars(sa.select(ContactPoint.id).order_by(ContactPoint.id)).first()
    session.execute(sa.text("UPDATE contact_point SET address_encrypted = 'k0:x' WHERE id = :first"), {"first": first})
    session.commit()
    send(message)
    assert statuses(session, message) == ["failed", "sent"]


@pytest.mark.parametrize("result", Result)
def test_a_message_paused_meanwhile_hands_over_no_more_than_a_stride(
    session: Session, planned: Plan, mail: FakeProvider, result: Result
) -> None:
    message = planned(120)
    mail.results[1] = (result, "x")

    def pause(seq: int) -> None:
        session.execute(sa.update(Message).values(status="paused"))

    mail.before_answering = pause
    send(message)
    assert len(mail.handed) == 50
    assert ledger(session, message.id).holds
