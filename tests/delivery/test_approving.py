"""The moment from which a message goes out: all or nothing, and once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.approving import NobodyReached, approve_message
from owl.delivery.models import Batch, Delivery
from owl.delivery.queries import ledger
from owl.delivery.recovery import sweep
from owl.foundation.audit import Audit
from owl.foundation.errors import Conflict, OwlError, Refused
from owl.foundation.jobs import Queue, on_queue
from owl.foundation.notices import Channel
from owl.messages.approving import AudienceChanged
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import Message, MessageStatus
from owl.messages.reach import audience_hash
from tests import factories
from tests.factories import NOW

PLACE = "hitchin-urban"


def waiting_message(session: Session, people: int = 3) -> tuple[Message, User]:
    """(a message that waits for approval, a supervisor who may approve it)."""
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[PLACE])
    home = factories.household(session, neighbourhood_id=PLACE)
    for _ in range(people):
        factories.contact_point(session, factories.subscriber(session, home))
    audience = Audience.of([Area(AreaKind.NEIGHBOURHOOD, PLACE)], channels=[Channel.EMAIL])
    message = factories.message(
        session,
        author_id=factories.user(session, role=RoleName.OFFICER, areas=[PLACE]).id,
        audience=audience.to_json(),
        audience_hash=audience_hash(session, audience),
        neighbourhood_ids=[PLACE],
        status=MessageStatus.AWAITING_APPROVAL,
        targeted=None,
        homes=None,
        approved_at=None,
        finished_at=None,
    )
    return message, supervisor


def approve(message: Message, who: User, **more: Any) -> None:
    approve_message(message.id, approver_id=who.id, **({"shown_hash": message.audience_hash, "now": NOW} | more))


def test_approving_plans_every_delivery_and_queues_its_batches(session: Session) -> None:
    message, supervisor = waiting_message(session)
    approve(message, supervisor)
    session.expire_all()
    assert (message.status, message.targeted, message.homes) == (MessageStatus.SENDING, 3, 1)
    assert ledger(session, message.id).holds
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
    act = session.scalars(sa.select(Audit).where(Audit.act == "approve message")).one()
    assert (act.actor_id, act.details["targeted"]) == (supervisor.id, 3)


def test_a_second_approval_is_told_and_sends_nothing_again(session: Session) -> None:
    message, supervisor = waiting_message(session)
    approve(message, supervisor)
    with pytest.raises(Conflict, match="already approved"):
        approve(message, supervisor)
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 3


def test_neither_the_author_nor_another_area_may_approve(session: Session) -> None:
    message, _ = waiting_message(session)
    author = session.get_one(User, message.author_id)
    elsewhere = factories.user(session, role=RoleName.SUPERVISOR, areas=["hitchin-rural"])
    for who in (author, elsewhere):
        with pytest.raises(Refused):
            approve(message, who)
    session.expire_all()
    assert message.status is MessageStatus.AWAITING_APPROVAL


def test_another_audience_than_was_shown_refuses_and_nothing_is_planned(session: Session) -> None:
    message, supervisor = waiting_message(session)
    with pytest.raises(AudienceChanged):
        approve(message, supervisor, shown_hash=b"x" * 32)
    session.expire_all()
    assert message.status is MessageStatus.AWAITING_APPROVAL
    assert session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0


def test_an_audience_with_nobody_left_in_it_is_not_sent(session: Session) -> None:
    message, supervisor = waiting_message(session, people=0)
    with pytest.raises(NobodyReached):
        approve(message, supervisor)


def test_of_two_approvals_at_once_one_wins_and_the_other_is_told(app: Flask, committed: Session) -> None:
    message, supervisor = waiting_message(committed)
    other = factories.user(committed, role=RoleName.SUPERVISOR, areas=[PLACE])
    number, shown = message.id, message.audience_hash or b""

    def press(who: int) -> str:
        with app.app_context():
            try:
                approve_message(number, approver_id=who, shown_hash=shown, now=NOW)
            except OwlError as error:
                return error.sentence
            return "approved"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(press, [supervisor.id, other.id] * 4))

    assert told.count("approved") == 1
    assert all("already approved" in sentence for sentence in told if sentence != "approved")
    assert committed.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 3


@pytest.fixture
def redis_away(app: Flask) -> Callable[[], None]:
    """Take Redis away until the function is called."""
    real = app.extensions["owl.redis"]
    app.extensions["owl.redis"] = redis.Redis(unix_socket_path="/nowhere", retry=None)

    def back() -> None:
        app.extensions["owl.redis"] = real

    return back


def test_an_approval_while_redis_is_away_is_kept_and_swept_up_later(
    session: Session, redis_away: Callable[[], None]
) -> None:
    message, supervisor = waiting_message(session)
    try:
        approve(message, supervisor)
        assert sweep(now=NOW) == 0
    finally:
        redis_away()
    assert sweep(now=NOW) == 1
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
