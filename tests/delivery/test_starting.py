"""Messages with a time: started then, once; not when it is too late, nor when they are over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.models import Batch
from owl.delivery.queries import ledger
from owl.delivery.recovery import sweep
from owl.delivery.sending import send_batch
from owl.delivery.starting import NotLate, send_anyway, start_due
from owl.delivery.stopping import MovedMeanwhile
from owl.foundation.audit import Audit
from owl.foundation.jobs import Queue, connection, on_queue
from owl.foundation.notices import Notice
from owl.messages.approving import Over
from owl.messages.models import Message, MessageStatus
from owl.messages.schedule import LATE_AFTER
from tests import factories
from tests.delivery.conftest import FakeProvider, at, plan_message, statuses
from tests.factories import NOW, neighbourhood_id

Plan = Callable[..., Message]
SECOND = timedelta(seconds=1)


@pytest.fixture
def officer(session: Session) -> User:
    return factories.user(session, areas=[neighbourhood_id(session)])


@pytest.fixture
def scheduled(session: Session) -> Plan:
    return lambda people=2, **fields: schedule(session, people, **fields)


def schedule(session: Session, people: int = 2, *, send_at: datetime = NOW, **fields: object) -> Message:
    message = plan_message(session, people, send_at=send_at, **fields)
    message.status = MessageStatus.SCHEDULED
    session.commit()
    connection().flushall()
    return message


def status_of(session: Session, message: Message) -> MessageStatus:
    session.expire_all()
    return session.get_one(Message, message.id).status


def test_it_waits_until_its_time_and_then_starts_once(session: Session, scheduled: Plan, mail: FakeProvider) -> None:
    message = scheduled()
    assert start_due(now=NOW - SECOND) == 0
    send_batch(message.id, 1, worker="w", clock=at(NOW))
    assert sweep(now=NOW) == 0
    assert mail.handed == []
    assert [start_due(now=NOW), start_due(now=NOW)] == [1, 0]
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
    send_batch(message.id, 1, worker="w", clock=at(NOW))
    assert statuses(session, message) == ["sent", "sent"]
    assert session.scalars(sa.select(Audit.act).where(Audit.actor_id.is_(None))).all() == ["start message"]


def test_a_message_that_is_found_late_waits_for_a_person_who_is_told_once(session: Session, scheduled: Plan) -> None:
    message = scheduled()
    late = NOW + LATE_AFTER + SECOND
    assert [start_due(now=late), start_due(now=late + SECOND)] == [0, 0]
    assert status_of(session, message) is MessageStatus.SCHEDULED
    assert "could not send it then" in (message.stopped_because or "")
    [notice] = session.scalars(sa.select(Notice)).all()
    assert notice.address == session.get_one(User, message.author_id).email


def test_just_in_time_is_not_late(session: Session, scheduled: Plan) -> None:
    message = scheduled()
    assert start_due(now=NOW + LATE_AFTER) == 1
    assert status_of(session, message) is MessageStatus.SENDING


def test_a_person_sends_a_late_message_anyway(session: Session, scheduled: Plan, officer: User) -> None:
    message = scheduled()
    late = NOW + LATE_AFTER + SECOND
    start_due(now=late)
    send_anyway(message.id, user_id=officer.id, now=late)
    assert status_of(session, message) is MessageStatus.SENDING
    assert message.stopped_because is None
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
    with pytest.raises(MovedMeanwhile):
        send_anyway(message.id, user_id=officer.id, now=late)


def test_what_is_not_late_starts_by_itself_and_not_sooner(session: Session, scheduled: Plan, officer: User) -> None:
    message = scheduled(send_at=NOW + timedelta(hours=1))
    with pytest.raises(NotLate, match="15:05"):
        send_anyway(message.id, user_id=officer.id, now=NOW)
    assert status_of(session, message) is MessageStatus.SCHEDULED


def test_a_message_that_is_over_before_it_starts_is_closed_and_nobody_gets_it(
    session: Session, scheduled: Plan, officer: User
) -> None:
    message = scheduled(valid_until=NOW + timedelta(minutes=20))
    over = NOW + timedelta(minutes=20)
    with pytest.raises(Over):
        send_anyway(message.id, user_id=officer.id, now=over)
    assert start_due(now=over) == 0
    assert status_of(session, message) is MessageStatus.CLOSED
    assert "nothing was sent" in (message.stopped_because or "")
    assert statuses(session, message) == ["expired", "expired"]
    assert ledger(session, message.id).holds
    assert session.scalar(sa.select(Batch.done_at)) == over


def test_two_clocks_at_once_start_each_message_once(app: Flask, committed: Session) -> None:
    for _ in range(3):
        schedule(committed)

    def tick(_: int) -> int:
        with app.app_context():
            return start_due(now=NOW)

    with ThreadPoolExecutor(4) as pool:
        started = sum(pool.map(tick, range(4)))

    assert started == 3
    assert len(on_queue(Queue.STANDARD).jobs) == 3


@pytest.mark.parametrize(
    ("send_at", "an_hour_back"),
    [(datetime.fromisoformat("2026-10-25T00:30Z"), 1), (datetime.fromisoformat("2027-03-28T01:00Z"), 1)],
)
def test_a_clock_that_is_put_back_starts_nothing_twice(
    session: Session, scheduled: Plan, send_at: datetime, an_hour_back: int
) -> None:
    scheduled(send_at=send_at)
    assert start_due(now=send_at) == 1
    assert start_due(now=send_at - timedelta(hours=an_hour_back)) == 0
    assert start_due(now=send_at + SECOND) == 0
