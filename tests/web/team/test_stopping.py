"""Pause, go on, cancel, send late and stand down, as a team presses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName, User
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.clock import utc_now
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, areas=[HITCHIN], name="Asha Patel")
    sign_in(client, session, user)
    return user


def on_its_way(session: Session, status: MessageStatus = MessageStatus.SENDING, **fields: object) -> Message:
    """A message of which one delivery went out and two are left."""
    message = factories.message(
        session, neighbourhood_ids=[HITCHIN], status=status, targeted=3, homes=3, finished_at=None, **fields
    )
    for state in (DeliveryStatus.SENT, DeliveryStatus.QUEUED, DeliveryStatus.QUEUED):
        factories.delivery(session, of=message, status=state)
    session.add(
        Batch(message_id=message.id, no=1, channel="email", lane="standard", first_seq=1, last_seq=3, due_at=utc_now())
    )
    session.commit()
    return message


def page_of(client: FlaskClient, message: Message, path: str = "") -> str:
    return " ".join(client.get(f"/team/messages/{message.id}{path}").text.split())


def press(client: FlaskClient, message: Message, act: str, **typed: str) -> TestResponse:
    found = re.search(r'name="version" value="(\d+)"', page_of(client, message))
    shown = {"version": found[1] if found else str(message.version)}
    return client.post(f"/team/messages/{message.id}/{act}", data=shown | typed, follow_redirects=True)


def status_of(session: Session, message: Message) -> MessageStatus:
    session.expire_all()
    return session.get_one(Message, message.id).status


def test_one_press_pauses_and_one_lets_it_go_on(client: FlaskClient, session: Session, officer: User) -> None:
    message = on_its_way(session)
    paused = press(client, message, "pause")
    assert "Paused. Nothing more goes out" in paused.text
    assert "Paused by PC Asha Patel" in paused.text
    assert status_of(session, message) is MessageStatus.PAUSED
    assert "It goes on" in press(client, message, "resume").text
    assert status_of(session, message) is MessageStatus.SENDING


def test_the_second_press_is_told_and_changes_nothing(client: FlaskClient, session: Session, officer: User) -> None:
    message = on_its_way(session)
    shown = {"version": str(message.version)}
    for _ in range(2):
        answer = client.post(f"/team/messages/{message.id}/pause", data=shown, follow_redirects=True)
    assert "Nothing was done: this message moved on" in answer.text
    assert "It stands at: paused" in answer.text


def test_before_it_is_cancelled_the_page_says_how_many_have_gone_and_how_many_are_left(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session)
    asked = page_of(client, message, "/stop")
    assert "<dt>Gone already</dt> <dd> 1 </dd>" in asked
    assert "<dt>Left, and cancelled</dt> <dd> 2 </dd>" in asked
    assert status_of(session, message) is MessageStatus.SENDING
    answer = press(client, message, "stop")
    assert "Cancelled. Nobody else gets it." in answer.text
    assert status_of(session, message) is MessageStatus.CANCELLED
    assert session.query(Delivery).filter_by(message_id=message.id, status="cancelled").count() == 2
    assert client.get(f"/team/messages/{message.id}/stop").status_code == 303


def test_a_stand_down_is_written_in_two_fields_and_waits_for_approval(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session)
    form = page_of(client, message, "/stand-down")
    assert f'value="Stand-down: {message.title}"' in form
    assert "<dt>Mails</dt> <dd> 1 </dd>" in form
    assert "2 that are left never go out" in form
    answer = press(client, message, "stand-down", title="Found", words="All is well.")
    assert "Sent for approval" in answer.text
    assert "It stands down" in answer.text
    assert status_of(session, message) is MessageStatus.CANCELLED
    assert "It was stood down" in page_of(client, message)
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]))
    assert "Found" in client.get("/team").text
    ending = session.query(Message).filter_by(follows_id=message.id).one()
    assert "Send to 1 home" in page_of(client, ending)
    assert client.get(f"/team/messages/{message.id}/stand-down").location == f"/team/messages/{ending.id}"


def test_a_stand_down_without_words_keeps_what_was_typed_and_stops_nothing(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session)
    answer = press(client, message, "stand-down", title="<b>Found</b>", words="")
    assert answer.status_code == 400
    assert 'href="#words"' in answer.text
    assert "&lt;b&gt;Found&lt;/b&gt;" in answer.text
    assert status_of(session, message) is MessageStatus.SENDING


def test_a_message_with_a_time_says_when_and_offers_to_cancel(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session, MessageStatus.SCHEDULED, send_at=utc_now() + timedelta(hours=1))
    page = page_of(client, message)
    assert "It goes out by itself on" in page
    assert "Cancel it" in page
    assert "Send now anyway" not in page


def test_a_late_message_asks_what_to_do_on_its_page_and_on_that_of_the_day(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session, MessageStatus.SCHEDULED, send_at=utc_now() - timedelta(minutes=16))
    for page in (page_of(client, message), client.get("/team").text):
        assert "Send now anyway" in page
        assert f"/team/messages/{message.id}/stop" in page
    assert "It is going out now." in press(client, message, "send-anyway").text
    assert status_of(session, message) is MessageStatus.SENDING
    assert "Send now anyway" not in client.get("/team").text


def test_a_message_that_stopped_by_itself_says_why_and_what_to_do(
    client: FlaskClient, session: Session, officer: User
) -> None:
    because = "OWL paused it: 20 of the last 100 could not be delivered."
    message = on_its_way(session, MessageStatus.PAUSED, stopped_because=because)
    for page in (page_of(client, message), page_of(client, message, "/ledger")):
        assert because in page
        assert "tell your administrator first" in page
    assert because in client.get("/team").text


def test_who_has_only_a_part_of_its_areas_is_shown_no_button_and_refused(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session)
    message.neighbourhood_ids = [HATFIELD, HITCHIN]
    session.commit()
    page = page_of(client, message)
    assert "Pause" not in page
    assert "Stand down" not in page
    for act in ("pause", "stop"):
        assert client.post(f"/team/messages/{message.id}/{act}", data={"version": "1"}).status_code == 403
    assert status_of(session, message) is MessageStatus.SENDING


def test_an_approver_of_a_message_with_a_time_is_told_when_it_goes_out(client: FlaskClient, session: Session) -> None:
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN])
    sign_in(client, session, supervisor)
    message = factories.message(
        session, neighbourhood_ids=[HITCHIN], status=MessageStatus.AWAITING_APPROVAL, approved_at=None,
        audience_hash=b"x", send_at=utc_now() - timedelta(minutes=1),
    )  # fmt: skip
    assert "which has passed: it goes out when you approve it" in page_of(client, message)


def test_what_waits_for_digests_is_taken_out_with_one_press(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = on_its_way(session, MessageStatus.SENT)
    session.execute(sa.update(Delivery).where(Delivery.seq > 1).values(status=DeliveryStatus.HELD_FOR_DIGEST))
    session.commit()
    assert "Take it out of the digests" in client.get(f"/team/messages/{message.id}").text
    for said in ("Taken out. No digest carries it any more.", "Nobody waits for this message any more"):
        answer = client.post(f"/team/messages/{message.id}/take-out", follow_redirects=True)
        assert said in answer.text
    assert "Take it out of the digests" not in answer.text
    session.expire_all()
    found = session.scalars(sa.select(Delivery.status).order_by(Delivery.seq)).all()
    assert found == [DeliveryStatus.SENT, DeliveryStatus.CANCELLED, DeliveryStatus.CANCELLED]
    assert session.get_one(Message, message.id).status is MessageStatus.SENT
