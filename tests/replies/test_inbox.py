"""Replies as a team reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.models import SuppressionReason
from owl.replies.answering import answer_reply
from owl.replies.conversations import conversation
from owl.replies.inbox import ON_A_PAGE, Show, count_open, inbox
from owl.replies.models import Rating
from owl.replies.queries import replies_to
from owl.replies.ratings import rating_by, ratings_of
from owl.replies.replying import rate_message
from tests import factories
from tests.factories import NOW


def test_the_inbox_puts_urgent_words_first_then_what_is_due_first_and_the_anonymous_last(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    later = factories.reply(session, received_at=NOW)
    sooner = factories.reply(session, received_at=NOW - timedelta(hours=30))
    urgent = factories.reply(session, received_at=NOW, urgent=True)
    anonymous = factories.reply(session, anonymous=True)
    gone = factories.contact_point(session, suppressed_at=NOW, suppressed_reason=SuppressionReason.STOPPED)
    left = factories.reply(session, to=factories.delivery(session, gone))

    assert [row.id for row in inbox(session, [area], show=Show.OPEN, now=NOW).rows] == [
        urgent.id, sooner.id, later.id, left.id, anonymous.id,
    ]  # fmt: skip
    assert count_open(session, [area]) == 5
    everything = {row.id: row for row in inbox(session, [area], show=Show.ALL, now=NOW).rows}
    assert list(everything) == [left.id, anonymous.id, urgent.id, sooner.id, later.id]
    assert (everything[anonymous.id].anonymous, everything[anonymous.id].answerable) == (True, False)
    assert (everything[left.id].anonymous, everything[left.id].answerable) == (False, False)


def test_an_answered_reply_moves_to_the_answered_ones(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    reply = factories.reply(session)
    author = factories.user(session, name="Amy Field", areas=[area])
    answer_reply(reply.id, "Thank you.", author_id=author.id, now=NOW)
    assert inbox(session, [area], show=Show.OPEN, now=NOW).rows == ()
    assert [row.id for row in inbox(session, [area], show=Show.CLOSED, now=NOW).rows] == [reply.id]
    found = conversation(session, reply.id, [area])
    assert [(answer.author, answer.words) for answer in found.answers] == [("PC Amy Field", "Thank you.")]


def test_a_page_holds_twenty_and_a_page_beyond_the_end_is_the_last(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    delivery = factories.delivery(session)
    for _ in range(ON_A_PAGE + 3):
        factories.reply(session, to=delivery)
    first, last = (inbox(session, [area], show=Show.ALL, page=page, now=NOW) for page in (-1, 99))
    assert (len(first.rows), first.number, first.pages, first.total) == (20, 1, 2, 23)
    assert (len(last.rows), last.number) == (3, 2)


def test_a_team_sees_only_the_replies_of_its_own_areas(session: Session) -> None:
    reply = factories.reply(session)
    other = [factories.neighbourhood_id(session, 1)]
    assert inbox(session, other, show=Show.ALL, now=NOW).rows == ()
    assert inbox(session, [], show=Show.ALL, now=NOW).rows == ()
    assert replies_to(session, reply.message_id, other) == ()
    assert count_open(session, other) == 0
    with pytest.raises(NotFound):
        conversation(session, reply.id, other)


def test_a_conversation_shows_the_name_that_was_given_and_how_an_answer_goes(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    person = factories.subscriber(session, name="Joan Baker")
    phone = factories.contact_point(session, person, channel=Channel.SMS)
    found = conversation(session, factories.reply(session, to=factories.delivery(session, phone)).id, [area])
    assert (found.writer, found.goes_by, found.reply.is_waiting) == ("Joan Baker", Channel.SMS, True)

    hidden = conversation(session, factories.reply(session, anonymous=True).id, [area])
    assert (hidden.writer, hidden.goes_by, hidden.reply.is_waiting) == (None, None, False)


def test_replies_to_a_message_are_its_own_newest_first(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    delivery = factories.delivery(session)
    replies = [factories.reply(session, to=delivery).id for _ in range(3)]
    factories.reply(session)
    assert [row.id for row in replies_to(session, delivery.message_id, [area])] == replies[::-1]


def test_ratings_are_counted_by_what_was_pressed_last(session: Session) -> None:
    message = factories.message(session)
    one, two = factories.delivery(session, of=message), factories.delivery(session, of=message)
    assert rating_by(session, message.id, one.seq) is None
    rate_message(message.id, one.seq, Rating.USEFUL, now=NOW)
    rate_message(message.id, two.seq, Rating.USEFUL, now=NOW)
    rate_message(message.id, two.seq, Rating.NOT_FOR_ME, now=NOW)
    assert ratings_of(session, message.id) == ((Rating.USEFUL, 1), (Rating.NOT_FOR_ME, 1), (Rating.TOO_FAR_AWAY, 0))
    session.expire_all()
    assert rating_by(session, message.id, two.seq) is Rating.NOT_FOR_ME
