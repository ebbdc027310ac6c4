"""A resident's own replies, through a link and on their page."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.replies.links import conversation_token
from owl.replies.models import Reply
from owl.replies.references import reference_of
from tests import factories

HOSTILE = '<script>alert(1)</script>{{ 7 * 7 }}"'


@pytest.fixture
def reply(session: Session) -> Reply:
    return factories.reply(session, received_at=utc_now(), words=f"I saw a van. {HOSTILE}")


def test_the_link_shows_what_was_written_when_it_is_due_and_under_which_reference(
    client: FlaskClient, reply: Reply
) -> None:
    page = client.get(f"/replies/{conversation_token(reply.id)}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert HOSTILE not in page.text
    for shown in (
        f"I saw a van. {HOSTILE}",
        reference_of(reply.id),
        "Your team answers you by",
        "Add something",
        "999",
    ):
        assert shown in unescape(page.text)


def test_what_is_added_is_there_once_however_often_it_is_sent(client: FlaskClient, reply: Reply) -> None:
    path = f"/replies/{conversation_token(reply.id)}"
    for _ in range(2):
        answer = client.post(f"{path}/add", data={"words": "It was blue.", "form_key": "a"})
        assert (answer.status_code, answer.location) == (303, path)
    page = client.get(path).text
    assert page.count("It was blue.") == 1
    assert "Your team has what you added" in page


def test_blank_or_too_long_words_stay_to_be_put_right(client: FlaskClient, reply: Reply) -> None:
    path = f"/replies/{conversation_token(reply.id)}/add"
    assert "Write what you want to add." in client.post(path, data={"words": " "}).text
    answer = client.post(path, data={"words": "y" * 4001})
    assert answer.status_code == 400
    assert "y" * 4001 in answer.text
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("purpose", [Purpose.FEEDBACK, Purpose.UNSUBSCRIBE, Purpose.RECEIPT])
def test_no_other_link_of_ours_opens_a_conversation(client: FlaskClient, reply: Reply, purpose: Purpose) -> None:
    for token in (delivery_token(purpose, reply.id, 0), delivery_token(Purpose.CONVERSATION, reply.id, 1), "x", "\0"):
        assert client.get(f"/replies/{token}").status_code in {400, 404}


def test_an_old_or_anonymous_conversation_is_not_shown(client: FlaskClient, session: Session) -> None:
    old = factories.reply(session, received_at=utc_now() - timedelta(days=181))
    anonymous = factories.reply(session, received_at=utc_now(), anonymous=True)
    assert client.get(f"/replies/{conversation_token(old.id)}").status_code == 410
    assert client.get(f"/replies/{conversation_token(anonymous.id)}").status_code == 404


def test_the_own_page_lists_them_all(page: FlaskClient, session: Session, owner: Subscriber, reply: Reply) -> None:
    shown = page.get("/my/replies").text
    assert "You have not written to your team yet" in shown
    assert reference_of(reply.id) not in shown  # of somebody else
    point = session.scalars(sa.select(ContactPoint).where(ContactPoint.subscriber_id == owner.id)).one()
    mine = factories.reply(session, factories.delivery(session, point))
    shown = page.get("/my/replies").text
    assert reference_of(mine.id) in shown
    assert conversation_token(mine.id) in shown
    assert "/my/replies" in page.get("/my").text


def recent(session: Session) -> Delivery:
    message = factories.message(session, approved_at=utc_now(), finished_at=utc_now())
    return factories.delivery(session, factories.contact_point(session), of=message)


def test_the_page_of_thanks_leads_to_what_was_written(client: FlaskClient, session: Session) -> None:
    delivery = recent(session)
    token = delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)
    page = client.post(
        f"/r/{token}/reply", data={"words": "He has a gun", "anonymous": "no"}, follow_redirects=True
    ).text
    assert "/replies/" in page
    assert "press 55" in page  # without a script this is the first moment to say so


@pytest.mark.parametrize("words", ["Thank you", "He has a gun"])
def test_an_anonymous_reply_leads_nowhere_and_danger_alone_is_answered_with_999(
    client: FlaskClient, session: Session, words: str
) -> None:
    delivery = recent(session)
    token = delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)
    sent = {"words": words, "anonymous": "yes"}
    page = client.post(f"/r/{token}/reply", data=sent, follow_redirects=True).text
    assert "/replies/" not in page
    assert ("press 55" in page) == (words != "Thank you")


def test_the_page_says_why_the_message_came(client: FlaskClient, session: Session) -> None:
    delivery = recent(session)
    point = session.get_one(ContactPoint, delivery.contact_point_id)
    path = f"/r/{delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)}"
    shown = " ".join(client.get(path).text.split())
    assert "You got this message because you chose Crime alert for" in shown
    assert "You chose this on: Sunday 22 November 2026." in shown
    session.execute(sa.update(Subscription).where(Subscription.subscriber_id == point.subscriber_id).values(kinds=[]))
    session.commit()
    assert "You got this message because" not in client.get(path).text


def test_the_form_carries_the_list_so_that_nothing_typed_is_sent(client: FlaskClient, session: Session) -> None:
    delivery = recent(session)
    assert session.get(ContactPoint, delivery.contact_point_id)
    page = client.get(f"/r/{delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)}").text
    assert 'data-danger="[' in page
    assert "danger.js" in page
