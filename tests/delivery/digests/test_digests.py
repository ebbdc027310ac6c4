"""From what waits to one mail, and back to what became of it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.cancelling import cancel_message
from owl.delivery.digests.models import Carried, Digest
from owl.delivery.digests.waiting import let_go_of
from owl.delivery.faults import UNSURE
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.pauses import LONGEST
from owl.delivery.providers import OutgoingMail, OutgoingSms, Result
from owl.foundation.jobs import connection
from owl.foundation.notices import Channel
from owl.households.choices import Kind, Rhythm
from owl.households.models import ContactPoint, Subscriber, SuppressionReason
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider
from tests.delivery.digests.conftest import MORNING, Town

EMAIL, SMS = Channel.EMAIL, Channel.SMS


def words(mail: FakeProvider, no: int = 0) -> str:
    sent = mail.handed[no]
    assert isinstance(sent, OutgoingMail)
    body = message_from_bytes(sent.content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_all_that_waits_goes_in_one_mail_and_is_sent_with_it(town: Town, mail: FakeProvider) -> None:
    anna, omar = town.person(), town.person()
    sheds, fair = town.waits(anna, omar, title="Shed break-ins"), town.waits(anna, title="Summer fair", kind=Kind.EVENT)

    assert town.compose() == 2
    assert town.statuses(sheds) == ["held_for_digest"] * 2
    town.send()

    assert len(mail.handed) == 2
    both = next(words(mail, no) for no in (0, 1) if "Summer fair" in words(mail, no))
    assert "Your 2 messages today" in both
    assert "Shed break-ins" in both
    assert town.statuses(sheds) == ["sent", "sent"]
    assert town.statuses(fair) == ["sent"]
    assert town.all_add_up()
    digest = town.digest()
    assert (digest.status, digest.targeted) == (MessageStatus.SENT, 2)


def test_composing_and_sending_twice_is_harmless(town: Town, mail: FakeProvider) -> None:
    anna = town.person()
    town.waits(anna)
    for _ in range(2):
        town.compose()
        town.send()
    later = town.waits(anna, title="Held after the digest was made")
    town.compose(MORNING + timedelta(hours=1))
    town.send(MORNING + timedelta(hours=1))
    assert len(mail.handed) == 1
    assert town.statuses(later) == ["held_for_digest"]
    town.compose(MORNING + timedelta(days=1))
    town.send(MORNING + timedelta(days=1))
    assert len(mail.handed) == 2
    assert "Your message today" in words(mail, 1)


def test_an_empty_digest_is_not_sent_and_not_looked_for_again(town: Town, mail: FakeProvider) -> None:
    town.person()
    assert town.compose() == 0
    assert set(town.session.scalars(sa.select(Digest.message_id))) == {None}
    assert mail.handed == []


def test_who_chose_a_week_waits_until_monday(town: Town, mail: FakeProvider) -> None:
    town.compose(MORNING - timedelta(days=6))  # a Tuesday: this week's is made
    weekly = town.waits(town.person(rhythm=Rhythm.WEEKLY), approved_at=MORNING - timedelta(days=6))
    for day in range(5, 0, -1):
        town.compose(MORNING - timedelta(days=day))
    assert town.statuses(weekly) == ["held_for_digest"]
    town.compose()
    town.send()
    assert "Your message this week" in words(mail)
    assert town.statuses(weekly) == ["sent"]


def test_what_is_beyond_the_allowance_of_somebody_who_gets_all_at_once_comes_next_morning(
    town: Town, mail: FakeProvider
) -> None:
    held = town.waits(town.person(rhythm=Rhythm.AT_ONCE))
    town.compose()
    town.send()
    assert town.statuses(held) == ["sent"]
    assert "because you had many messages this week" in words(mail)


def test_a_person_with_mail_and_text_gets_one_mail_and_each_mailbox_its_own(
    town: Town, mail: FakeProvider, sms: FakeProvider
) -> None:
    message = town.waits(town.person(EMAIL, SMS, EMAIL), title="Shed break-ins")
    town.compose()
    town.send()
    assert len(mail.handed) == 2
    assert sms.handed == []
    assert town.statuses(message) == ["sent"] * 3
    assert words(mail).count("Shed break-ins") == 1


def test_a_person_without_mail_gets_one_text_that_says_how_many_wait(
    town: Town, mail: FakeProvider, sms: FakeProvider
) -> None:
    anna = town.person(SMS, SMS)
    messages = [town.waits(anna), town.waits(anna)]
    town.compose()
    town.send()
    [sent] = sms.handed
    assert isinstance(sent, OutgoingSms)
    assert f"{town.digest().code}: 2 messages wait for you. Read here: http://localhost:5000/r/" in sent.body
    assert [town.statuses(message) for message in messages] == [["sent", "sent"]] * 2
    assert mail.handed == []


@pytest.mark.parametrize("when", ["before the digest is made", "after it was made"])
def test_what_is_over_cancelled_stood_down_or_not_wanted_any_more_is_left_out(
    town: Town, mail: FakeProvider, when: str
) -> None:
    anna = town.person()
    stays = town.waits(anna, title="Stays")
    over = town.waits(anna, title="Over", valid_until=MORNING + timedelta(hours=3))
    cancelled, ended = town.waits(anna, title="Cancelled"), town.waits(anna, title="Ended")
    unticked = town.waits(anna, title="Unticked", kind=Kind.EVENT)
    if when == "after it was made":
        assert town.compose() == 1
    town.session.execute(sa.update(Message).where(Message.id == cancelled).values(status="cancelled"))
    factories.message(town.session, kind=Kind.STAND_DOWN, follows_id=ended, targeted=0)
    town.session.execute(sa.text("UPDATE subscription SET kinds = array_remove(kinds, 'event')"))
    town.session.commit()
    later = MORNING + timedelta(hours=4)
    town.compose(later)
    town.send(later)

    [sent] = [words(mail, no) for no in range(len(mail.handed))]
    assert "Stays" in sent
    assert not any(title in sent for title in ("Over", "Cancelled", "Ended", "Unticked"))
    ends = [town.statuses(message) for message in (stays, over, cancelled, ended, unticked)]
    assert ends == [["sent"], ["expired"], ["cancelled"], ["cancelled"], ["suppressed"]]
    assert town.all_add_up()


def test_a_digest_with_nothing_left_in_it_is_not_sent(town: Town, mail: FakeProvider) -> None:
    message = town.waits(town.person(), valid_until=MORNING + timedelta(hours=1))
    town.compose()
    town.send(MORNING + timedelta(hours=2))
    assert mail.handed == []
    assert town.statuses(message) == ["expired"]
    assert town.statuses(town.digest().id) == ["expired"]
    assert town.digest().status is MessageStatus.SENT


def test_who_left_or_paused_meanwhile_gets_nothing(town: Town, mail: FakeProvider) -> None:
    left, paused, pressed = town.person(), town.person(), town.person()
    message = town.waits(left, paused, pressed)
    town.compose()
    leaves = sa.update(ContactPoint).where(ContactPoint.subscriber_id == left)
    town.session.execute(leaves.values(suppressed_at=MORNING, suppressed_reason=SuppressionReason.UNSUBSCRIBED))
    pauses = sa.update(Subscriber).where(Subscriber.id == paused)
    town.session.execute(pauses.values(paused_until=MORNING + timedelta(days=2)))
    town.session.commit()
    town.send()
    assert town.statuses(message) == ["suppressed", "suppressed", "sent"]
    assert len(mail.handed) == 1


def test_who_was_erased_meanwhile_is_left_out(town: Town, mail: FakeProvider) -> None:
    message = town.waits(town.person())
    town.compose()
    town.session.execute(sa.text("UPDATE contact_point SET address_encrypted = NULL, address_index = NULL"))
    town.session.execute(sa.text("UPDATE contact_point SET subscriber_id = NULL"))
    town.session.commit()
    town.send()
    assert town.statuses(message) == ["suppressed"]
    assert mail.handed == []


def test_a_fault_of_the_digest_is_a_fault_of_all_in_it(town: Town, mail: FakeProvider) -> None:
    anna, omar = town.person(), town.person()
    message = town.waits(anna, omar)
    mail.results = {1: (Result.PERMANENT, "550 5.1.1"), 2: (Result.TEMPORARY, "451")}
    town.compose()
    town.send()
    assert town.statuses(message) == ["failed", "held_for_digest"]
    assert town.session.scalar(sa.select(Delivery.fault).where(Delivery.status == DeliveryStatus.FAILED)) == "550 5.1.1"
    town.send(MORNING + LONGEST)
    assert town.statuses(message) == ["failed", "failed"]
    assert town.all_add_up()


def test_a_worker_that_dies_in_the_middle_loses_nothing(town: Town, mail: FakeProvider) -> None:
    people = [town.person() for _ in range(3)]
    message = town.waits(*people)
    town.compose()

    def die(seq: int) -> None:
        if seq == 2:
            raise KeyboardInterrupt

    mail.before_answering = die
    with pytest.raises(KeyboardInterrupt):
        town.send()
    mail.before_answering = lambda seq: None
    connection().flushall()
    town.send(MORNING + timedelta(minutes=5))
    assert [one.seq for one in mail.handed] == [1, 2, 2, 3]
    assert town.statuses(message) == ["sent"] * 3
    assert town.session.scalar(sa.select(sa.func.count()).select_from(Carried)) == 3


def test_what_may_have_gone_out_before_it_was_over_is_marked_as_unsure(town: Town, mail: FakeProvider) -> None:
    message = town.waits(town.person(), valid_until=MORNING + timedelta(minutes=1))
    town.compose()
    mail.silent_about = {1}
    town.send()
    assert town.statuses(message) == ["held_for_digest"]
    town.send(MORNING + timedelta(hours=1))
    assert town.statuses(message) == ["expired"]
    assert town.session.scalar(sa.select(Delivery.fault).where(Delivery.message_id == message)) == UNSURE


def test_a_message_that_is_cancelled_is_let_go_at_once_but_for_what_is_with_its_reader(
    town: Town, mail: FakeProvider, session: Session
) -> None:
    officer = factories.user(session, areas=[factories.neighbourhood_id(session)])
    message = town.waits(town.person(), status=MessageStatus.SENDING, author_id=officer.id)
    cancel_message(message, user_id=officer.id, now=MORNING)
    assert town.statuses(message) == ["cancelled"]

    other = town.waits(town.person())
    town.compose()
    session.execute(sa.update(Delivery).where(Delivery.message_id == town.digest().id).values(status="sending"))
    factories.message(session, kind=Kind.STAND_DOWN, follows_id=other)
    let_go_of(other, now=MORNING)
    assert town.statuses(other) == ["held_for_digest"]


def test_a_digest_that_is_refused_again_and_again_is_not_paused_since_nobody_could_let_it_go_on(
    town: Town, mail: FakeProvider
) -> None:
    people = [town.person() for _ in range(60)]
    town.waits(*people)
    mail.results = dict.fromkeys(range(1, 61), (Result.PERMANENT, "550 5.1.1"))
    town.compose()
    town.send()
    assert town.digest().status is MessageStatus.SENT
    assert set(town.statuses(town.digest().id)) == {"failed"}


def test_those_who_read_the_same_come_one_after_the_other(town: Town, session: Session) -> None:
    people = [town.person() for _ in range(6)]
    town.waits(*people[::2])
    town.waits(*people)
    town.compose()
    counted = (
        sa.select(sa.func.count())
        .where(Carried.digest_id == town.digest().id)
        .group_by(Carried.digest_seq)
        .order_by(Carried.digest_seq)
    )
    assert sorted(found := list(session.scalars(counted))) in (found, found[::-1])
    assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
