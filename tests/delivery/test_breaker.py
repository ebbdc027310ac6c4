"""Too many faults pause a message by themselves, and few do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.breaker import ENOUGH, LOOKED_AT, TOO_MANY, look, too_many
from owl.delivery.models import Batch, Delivery
from owl.delivery.providers import Result
from owl.delivery.queries import ledger
from owl.delivery.sending import send_batch
from owl.foundation.audit import Audit
from owl.foundation.notices import Notice
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW

Plan = Callable[..., Message]


@pytest.fixture
def going_out(session: Session) -> Callable[[int, int], Message]:
    """A message of which so many were handed over well and then so many failed, and two wait."""

    def make(well: int, failed: int, fault: str = "550 5.7.1") -> Message:
        message = factories.message(session, status=MessageStatus.SENDING, finished_at=None)
        point = factories.contact_point(session)
        total = well + failed + 2
        session.add(
            Batch(message_id=message.id, no=1, channel="email", lane="standard", first_seq=1, last_seq=total,
                  due_at=NOW, attempt=1, lease_until=NOW)
        )  # fmt: skip
        states = ["sent"] * well + ["failed"] * failed + ["sending", "queued"]
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # one contact point serves all
        session.add_all(
            Delivery(
                message_id=message.id, seq=seq, contact_point_id=point.id + seq, household_id=1, status=state,
                fault=fault if state == "failed" else None, changed_at=NOW + timedelta(milliseconds=seq),
            )
            for seq, state in enumerate(states, start=1)
        )  # fmt: skip
        session.commit()
        return message

    return make


def trips(session: Session, message: Message, now: datetime = NOW) -> bool:
    paused = look(session, message.id, now)
    session.commit()
    session.refresh(message)
    assert paused is (message.status is MessageStatus.PAUSED)
    return paused


def test_a_fifth_of_the_last_pauses_and_its_author_is_told(session: Session, going_out: Callable[..., Message]) -> None:
    message = going_out(80, 20)
    session.info["jobs"] = []  # as inside a verb
    assert trips(session, message)
    del session.info["jobs"]
    assert message.stopped_because is not None
    assert "20 of the last 100 could not be delivered" in message.stopped_because
    assert "the mail provider refused the message" in message.stopped_because
    [notice] = session.scalars(sa.select(Notice)).all()
    assert notice.address == session.get_one(User, message.author_id).email
    act = session.scalars(sa.select(Audit)).one()
    assert (act.actor_id, act.details) == (None, {"faults": 20, "looked_at": 100})


def test_a_second_look_tells_nobody_twice(session: Session, going_out: Callable[..., Message]) -> None:
    message = going_out(0, 60)
    session.info["jobs"] = []
    assert look(session, message.id, NOW)
    assert not look(session, message.id, NOW)
    del session.info["jobs"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


@pytest.mark.parametrize(("well", "failed"), [(81, 19), (0, ENOUGH - 1), (500, 0)])
def test_fewer_are_what_happens_every_day(
    session: Session, going_out: Callable[..., Message], well: int, failed: int
) -> None:
    assert not trips(session, going_out(well, failed))


def test_only_the_last_are_looked_at(session: Session, going_out: Callable[..., Message]) -> None:
    many = round(LOOKED_AT * TOO_MANY)
    assert not trips(session, going_out(LOOKED_AT * 2, many - 1))
    message = going_out(LOOKED_AT * 2, many)
    session.info["jobs"] = []
    assert trips(session, message)
    del session.info["jobs"]


def test_after_somebody_let_it_go_on_only_what_came_since_counts(
    session: Session, going_out: Callable[..., Message]
) -> None:
    message = going_out(0, 100)
    message.resumed_at = NOW + timedelta(milliseconds=100 - ENOUGH + 1)
    session.commit()
    assert not trips(session, message)


def test_nothing_is_paused_that_has_nothing_left_to_do(session: Session, going_out: Callable[..., Message]) -> None:
    message = going_out(0, 100)
    session.execute(sa.update(Batch).values(done_at=NOW))
    session.commit()
    assert not trips(session, message)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_where_all_are_too_many_so_is_one_of_the_groups(groups: list[tuple[int, int]]) -> None:
    """Why a look after each bad group is enough."""
    faulty, handed = sum(bad for bad, _ in groups), sum(bad + well for bad, well in groups)
    if too_many(faulty, handed):
        assert any(too_many(bad, bad + well) for bad, well in groups)


def test_a_provider_that_refuses_everything_is_handed_no_more_than_it_takes_to_see_it(
    session: Session, planned: Plan, mail: FakeProvider
) -> None:
    message = planned(150)
    mail.results = dict.fromkeys(range(1, 151), (Result.PERMANENT, "554 5.7.1"))
    send_batch(message.id, 1, worker="w", clock=at(NOW))
    assert session.get_one(Message, message.id).status is MessageStatus.PAUSED
    assert ENOUGH <= statuses(session, message).count("failed") < 150
    assert ledger(session, message.id).holds
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1
