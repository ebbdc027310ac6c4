"""Counts that are kept: right, made again while they may change, and ever more seldom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.queries import progress
from owl.foundation.notices import Channel
from owl.messages.counting import Reach
from owl.messages.models import Message, MessageStatus
from owl.replies.models import MessageRating, Rating
from owl.reports.comparing import with_earlier
from owl.reports.models import MessageTally
from owl.reports.tallies import areas_of_message, keep_tallies, reached_as_counted
from tests import factories
from tests.factories import NOW, neighbourhood_id

S = DeliveryStatus


def sent(session: Session, *states: DeliveryStatus, texts: int = 0, places: int = 1, **fields: object) -> Message:
    """A message with a delivery in each state, the last `texts` of them texts, to homes in so many areas by turns."""
    here = [neighbourhood_id(session, place) for place in range(places)]
    message = factories.message(session, neighbourhood_ids=here, targeted=len(states), **fields)
    for number, state in enumerate(states):
        home = factories.household(session, neighbourhood_id=here[number % places])
        factories.delivery(session, of=message, home=home, status=state)
    mails = len(states) - texts
    ranges = [(Channel.EMAIL, 1, mails), (Channel.SMS, mails + 1, len(states))]
    for no, (channel, first, last) in enumerate(ranges, start=1):
        if first <= last:
            session.add(
                Batch(
                    message_id=message.id, no=no, channel=channel, lane="standard", first_seq=first, last_seq=last,
                    due_at=NOW, done_at=NOW,
                )
            )  # fmt: skip
    session.commit()
    return message


def test_a_message_is_counted_by_area_channel_and_state(session: Session) -> None:
    message = sent(session, S.SENT, S.FAILED, S.DELIVERED, S.DELIVERED, texts=2, places=2)
    factories.subscriber(session, factories.household(session))  # a home with OWL there that it was not for
    session.add(MessageRating(message_id=message.id, seq=1, rating=Rating.USEFUL, rated_on=NOW.date()))
    session.commit()
    assert areas_of_message(session, message.id) is None
    assert keep_tallies(now=NOW) == 1
    areas = areas_of_message(session, message.id)
    assert areas is not None
    first, second = areas.rows
    assert (first.homes_there, first.homes, first.reached, second.homes_there) == (3, 2, 2, 2)
    assert (first.mails, first.texts) == ({"sent": 1}, {"delivered": 1})
    assert reached_as_counted(session, message.id) == Reach(homes=3, mails=1, texts=2)
    assert (second.mails, second.texts, second.reached) == ({"failed": 1}, {"delivered": 1}, 1)
    tally = session.get_one(MessageTally, message.id)
    assert (tally.reached, tally.failed, tally.useful, tally.not_useful, tally.replies) == (3, 1, 1, 0, 0)


def test_the_ledger_of_each_channel_adds_up_to_the_whole(session: Session) -> None:
    message = sent(session, S.SENT, S.FAILED, S.DELIVERED, texts=1)
    how_far = progress(session, message.id)
    whole, each = how_far.whole, how_far.by_channel
    assert {channel: counted.targeted for channel, counted in each.items()} == {Channel.EMAIL: 2, Channel.SMS: 1}
    assert all(counted.holds for counted in each.values())
    assert each[Channel.SMS].count(S.DELIVERED) == 1
    assert whole.holds
    assert all(sum(one.count(status) for one in each.values()) == count for status, count in whole.rows)


def test_homes_that_left_owl_are_counted_without_a_place(session: Session) -> None:
    message = sent(session, S.SENT)
    session.execute(sa.update(Delivery).values(household_id=0))
    session.commit()
    keep_tallies(now=NOW)
    areas = areas_of_message(session, message.id)
    assert areas is not None
    assert [(row.area, row.homes, row.homes_there) for row in areas.rows] == [("Homes that have left OWL", 1, 0)]


@pytest.mark.parametrize(
    ("finished_ago", "counted_ago", "is_counted"),
    [
        (None, timedelta(seconds=5), 0),
        (None, timedelta(seconds=11), 1),
        (timedelta(minutes=1), timedelta(seconds=9), 0),
        (timedelta(hours=10), timedelta(minutes=59), 0),
        (timedelta(hours=10), timedelta(minutes=61), 1),
        (timedelta(days=400), timedelta(days=41), 1),
        (timedelta(days=800), timedelta(days=430), 0),
    ],
)
def test_it_is_counted_again_once_a_tenth_of_its_age_has_passed(
    session: Session, finished_ago: timedelta | None, counted_ago: timedelta, is_counted: int
) -> None:
    message = sent(session, S.SENT, finished_at=NOW - finished_ago if finished_ago else None)
    keep_tallies(now=NOW - counted_ago)
    session.execute(sa.update(Delivery).values(status="failed"))
    session.commit()
    assert keep_tallies(now=NOW) == is_counted
    assert session.get_one(MessageTally, message.id, populate_existing=True).failed == is_counted


def test_what_never_went_out_and_digests_are_not_counted(session: Session) -> None:
    factories.message(session, status=MessageStatus.DRAFT, approved_at=None)
    factories.message(session, kind="digest", author_id=None)
    assert keep_tallies(now=NOW) == 0


def test_a_message_is_shown_beside_earlier_ones_of_its_kind_in_the_readers_areas(session: Session) -> None:
    here, there = neighbourhood_id(session), neighbourhood_id(session, 1)
    earlier = [sent(session, S.SENT, S.FAILED) for _ in range(7)]
    factories.message(session, neighbourhood_ids=[there])
    factories.message(session, neighbourhood_ids=[here], kind="event")
    factories.message(session, neighbourhood_ids=[here], training=True)
    message = sent(session, S.SENT)
    assert with_earlier(session, message, [here]) == []  # nothing is counted yet
    keep_tallies(now=NOW)
    rows = with_earlier(session, message, [here, there])
    assert [row.id for row in rows] == [message.id, *(each.id for each in reversed(earlier[2:]))]
    assert (rows[1].reached_share, rows[1].useful_share) == (0.5, None)
    assert [row.id for row in with_earlier(session, message, [there])] == [message.id]
