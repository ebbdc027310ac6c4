"""What came back on a message, on its page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.consultations.ballots import cast_for_home
from owl.foundation.clock import utc_now
from owl.replies.models import Rating
from owl.replies.replying import rate_message
from tests import factories
from tests.browser import sign_in
from tests.consultations.boxes import invite, open_consultation


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


def test_how_many_answered_an_invitation_is_told_and_how_they_answered_is_not(
    client: FlaskClient, session: Session, officer: User
) -> None:
    consultation = open_consultation(
        session, closes_at=factories.FOREVER, neighbourhood_ids=[factories.neighbourhood_id(session)]
    )
    [home] = invite(session, consultation)
    cast_for_home(home.message_id, home.seq, {"q1": ["speeding"]}, form_key="of-a-test-with-letters", now=utc_now())
    page = client.get(f"/team/messages/{home.message_id}").text
    assert "1 home has answered." in " ".join(page.split())
    assert "Nobody sees how before it closes" in page
    assert "Speeding" not in page
