"""Cancelling: what has not gone out never does, what has is left, and the ledger always adds up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.cancelling import CANCELLABLE, cancel_message
from owl.delivery.claiming import LEASE, claim_batch, claim_next
from owl.delivery.models import Batch, Delivery
from owl.delivery.pausing import pause_message
from owl.delivery.providers import Outcome, Result
from owl.delivery.queries import faults, ledger
from owl.delivery.recording import record_outcomes
from owl.delivery.recovery import sweep
from owl.delivery.sending import send_batch
from owl.delivery.settling import settle_cancelled
from owl.delivery.stopping import MovedMeanwhile
from owl.foundation.audit import Audit
from owl.foundation.errors import OwlError, Refused
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider, at, plan_message, statuses
from tests.factories import NOW, neighbourhood_id

Plan = Callable[..., Message]


@pytest.fixture
def officer(session: Session) -> User:
    return factories.user(session, areas=[neighbourhood_id(session)], name="Asha Patel")


def test_what_has_not_gone_out_is_cancelled_and_stays_so(
    session: Session, planned: Plan, officer: User, mail: FakeProvider
) -> None:
    message = planned(3)
    session.execute(sa.update(Delivery).where(Delivery.seq == 1).values(status="sent"))
    session.execute(sa.update(Delivery).where(Delivery.seq == 2).values(status="held"))
    session.commit()
    cancel_message(message.id, user_id=officer.id, now=NOW)
    assert statuses(session, message) == ["sent", "cancelled", "cancelled"]
    assert session.get_one(Message, message.id).status is MessageStatus.CANCELLED
    send_batch(message.id, 1, worker="w", clock=at(NOW + timedelta(hours=1)))
    assert sweep(now=NOW + timedelta(hours=1)) == 0
    assert mail.handed == []
    assert ledger(session, message.id).holds


def test_what_a_worker_holds_settles_when_it_lets_go(session: Session, planned: Plan, officer: User) -> None:
    message = planned(3)
    claim = claim_batch(message.id, 1, worker="w", now=NOW)
    assert claim is not None
    claim_next(claim, from_seq=1, limit=3, now=NOW)
    cancel_message(message.id, user_id=officer.id, now=NOW)
    assert statuses(session, message) == ["sending"] * 3
    record_outcomes(claim, [Outcome(1, Result.SENT), Outcome(2, Result.TEMPORARY, fault="451")], now=NOW)
    assert ledger(session, message.id).holds
    session.execute(sa.update(Batch).values(lease_until=None))  # it lets go
    session.execute(sa.update(Delivery).where(Delivery.seq == 3).values(status="queued"))
    session.commit()
    assert settle_cancelled(now=NOW) == 1
    assert settle_cancelled(now=NOW) == 0
    assert statuses(session, message) == ["sent", "cancelled", "cancelled"]
    assert faults(session, message.id) == []


def test_what_a_dead_worker_held_settles_after_its_lease_and_says_that_nobody_knows(
    session: Session, planned: Plan, officer: User
) -> None:
    message = planned(2)
    killed = claim_batch(message.id, 1, worker="killed", now=NOW)
    assert killed is not None
    claim_next(killed, from_seq=1, limit=2, now=NOW)
    cancel_message(message.id, user_id=officer.id, now=NOW)
    assert settle_cancelled(now=NOW + LEASE) == 0
    assert settle_cancelled(now=NOW + LEASE + timedelta(seconds=1)) == 1
    assert statuses(session, message) == ["cancelled", "cancelled"]
    [told] = faults(session, message.id)
    assert "may have arrived" in told.sentence
    assert told.count == 2
    assert ledger(session, message.id).holds


@pytest.mark.parametrize("status", MessageStatus)
def test_only_what_was_approved_and_is_not_over_can_be_cancelled(
    session: Session, planned: Plan, officer: User, status: MessageStatus
) -> None:
    message = planned(1)
    message.status = status
    session.commit()
    if status in CANCELLABLE:
        cancel_message(message.id, user_id=officer.id, now=NOW)
        assert statuses(session, message) == ["cancelled"]
    else:
        with pytest.raises(MovedMeanwhile):
            cancel_message(message.id, user_id=officer.id, now=NOW)
        assert statuses(session, message) == ["queued"]


def test_who_may_not_stop_it_changes_nothing(session: Session, planned: Plan) -> None:
    message = planned(1, neighbourhood_ids=[neighbourhood_id(session), neighbourhood_id(session, 1)])
    of_a_part = factories.user(session, areas=[neighbourhood_id(session)])
    with pytest.raises(Refused):
        cancel_message(message.id, user_id=of_a_part.id, now=NOW)
    assert statuses(session, message) == ["queued"]


def test_of_many_who_stop_it_at_once_one_wins_and_the_others_are_told(app: Flask, committed: Session) -> None:
    message = plan_message(committed, 3)
    user = factories.user(committed, areas=message.neighbourhood_ids)
    number, who, shown = message.id, user.id, message.version

    def press(act: Callable[..., None]) -> str:
        with app.app_context():
            try:
                act(number, user_id=who, version=shown, now=NOW)
            except OwlError as error:
                return error.sentence
            return "done"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(press, [cancel_message, pause_message] * 3))

    assert told.count("done") == 1
    assert all("Nothing was done" in sentence for sentence in told if sentence != "done")
    assert committed.scalar(sa.select(sa.func.count()).select_from(Audit)) == 1
    committed.expire_all()
    expected = {MessageStatus.CANCELLED: {"cancelled"}, MessageStatus.PAUSED: {"queued"}}
    assert set(statuses(committed, message)) == expected[committed.get_one(Message, number).status]
