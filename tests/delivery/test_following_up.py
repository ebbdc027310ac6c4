"""Updates and what happened: to exactly those whom the message reached, as it reached them, approved by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.approving import approve_message
from owl.delivery.digests.waiting import let_go
from owl.delivery.faults import UNSURE
from owl.delivery.follow_up_drafts import Words
from owl.delivery.following_up import AlreadyTold, NothingToFollow, Reworded, follow_up, prefilled, reword
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.queries import ledger
from owl.delivery.reached import count_reached, reached_by
from owl.delivery.sending import send_batch
from owl.delivery.standing_down import NothingToStandDown, stand_down
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.messages.approving import return_message
from owl.messages.counting import Reach
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from tests import factories
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW, neighbourhood_id

Plan = Callable[..., Message]
MORE = Words("Update: sheds", "They came back on Sunday. Lock yours.")
FOUND = Words("What happened: sheds", "We found the bicycles. Thank you.")


@pytest.fixture
def officer(session: Session) -> User:
    return factories.user(session, areas=[neighbourhood_id(session)])


@pytest.fixture
def supervisor(session: Session) -> User:
    return another_supervisor(session)


def another_supervisor(session: Session) -> User:
    """Whoever returned a message may not approve it later."""
    return factories.user(session, role=RoleName.SUPERVISOR, areas=[neighbourhood_id(session)])


def reached(session: Session, message: Message, *states: str) -> None:
    """Give delivery 1, 2 … of the message these states."""
    for seq, state in enumerate(states, start=1):
        one = (Delivery.message_id == message.id, Delivery.seq == seq)
        session.execute(sa.update(Delivery).where(*one).values(status=state))
    session.commit()
    session.expire_all()


def approve(session: Session, message_id: int, supervisor: User) -> Message:
    asked, supervisor = session.get_one(Message, message_id), session.merge(supervisor)
    approve_message(message_id, approver_id=supervisor.id, shown_hash=asked.audience_hash or b"", now=NOW)
    session.expire_all()
    return session.get_one(Message, message_id)


def test_it_goes_to_those_who_got_the_message_and_to_nobody_else_whatever_they_tick_now(
    session: Session, planned: Plan, officer: User, supervisor: User, mail: FakeProvider
) -> None:
    message = planned(5)
    number, code = message.id, message.code
    reached(session, message, "sent", "delivered", "failed", "suppressed", "delivered")
    factories.contact_point(session)  # somebody who joined since
    people = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id)).all()
    people[4].suppressed_at = NOW  # left since
    session.execute(sa.update(Subscription).values(kinds=["event"], only_urgent=True))
    session.commit()
    author_id = officer.id
    for which, words in ((FollowUp.UPDATE, MORE), (FollowUp.OUTCOME, FOUND)):
        written = follow_up(number, which, author_id=author_id, words=words, now=NOW)
        sent = approve(session, written, supervisor)
        assert (sent.follow_up, sent.kind, sent.targeted, sent.severity) == (which, which.kind, 2, Severity.ROUTINE)
        written = sent.id
        send_batch(written, 1, worker="w", clock=at(NOW))
        assert ledger(session, written).by_state == dict.fromkeys(DeliveryStatus, 0) | {"sent": 2}
    assert f"an earlier message about it ({code})".encode() in mail.handed[0].content.replace(b"=\r\n", b"")  # type: ignore[union-attr]


def test_as_many_are_counted_beforehand_as_it_goes_to(session: Session, planned: Plan) -> None:
    message = planned(9, Channel.SMS)
    reached(session, message, *["sent"] * 7, "failed", "failed")
    people = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id)).all()
    people[0].suppressed_at = NOW
    people[1].address = people[1].address_index = None
    people[2].subscriber_id = None
    session.get_one(Subscriber, people[3].subscriber_id).paused_until = NOW + timedelta(days=1)
    session.execute(sa.delete(Subscription).where(Subscription.subscriber_id == people[4].subscriber_id))
    unsure = (Delivery.message_id == message.id, Delivery.seq == 9)
    session.execute(sa.update(Delivery).where(*unsure).values(fault=UNSURE))
    session.commit()
    goes_to = session.execute(reached_by([message.id], NOW)).all()
    assert [row.contact_point_id for row in goes_to] == [people[number].id for number in (5, 6, 8)]
    for many in (0, 9):  # the two ways of counting
        assert count_reached(session, message.id, NOW, many=many) == Reach(homes=1, mails=0, texts=3)


def test_by_text_it_says_its_own_words_or_the_same(
    session: Session, planned: Plan, officer: User, supervisor: User, sms: FakeProvider
) -> None:
    message = planned(1, Channel.SMS)
    reached(session, message, "delivered")
    number, author_id = message.id, officer.id
    for short, heard in (("", "They came back"), ("Lock your shed.", "Lock your shed.")):
        words = Words(MORE.title, MORE.body, short, urgent=True)
        asked = follow_up(number, FollowUp.UPDATE, author_id=author_id, words=words, now=NOW)
        update = approve(session, asked, supervisor)
        assert update.severity is Severity.URGENT
        send_batch(update.id, 1, worker="w", clock=at(NOW))
        assert heard in sms.handed[-1].body  # type: ignore[union-attr]


def test_what_happened_is_told_once_and_updates_as_often_as_needed(
    session: Session, planned: Plan, officer: User
) -> None:
    message = planned(1)
    reached(session, message, "sent")
    for _ in range(2):
        follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW)
    follow_up(message.id, FollowUp.OUTCOME, author_id=officer.id, words=FOUND, now=NOW)
    with pytest.raises(AlreadyTold):
        follow_up(message.id, FollowUp.OUTCOME, author_id=officer.id, words=FOUND, now=NOW)


def test_one_that_came_back_is_asked_for_again_by_its_author_as_it_was_shown(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(1)
    reached(session, message, "sent")
    update = follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW)
    version = session.get_one(Message, update).version
    with pytest.raises(NotFound):
        reword(update, author_id=officer.id, words=FOUND, version=version, now=NOW)
    return_message(update, supervisor_id=supervisor.id, reason="Say when.", version=version, now=NOW)
    session.expire_all()
    version = session.get_one(Message, update).version
    with pytest.raises(NotFound):
        reword(update, author_id=supervisor.id, words=FOUND, version=version, now=NOW)
    with pytest.raises(Reworded):
        reword(update, author_id=officer.id, words=FOUND, version=version - 1, now=NOW)
    reword(update, author_id=officer.id, words=FOUND, version=version, now=NOW)
    assert approve(session, update, another_supervisor(session)).body == FOUND.body


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (Words("", "x"), {"title"}),
        (Words("x", " "), {"words"}),
        (Words("x", "a\u202eb"), {"words"}),
        (Words("x", "🦉" * 400), {"sms_text"}),
        (Words("x", "x", "🦉" * 400), {"sms_text"}),
    ],
)
def test_words_that_cannot_be_sent_are_said_field_by_field_and_nothing_is_written(
    session: Session, planned: Plan, officer: User, words: Words, fields: set[str]
) -> None:
    message = planned(1, Channel.SMS)
    reached(session, message, "sent")
    with pytest.raises(BadInput) as told:
        follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=words, now=NOW)
    assert set(told.value.fields) == fields
    assert session.scalar(sa.select(sa.func.count()).where(Message.follows_id == message.id)) == 0


def test_nothing_follows_what_nobody_got_or_what_follows_itself(session: Session, planned: Plan, officer: User) -> None:
    message = planned(1)
    with pytest.raises(NothingToFollow, match="Nobody has got"):
        follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW)
    reached(session, message, "sent")
    update = follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW)
    with pytest.raises(NothingToFollow, match="follows an earlier"):
        follow_up(update, FollowUp.OUTCOME, author_id=officer.id, words=FOUND, now=NOW)
    with pytest.raises(NothingToStandDown):
        stand_down(update, author_id=officer.id, title="x", words="x", now=NOW)


def test_after_a_stand_down_no_update_goes_out_and_what_happened_may_be_told(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(2)
    reached(session, message, "sent", "sent")
    ids = [follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW) for _ in range(3)]
    approve(session, ids[1], supervisor)
    approve(session, ids[2], supervisor).status = MessageStatus.SENT
    session.execute(sa.update(Delivery).where(Delivery.message_id == ids[2]).values(status="held_for_digest"))
    session.commit()
    stand_down(message.id, author_id=officer.id, title="Over", words="It is over.", now=NOW)
    let_go(session, [ids[2]], now=NOW)  # as the next digest does
    session.expire_all()
    assert [session.get_one(Message, number).status.value for number in ids] == ["cancelled", "cancelled", "sent"]
    waiting = sa.select(Delivery.status).where(Delivery.message_id.in_(ids)).distinct()
    assert session.scalars(waiting).all() == [DeliveryStatus.CANCELLED]
    with pytest.raises(NothingToFollow, match="stood down"):
        follow_up(message.id, FollowUp.UPDATE, author_id=officer.id, words=MORE, now=NOW)
    assert follow_up(message.id, FollowUp.OUTCOME, author_id=officer.id, words=FOUND, now=NOW)


def test_a_follow_up_that_waits_for_a_digest_is_not_lost_on_who_ticks_other_kinds(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(1)
    reached(session, message, "sent")
    outcome = approve(
        session, follow_up(message.id, FollowUp.OUTCOME, author_id=officer.id, words=FOUND, now=NOW), supervisor
    )
    session.execute(sa.update(Delivery).where(Delivery.message_id == outcome.id).values(status="held_for_digest"))
    session.execute(sa.update(Subscription).values(kinds=["event"], only_urgent=True))
    let_go(session, [outcome.id], now=NOW)
    assert statuses(session, outcome) == ["held_for_digest"]


def test_who_has_not_all_of_its_areas_or_may_not_write_is_refused(session: Session, planned: Plan) -> None:
    here = neighbourhood_id(session)
    message = planned(1, neighbourhood_ids=[here, neighbourhood_id(session, 1)])
    reached(session, message, "sent")
    for user in (factories.user(session, areas=[here]), factories.user(session, role=RoleName.ADMINISTRATOR)):
        with pytest.raises(Refused):
            follow_up(message.id, FollowUp.UPDATE, author_id=user.id, words=MORE, now=NOW)


def test_it_is_written_for_the_same_partner_and_an_update_holds_as_long(
    session: Session, planned: Plan, officer: User
) -> None:
    partner, until = factories.partner(session), NOW + timedelta(days=1)
    message = planned(1, valid_until=until)
    message.partner_id = partner.id
    reached(session, message, "sent")
    update, outcome = (
        session.get_one(Message, follow_up(message.id, which, author_id=officer.id, words=MORE, now=NOW))
        for which in (FollowUp.UPDATE, FollowUp.OUTCOME)
    )
    assert (update.partner_id, update.valid_until) == (partner.id, until)
    assert (outcome.partner_id, outcome.valid_until) == (partner.id, None)


def test_it_begins_with_words_that_name_the_message(session: Session) -> None:
    message = factories.message(session, title="Sheds", approved_at=NOW)
    assert prefilled(message, FollowUp.UPDATE).title == "Update: Sheds"
    words = prefilled(message, FollowUp.OUTCOME, happened="Somebody was arrested.")
    assert words.body == (
        'On Sunday 22 November, 14:05 we wrote to you about "Sheds". Somebody was arrested. Thank you for looking out.'
    )
