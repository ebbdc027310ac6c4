"""The day's ceiling on what texts cost: it holds, it is told once, and a supervisor lifts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.models import Batch, TextDay
from owl.delivery.sending import send_batch
from owl.delivery.spending import ceiling_is_reached, lift_ceiling, next_day, texts_wait_until
from owl.foundation.errors import Refused
from owl.foundation.notices import Channel, Notice
from owl.messages.models import Message
from tests import factories
from tests.delivery.conftest import FakeProvider, at, statuses
from tests.factories import NOW

Plan = Callable[..., Message]
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def ceiling(app: Flask, session: Session) -> int:
    """Segments that may go out in a day."""
    settings = app.extensions["owl.settings"]
    return int(settings.sms_daily_pence / settings.sms_price_pence)


def spend(session: Session, segments: int, now: datetime = NOW) -> None:
    row = insert(TextDay).values(day=now.date(), segments=segments)
    more = {"segments": TextDay.segments + segments}
    session.execute(row.on_conflict_do_update(index_elements=["day"], set_=more))
    session.commit()


def test_texts_go_out_below_the_ceiling_and_wait_at_it_until_the_next_day(session: Session, ceiling: int) -> None:
    spend(session, ceiling - 1)
    assert texts_wait_until(now=NOW) is None
    spend(session, 1)
    assert texts_wait_until(now=NOW) == MIDNIGHT
    assert texts_wait_until(now=MIDNIGHT) is None


def test_what_was_sent_is_counted_and_what_is_above_the_ceiling_waits(
    session: Session, planned: Plan, sms: FakeProvider, ceiling: int
) -> None:
    message = planned(3, Channel.SMS)
    spend(session, ceiling)
    send_batch(message.id, 1, worker="w1", clock=at(NOW))
    assert statuses(session, message) == ["queued"] * 3
    assert session.scalar(sa.select(Batch.due_at).where(Batch.message_id == message.id)) == MIDNIGHT
    send_batch(message.id, 1, worker="w1", clock=at(MIDNIGHT))
    assert statuses(session, message) == ["sent"] * 3
    assert len(sms.handed) == 3
    assert session.scalar(sa.select(TextDay.segments).where(TextDay.day == MIDNIGHT.date())) == 3


def test_mails_go_out_all_the_same(session: Session, planned: Plan, mail: FakeProvider, ceiling: int) -> None:
    message = planned(2)
    spend(session, ceiling)
    send_batch(message.id, 1, worker="w1", clock=at(NOW))
    assert statuses(session, message) == ["sent"] * 2


def test_authors_of_what_waits_and_administrators_are_told_once(session: Session, planned: Plan, ceiling: int) -> None:
    planned(1, Channel.SMS)
    factories.user(session, role=RoleName.ADMINISTRATOR)
    factories.user(session, role=RoleName.ADMINISTRATOR, active=False)
    factories.user(session)
    spend(session, ceiling)
    for _ in range(3):
        texts_wait_until(now=NOW)
    assert session.scalar(sa.select(sa.func.count()).where(Notice.template == "texts_wait")) == 2


def test_a_supervisor_lets_them_go_at_once_for_that_day(
    session: Session, planned: Plan, sms: FakeProvider, ceiling: int
) -> None:
    message = planned(2, Channel.SMS)
    spend(session, ceiling)
    send_batch(message.id, 1, worker="w1", clock=at(NOW))
    lift_ceiling(user_id=factories.user(session, role=RoleName.SUPERVISOR).id, now=NOW)
    send_batch(message.id, 1, worker="w1", clock=at(NOW + timedelta(seconds=1)))
    assert statuses(session, message) == ["sent"] * 2
    spend(session, ceiling, now=MIDNIGHT)
    assert ceiling_is_reached(session, MIDNIGHT)


def test_an_officer_may_not_lift_it(session: Session, ceiling: int) -> None:
    spend(session, ceiling)
    with pytest.raises(Refused):
        lift_ceiling(user_id=factories.user(session).id, now=NOW)
    assert ceiling_is_reached(session, NOW)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),  # 25 hours long
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 23, 0, tzinfo=UTC)),  # 23 hours long
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_next_day_begins_at_midnight_in_london(now: datetime, midnight: datetime) -> None:
    assert next_day(now) == midnight
