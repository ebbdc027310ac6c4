"""In somebody's quiet hours what is routine is held, whenever it was planned; what is urgent is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Batch
from owl.delivery.queries import ledger
from owl.delivery.recovery import sweep
from owl.delivery.sending import send_batch
from owl.foundation.jobs import Queue, on_queue
from owl.households.models import Subscriber
from owl.messages.models import Message, MessageStatus, Severity
from tests.delivery.conftest import FakeProvider, at, statuses

Plan = Callable[..., Message]
EVENING = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def send(message: Message, moment: datetime) -> None:
    send_batch(message.id, 1, worker="w1", clock=at(moment))


def quiet(session: Session, *hours: tuple[int, int] | None) -> None:
    """The hours of the subscribers, in their order."""
    for person, chosen in zip(session.scalars(sa.select(Subscriber).order_by(Subscriber.id)), hours, strict=True):
        person.quiet_from, person.quiet_until = chosen or (None, None)
    session.commit()


def due_at(session: Session, message: Message) -> datetime | None:
    session.expire_all()
    batch = session.get_one(Batch, (message.id, 1))
    return batch.due_at if batch.done_at is None else None


def test_what_was_queued_before_the_hours_began_is_held_until_they_end(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(3)
    quiet(session, (21, 8), None, (22, 6))
    send(message, EVENING)
    assert statuses(session, message) == ["held", "sent", "sent"]
    assert due_at(session, message) == MORNING
    assert ledger(session, message.id).holds
    assert session.get_one(Message, message.id).status is MessageStatus.SENDING

    send(message, MORNING - timedelta(seconds=1))  # a job that comes too early
    assert statuses(session, message) == ["held", "sent", "sent"]
    send(message, MORNING)
    assert [one.seq for one in mail.handed] == [2, 3, 1]
    assert session.get_one(Message, message.id).status is MessageStatus.SENT


def test_each_is_sent_when_their_own_hours_end(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(2)
    quiet(session, (20, 8), (20, 6))
    send(message, EVENING)
    assert due_at(session, message) == MORNING - timedelta(hours=2)
    send(message, MORNING - timedelta(hours=2))
    assert statuses(session, message) == ["held", "sent"]
    assert due_at(session, message) == MORNING
    send(message, MORNING)
    assert statuses(session, message) == ["sent", "sent"]


def test_the_sweep_finds_in_the_morning_what_was_held(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(1)
    quiet(session, (21, 8))
    send(message, EVENING)
    on_queue(Queue.STANDARD).empty()
    sweep(now=MORNING - timedelta(seconds=1))
    assert on_queue(Queue.STANDARD).is_empty()
    sweep(now=MORNING)
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]


def test_what_is_urgent_comes_at_night(session: Session, planned: Plan, mail: FakeProvider) -> None:
    message = planned(1, severity=Severity.URGENT)
    quiet(session, (21, 8))
    send(message, EVENING)
    assert statuses(session, message) == ["sent"]


def test_what_is_over_before_the_morning_is_never_sent(session: Session, planned: Plan, mail: FakeProvider) -> None:
    over = EVENING + timedelta(hours=2)
    message = planned(1, valid_until=over)
    quiet(session, (21, 8))
    send(message, EVENING)
    assert due_at(session, message) == over
    send(message, over)
    assert statuses(session, message) == ["expired"]
    assert mail.handed == []


@pytest.mark.parametrize("change", ["leaves", "ends the hours"])
def test_who_changes_their_mind_in_the_night_is_listened_to(
    session: Session, planned: Plan, mail: FakeProvider, change: str
) -> None:
    message = planned(1)
    quiet(session, (21, 8))
    send(message, EVENING)
    if change == "leaves":
        session.execute(sa.text("UPDATE contact_point SET suppressed_at = now()"))
    else:
        quiet(session, None)
    session.commit()
    send(message, MORNING)
    assert statuses(session, message) == ["suppressed" if change == "leaves" else "sent"]


def test_on_the_night_of_the_short_hour_morning_is_by_the_clock_on_the_wall(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(1)
    quiet(session, (21, 8))
    send(message, datetime(2027, 3, 27, 22, 0, tzinfo=UTC))  # at one o'clock the clocks go forward
    morning = datetime(2027, 3, 28, 7, 0, tzinfo=UTC)
    assert due_at(session, message) == morning
    send(message, morning)
    assert statuses(session, message) == ["sent"]
