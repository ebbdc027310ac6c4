"""From an audience to deliveries: one for each contact point, numbered, cut into batches."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.planning import BULK_ABOVE, lane_of, plan_batches, plan_deliveries
from owl.foundation.database import transaction
from owl.foundation.jobs import Queue, on_queue
from owl.foundation.notices import Channel
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import Message, Severity
from tests import factories
from tests.factories import NOW


def message_for(session: Session, neighbourhood: str, **fields: object) -> Message:
    audience = Audience.of([Area(AreaKind.NEIGHBOURHOOD, neighbourhood)], channels=[Channel.EMAIL, Channel.SMS])
    return factories.message(session, audience=audience.to_json(), targeted=None, homes=None, **fields)


def test_mails_come_before_texts_and_every_contact_point_once(session: Session) -> None:
    home = factories.household(session)
    joan, omar = factories.subscriber(session, home), factories.subscriber(session, home)
    text = factories.contact_point(session, joan, channel=Channel.SMS)
    mails = [factories.contact_point(session, person) for person in (joan, omar)]
    message = message_for(session, home.neighbourhood_id)

    planned = plan_deliveries(session, message, now=NOW)

    assert (planned.targeted, planned.homes, planned.mails) == (3, 1, 2)
    rows = session.execute(sa.select(Delivery.seq, Delivery.contact_point_id, Delivery.status).order_by(Delivery.seq))
    queued = DeliveryStatus.QUEUED
    assert rows.all() == [(1, mails[0].id, queued), (2, mails[1].id, queued), (3, text.id, queued)]


def test_who_paused_left_or_wants_other_kinds_is_not_planned(session: Session) -> None:
    home = factories.household(session)
    factories.contact_point(session, factories.subscriber(session, home, paused_until=NOW + timedelta(days=1)))
    factories.contact_point(session, factories.subscriber(session, home), suppressed_at=NOW)
    factories.contact_point(session, factories.subscriber(session, home, kinds=["good_news"]))
    message = message_for(session, home.neighbourhood_id)

    assert plan_deliveries(session, message, now=NOW).targeted == 0


def test_planning_the_same_message_again_is_refused_by_the_database(session: Session) -> None:
    home = factories.household(session)
    factories.contact_point(session, factories.subscriber(session, home))
    message = message_for(session, home.neighbourhood_id)
    plan_deliveries(session, message, now=NOW)

    with pytest.raises(sa.exc.IntegrityError):
        plan_deliveries(session, message, now=NOW)


def test_batches_cover_every_delivery_by_channel_and_are_queued_after_the_commit(session: Session) -> None:
    home = factories.household(session)
    for _ in range(25):
        factories.contact_point(session, factories.subscriber(session, home), channel=Channel.SMS)
    factories.contact_point(session, factories.subscriber(session, home))
    message = message_for(session, home.neighbourhood_id)

    with transaction() as inside:
        planned = plan_deliveries(inside, message, now=NOW)
        plan_batches(inside, message, planned, now=NOW)
        assert on_queue(Queue.STANDARD).is_empty()

    batches = session.execute(sa.select(Batch.no, Batch.channel, Batch.first_seq, Batch.last_seq).order_by(Batch.no))
    assert batches.all() == [(1, Channel.EMAIL, 1, 1), (2, Channel.SMS, 2, 26)]
    assert [job.args for job in on_queue(Queue.STANDARD).jobs] == [[message.id, 1]]
    assert [job.args for job in on_queue(Queue.TEXTS).jobs] == [[message.id, 2]]


@pytest.mark.parametrize(
    ("severity", "targeted", "lane"),
    [
        (Severity.URGENT, 170_000, Queue.URGENT),
        (Severity.ROUTINE, BULK_ABOVE, Queue.STANDARD),
        (Severity.ROUTINE, BULK_ABOVE + 1, Queue.BULK),
    ],
)
def test_what_is_urgent_never_stands_behind_what_is_large_nor_mails_behind_texts(
    session: Session, severity: Severity, targeted: int, lane: Queue
) -> None:
    message = Message(severity=severity)
    assert lane_of(message, targeted, Channel.EMAIL) is lane
    assert lane_of(message, targeted, Channel.SMS) in {Queue.URGENT_TEXTS, Queue.TEXTS, Queue.BULK_TEXTS}
