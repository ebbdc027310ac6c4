"""A stand-down: to exactly those whom the message reached, once, before everything else, approved by another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.approving import approve_message
from owl.delivery.cancelling import cancel_message
from owl.delivery.models import Batch, Delivery
from owl.delivery.queries import ledger
from owl.delivery.sending import send_batch
from owl.delivery.standing_down import NothingToStandDown, StoodDown, prefilled, stand_down
from owl.foundation.errors import BadInput, OwlError, Refused
from owl.foundation.jobs import Queue, connection
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.messages.approving import ReturnedByYou, SelfApproval, return_message
from owl.messages.composing import cancel_draft, save_draft, submit_message
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider, at, plan_message, statuses
from tests.factories import NOW, neighbourhood_id

Plan = Callable[..., Message]
WORDS = {"title": "Stand-down: found", "words": "She is home. Thank you."}


@pytest.fixture
def officer(session: Session) -> User:
    return factories.user(session, areas=[neighbourhood_id(session)])


@pytest.fixture
def supervisor(session: Session) -> User:
    return another_supervisor(session)


def another_supervisor(session: Session) -> User:
    """Whoever returned a message may not approve it later."""
    return factories.user(session, role=RoleName.SUPERVISOR, areas=[neighbourhood_id(session)])


def reached(session: Session, message: Message, **states: str) -> None:
    """Give delivery 1, 2 … of the message these states: one="sent", two="failed" …"""
    for seq, state in enumerate(states.values(), start=1):
        status, _, fault = state.partition(" ")
        session.execute(
            sa.update(Delivery)
            .where(Delivery.message_id == message.id, Delivery.seq == seq)
            .values(status=status, fault=fault or None)
        )
    session.commit()
    session.expire_all()


def approve(session: Session, message_id: int, supervisor: User) -> Message:
    asked = session.get_one(Message, message_id)
    approve_message(message_id, approver_id=supervisor.id, shown_hash=asked.audience_hash or b"", now=NOW)
    session.expire_all()
    return session.get_one(Message, message_id)


def people_of(session: Session, message: Message) -> list[int]:
    rows = sa.select(Delivery.contact_point_id).where(Delivery.message_id == message.id)
    return sorted(session.scalars(rows))


def test_it_goes_to_those_who_were_or_may_have_been_reached_and_to_nobody_else(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(8)
    everybody = people_of(session, message)
    reached(
        session, message, a="sent", b="delivered", c="sending", d="failed 550", e="suppressed", f="cancelled",
        g="expired", h="cancelled unsure",
    )  # fmt: skip
    factories.contact_point(session)  # somebody who joined since
    ending = approve(session, stand_down(message.id, author_id=officer.id, **WORDS, now=NOW), supervisor)
    assert people_of(session, ending) == [everybody[place] for place in (0, 1, 2, 7)]
    assert (ending.kind, ending.follows_id, ending.targeted) == (Kind.STAND_DOWN, message.id, 4)
    assert ledger(session, ending.id).holds
    assert set(session.scalars(sa.select(Batch.lane).where(Batch.message_id == ending.id))) == {Queue.URGENT}


def test_who_left_or_paused_since_is_not_written_to_and_who_chose_other_kinds_is(
    session: Session, planned: Plan, officer: User, supervisor: User, mail: FakeProvider
) -> None:
    message = planned(5)
    reached(session, message, a="sent", b="sent", c="sent", d="sent", e="sent")
    points = session.scalars(sa.select(ContactPoint).order_by(ContactPoint.id)).all()
    points[0].suppressed_at = NOW
    session.get_one(Subscriber, points[1].subscriber_id).paused_until = NOW + timedelta(days=1)
    session.execute(sa.update(Subscription).values(kinds=["event"]))
    session.commit()
    ending = approve(session, stand_down(message.id, author_id=officer.id, **WORDS, now=NOW), supervisor)
    assert ending.targeted == 3
    points[2].suppressed_at = NOW  # between approval and sending
    session.commit()
    send_batch(ending.id, 1, worker="w", clock=at(NOW))
    assert statuses(session, ending) == ["suppressed", "sent", "sent"]


def test_it_goes_by_the_same_channel_with_the_same_words(
    session: Session, planned: Plan, officer: User, supervisor: User, sms: FakeProvider
) -> None:
    message = planned(2, Channel.SMS)
    reached(session, message, a="delivered", b="failed 30005")
    ending = approve(session, stand_down(message.id, author_id=officer.id, **WORDS, now=NOW), supervisor)
    send_batch(ending.id, 1, worker="w", clock=at(NOW))
    [text] = sms.handed
    assert "She is home. Thank you." in text.body


def test_a_message_on_its_way_stops_at_once_before_anybody_approves(
    session: Session, planned: Plan, officer: User
) -> None:
    message = planned(3)
    reached(session, message, a="sent")
    ending = stand_down(message.id, author_id=officer.id, **WORDS, version=message.version, now=NOW)
    assert statuses(session, message) == ["sent", "cancelled", "cancelled"]
    assert session.get_one(Message, message.id).status is MessageStatus.CANCELLED
    assert session.get_one(Message, ending).status is MessageStatus.AWAITING_APPROVAL


def test_its_author_may_not_approve_it(session: Session, planned: Plan, supervisor: User) -> None:
    message = planned(1)
    reached(session, message, a="sent")
    ending = stand_down(message.id, author_id=supervisor.id, **WORDS, now=NOW)
    with pytest.raises(SelfApproval):
        approve(session, ending, supervisor)


def test_what_came_back_is_asked_for_again_with_other_words(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(1)
    reached(session, message, a="sent")
    ending = stand_down(message.id, author_id=officer.id, **WORDS, now=NOW)
    version = session.get_one(Message, ending).version
    return_message(ending, supervisor_id=supervisor.id, reason="Say who.", version=version, now=NOW)
    with pytest.raises(StoodDown):
        stand_down(message.id, author_id=supervisor.id, **WORDS, now=NOW)
    assert stand_down(message.id, author_id=officer.id, title="Found", words="Joan is home.", now=NOW) == ending
    with pytest.raises(ReturnedByYou):
        approve(session, ending, supervisor)
    assert approve(session, ending, another_supervisor(session)).body == "Joan is home."


def test_there_is_one_of_each_message_unless_it_was_put_away(session: Session, planned: Plan, officer: User) -> None:
    message = planned(1)
    reached(session, message, a="sent")
    first = stand_down(message.id, author_id=officer.id, **WORDS, now=NOW)
    with pytest.raises(StoodDown):
        stand_down(message.id, author_id=officer.id, **WORDS, now=NOW)
    cancel_draft(first, user_id=officer.id, now=NOW)
    assert stand_down(message.id, author_id=officer.id, **WORDS, now=NOW) != first


def test_of_two_at_once_one_is_written(app: Flask, committed: Session) -> None:
    message = plan_message(committed, 2)
    reached(committed, message, a="sent", b="sent")
    user = factories.user(committed, areas=message.neighbourhood_ids)
    number, who = message.id, user.id

    def press(_: int) -> str:
        with app.app_context():
            try:
                stand_down(number, author_id=who, **WORDS, now=NOW)
            except OwlError as error:
                return type(error).__name__
            return "written"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(press, range(6)))

    assert told.count("written") == 1
    assert set(told) <= {"written", "StoodDown", "MovedMeanwhile"}


@pytest.mark.parametrize("states", [{}, {"a": "failed 550"}])
def test_what_reached_nobody_is_not_stood_down(
    session: Session, planned: Plan, officer: User, states: dict[str, str]
) -> None:
    message = planned(1)
    reached(session, message, **states)
    with pytest.raises(NothingToStandDown, match="Nobody has got"):
        stand_down(message.id, author_id=officer.id, **WORDS, now=NOW)


def test_a_stand_down_is_not_stood_down(
    session: Session, planned: Plan, officer: User, supervisor: User, mail: FakeProvider
) -> None:
    message = planned(1)
    reached(session, message, a="sent")
    ending = approve(session, stand_down(message.id, author_id=officer.id, **WORDS, now=NOW), supervisor)
    send_batch(ending.id, 1, worker="w", clock=at(NOW))
    with pytest.raises(NothingToStandDown):
        stand_down(ending.id, author_id=officer.id, **WORDS, now=NOW)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": "", "words": "x"}, "title"),
        ({"title": "x", "words": " "}, "words"),
        ({"title": "x\ny", "words": "x"}, "title"),
        ({"title": "x", "words": "🦉" * 400}, "words"),
    ],
)
def test_words_that_cannot_be_sent_stop_nothing(
    session: Session, planned: Plan, officer: User, words: dict[str, str], field: str
) -> None:
    message = planned(2, Channel.SMS)
    reached(session, message, a="sent")
    with pytest.raises(BadInput) as told:
        stand_down(message.id, author_id=officer.id, **words, now=NOW)
    assert set(told.value.fields) == {field}
    assert statuses(session, message) == ["sent", "queued"]


def test_who_has_not_all_of_its_areas_or_may_not_write_is_refused(session: Session, planned: Plan) -> None:
    here = neighbourhood_id(session)
    message = planned(1, neighbourhood_ids=[here, neighbourhood_id(session, 1)])
    reached(session, message, a="sent")
    of_a_part = factories.user(session, areas=[here])
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    for user in (of_a_part, administrator):
        with pytest.raises(Refused):
            stand_down(message.id, author_id=user.id, **WORDS, now=NOW)


def test_it_can_not_be_turned_into_anything_else_in_the_composer(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(1)
    reached(session, message, a="sent")
    ending = stand_down(message.id, author_id=officer.id, **WORDS, now=NOW)
    version = session.get_one(Message, ending).version
    return_message(ending, supervisor_id=supervisor.id, reason="No.", version=version, now=NOW)
    session.expire_all()
    asked = session.get_one(Message, ending)
    with pytest.raises(BadInput):
        save_draft(ending, Draft.of(asked), user_id=officer.id, version=asked.version, now=NOW)
    with pytest.raises(OwlError, match="no such draft"):
        submit_message(ending, user_id=officer.id, version=asked.version, now=NOW)


def test_it_begins_with_words_that_name_the_message(session: Session) -> None:
    message = factories.message(session, title="Missing: Joan, 82", approved_at=NOW)
    title, words = prefilled(message)
    assert title == "Stand-down: Missing: Joan, 82"
    assert 'On Sunday 22 November, 14:05 we wrote to you about "Missing: Joan, 82".' in words


def test_a_message_that_was_cancelled_before_can_be_stood_down(
    session: Session, planned: Plan, officer: User, supervisor: User
) -> None:
    message = planned(3)
    connection().flushall()
    reached(session, message, a="sent")
    cancel_message(message.id, user_id=officer.id, now=NOW)
    ending = approve(session, stand_down(message.id, author_id=officer.id, **WORDS, now=NOW), supervisor)
    assert ending.targeted == 1
