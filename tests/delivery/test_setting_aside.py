"""A batch that ends its workers is found out, and the others are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from owl.delivery.claiming import LEASE, claim_batch
from owl.delivery.queries import faults, ledger
from owl.delivery.sending import send_batch
from owl.delivery.setting_aside import ALL_FROM, ONE_FROM
from owl.messages.models import Message, MessageStatus
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW

Plan = Callable[..., Message]


class Killed(BaseException):
    """What a signal nobody can catch looks like from inside one test process."""


def moments() -> Iterator[datetime]:
    moment = NOW
    while True:
        yield moment
        moment += 2 * LEASE


def send_until_it_lives(message: Message, most: int) -> int:
    for crashes, moment in enumerate(moments()):
        assert crashes <= most
        try:
            send_batch(message.id, 1, worker=f"w{crashes}", clock=at(moment))
        except Killed:
            continue
        return crashes
    raise AssertionError


def kill_at(*poison: int) -> Callable[[int], None]:
    def look(seq: int) -> None:
        if seq in poison:
            raise Killed

    return look


@pytest.mark.parametrize("poison", [1, 3, 5])
def test_one_poisonous_delivery_is_set_aside_after_three_and_the_others_are_sent(
    session: Session, planned: Plan, mail: FakeProvider, poison: int
) -> None:
    message = planned(5)
    mail.before_answering = kill_at(poison)
    assert send_until_it_lives(message, most=4) >= ONE_FROM
    assert statuses(session, message) == ["failed" if seq == poison else "sent" for seq in range(1, 6)]
    assert [(fault.sentence, fault.count) for fault in faults(session, message.id)] == [
        ("Sending it stopped our own program again and again", 1)
    ]
    assert session.get_one(Message, message.id).status is MessageStatus.SENT
    assert ledger(session, message.id).holds


def test_where_every_delivery_is_poisonous_the_batch_is_set_aside(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(8)
    mail.before_answering = kill_at(*range(1, 9))
    assert send_until_it_lives(message, most=ALL_FROM) == ALL_FROM
    assert statuses(session, message) == ["failed"] * 8


def test_a_worker_that_was_killed_by_chance_costs_nobody_anything(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(5)
    left = iter([3, 4, 5])

    def once_each(seq: int) -> None:
        if seq == next(left, None):
            raise Killed

    mail.before_answering = once_each
    for crash, moment in zip(range(4), moments(), strict=False):
        try:
            send_batch(message.id, 1, worker=f"w{crash}", clock=at(moment))
        except Killed:
            continue
    assert statuses(session, message) == ["sent"] * 5


def test_a_lease_that_was_given_back_is_no_crash(session: Session, planned: Plan) -> None:
    message = planned(1)
    for _ in range(2):
        claim = claim_batch(message.id, 1, worker="w", now=NOW)
        assert claim is not None
        assert not claim.careful
        session.connection().exec_driver_sql("UPDATE batch SET lease_until = NULL")
