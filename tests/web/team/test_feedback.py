"""What came back on a message, on its page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.consultations.balloting import cast_ballot
from owl.foundation.clock import utc_now
from owl.messages.models import Message
from owl.replies.models import Rating
from owl.replies.replying import rate_message
from tests import factories
from tests.browser import sign_in


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, areas=[factories.neighbourhood_id(session)])
    sign_in(client, session, user)
    return user


def test_ratings_and_replies_of_the_own_areas_stand_on_the_page_of_their_message(
    client: FlaskClient, session: Session, officer: User
) -> None:
    here, there = (factories.neighbourhood_id(session, place) for place in (0, 1))
    message = factories.message(session, finished_at=utc_now(), neighbourhood_ids=[here, there])
    ours = factories.delivery(session, of=message)
    theirs = factories.delivery(session, of=message, home=factories.household(session, neighbourhood_id=there))
    rate_message(message.id, ours.seq, Rating.USEFUL, now=utc_now())
    factories.reply(session, to=ours, words="I saw a van")
    factories.reply(session, to=theirs, words="Seen elsewhere")
    page = client.get(f"/team/messages/{message.id}").text
    assert "I saw a van" in page
    assert "Seen elsewhere" not in page
    assert " ".join(page.split()).count("<dt>Useful</dt> <dd> 1 </dd>") == 1


def test_a_message_that_nobody_answered_says_what_will_be_there(
    client: FlaskClient, session: Session, officer: User
) -> None:
    page = client.get(f"/team/messages/{factories.message(session).id}").text
    assert "No replies yet" in page


def test_the_answers_to_a_question_are_shown_after_its_close_and_not_before(
    client: FlaskClient, session: Session, officer: User
) -> None:
    now = utc_now()
    message = factories.consultation(session, valid_until=now + timedelta(days=1), finished_at=now)
    for number in range(5):
        delivery = factories.delivery(session, of=message)
        words = "<b>A lamp</b> in the alley" if number == 0 else ""
        cast_ballot(message.id, delivery.seq, ["speeding"], words, named=False, now=now)
    message_id = message.id
    page = client.get(f"/team/messages/{message_id}").text
    assert "5 homes have answered. Nobody sees how" in page
    assert "Speeding" not in page
    assert "A lamp" not in page

    session.execute(sa.update(Message).values(valid_until=now))
    session.commit()
    page = " ".join(client.get(f"/team/messages/{message_id}").text.split())
    assert re.search(r"Speeding and dangerous driving</th> <td [^>]*>5</td>", page)
    assert page.count("fewer than 5") == 9
    assert "&lt;b&gt;A lamp&lt;/b&gt; in the alley" in page
