"""Pausing and letting go on: nobody is skipped, nobody gets it twice, and one press wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.claiming import claim_batch
from owl.delivery.models import Batch
from owl.delivery.pausing import pause_message, resume_message
from owl.delivery.sending import send_batch
from owl.delivery.stopping import MovedMeanwhile
from owl.foundation.audit import Audit
from owl.foundation.errors import NotFound, Refused
from owl.foundation.jobs import Queue, connection, on_queue
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW, neighbourhood_id

Plan = Callable[..., Message]


@pytest.fixture
def officer(session: Session) -> User:
    return factories.user(session, areas=[neighbourhood_id(session)], name="Asha Patel")


def test_a_paused_message_says_who_paused_it_and_no_batch_of_it_is_claimed(
    session: Session, planned: Plan, officer: User
) -> None:
    message = planned(2)
    pause_message(message.id, user_id=officer.id, now=NOW)
    session.refresh(message)
    assert message.status is MessageStatus.PAUSED
    assert message.stopped_because == "Paused by PC Asha Patel, Sunday 22 November, 14:05."
    assert claim_batch(message.id, 1, worker="w", now=NOW) is None
    assert session.scalars(sa.select(Audit.act).where(Audit.actor_id == officer.id)).all() == ["pause message"]


def test_resuming_queues_what_is_due_at_once_and_everybody_gets_it_once(
    session: Session, planned: Plan, officer: User, mail: FakeProvider
) -> None:
    message = planned(3)
    pause_message(message.id, user_id=officer.id, now=NOW)
    connection().flushall()
    send_batch(message.id, 1, worker="w", clock=at(NOW))
    resume_message(message.id, user_id=officer.id, now=NOW)
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
    for _ in range(2):
        send_batch(message.id, 1, worker="w", clock=at(NOW))
    assert [one.seq for one in mail.handed] == [1, 2, 3]
    sent = session.get_one(Message, message.id)
    assert (sent.status, sent.stopped_because, sent.resumed_at) == (MessageStatus.SENT, None, NOW)


def test_a_message_whose_last_batch_ended_while_it_was_paused_is_sent_when_it_goes_on(
    session: Session, planned: Plan, officer: User
) -> None:
    message = planned(1)
    pause_message(message.id, user_id=officer.id, now=NOW)
    session.execute(sa.update(Batch).values(done_at=NOW))
    session.commit()
    resume_message(message.id, user_id=officer.id, now=NOW)
    session.refresh(message)
    assert message.status is MessageStatus.SENT


def test_the_second_press_is_told_where_the_message_stands(session: Session, planned: Plan, officer: User) -> None:
    message = planned(1)
    shown = message.version
    pause_message(message.id, user_id=officer.id, version=shown, now=NOW)
    with pytest.raises(MovedMeanwhile, match="It stands at: paused"):
        pause_message(message.id, user_id=officer.id, version=shown, now=NOW)
    with pytest.raises(MovedMeanwhile):
        resume_message(message.id, user_id=officer.id, version=shown, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Audit)) == 1


@pytest.mark.parametrize("status", set(MessageStatus) - {MessageStatus.SENDING})
def test_only_what_is_going_out_can_be_paused(
    session: Session, planned: Plan, officer: User, status: MessageStatus
) -> None:
    message = planned(1)
    message.status = status
    session.commit()
    with pytest.raises(MovedMeanwhile):
        pause_message(message.id, user_id=officer.id, now=NOW)


@pytest.mark.parametrize("status", set(MessageStatus) - {MessageStatus.PAUSED})
def test_only_what_is_paused_can_go_on(session: Session, planned: Plan, officer: User, status: MessageStatus) -> None:
    message = planned(1)
    message.status = status
    session.commit()
    with pytest.raises(MovedMeanwhile):
        resume_message(message.id, user_id=officer.id, now=NOW)


def test_who_has_not_all_of_its_areas_may_neither_pause_nor_see_it(session: Session, planned: Plan) -> None:
    here, elsewhere = neighbourhood_id(session), neighbourhood_id(session, 1)
    message = planned(1, neighbourhood_ids=[here, elsewhere])
    of_a_part = factories.user(session, areas=[here])
    stranger = factories.user(session, areas=[neighbourhood_id(session, 2)])
    for user, error in ((of_a_part, Refused), (stranger, NotFound)):
        with pytest.raises(error):
            pause_message(message.id, user_id=user.id, now=NOW)
    session.refresh(message)
    assert message.status is MessageStatus.SENDING


def test_an_administrator_may_pause_and_a_disabled_user_may_not(session: Session, planned: Plan, officer: User) -> None:
    message = planned(1)
    pause_message(message.id, user_id=factories.user(session, role=RoleName.ADMINISTRATOR).id, now=NOW)
    officer.active = False
    session.commit()
    with pytest.raises((Refused, NotFound)):
        resume_message(message.id, user_id=officer.id, now=NOW + timedelta(minutes=1))


def test_deliveries_stay_where_they_are_while_it_is_paused(session: Session, planned: Plan, officer: User) -> None:
    message = planned(2)
    pause_message(message.id, user_id=officer.id, now=NOW)
    assert statuses(session, message) == ["queued", "queued"]
