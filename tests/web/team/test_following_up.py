"""Updates and what happened, as a team writes them, without JavaScript."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.models import DeliveryStatus
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, user)
    return user


def went_out(session: Session, **fields: object) -> Message:
    message = factories.message(session, neighbourhood_ids=[HITCHIN], targeted=2, homes=2, **fields)
    for state in (DeliveryStatus.SENT, DeliveryStatus.HELD):
        factories.delivery(session, of=message, status=state)
    return message


def page_of(client: FlaskClient, path: str) -> str:
    return " ".join(client.get(path).text.split())


def test_an_update_is_written_from_the_message_and_waits_for_approval(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = went_out(session)
    here = f"/team/messages/{message.id}"
    assert f'href="{here}/update"' in page_of(client, here)
    form = page_of(client, f"{here}/update")
    assert f'value="Update: {message.title}"' in form
    assert "<dt>Mails</dt> <dd> 1 </dd>" in form
    assert "1 are still to get the message" in form
    assert "Words of the text message" not in form
    refused = client.post(f"{here}/update", data={"title": "<b>More</b>", "words": ""})
    assert refused.status_code == 400
    assert 'href="#words"' in refused.text
    assert "&lt;b&gt;More&lt;/b&gt;" in refused.text
    answer = client.post(f"{here}/update", data={"title": "More", "words": "News", "urgent": "yes"})
    shown = client.get(answer.location).text
    assert "Sent for approval" in shown
    assert "It follows" in shown
    assert "▲ Urgent" in shown
    assert "More" in page_of(client, here)


def test_what_happened_is_told_once_and_one_that_came_back_is_changed(
    client: FlaskClient, session: Session, officer: User
) -> None:
    message = went_out(session)
    here = f"/team/messages/{message.id}"
    path = client.post(f"{here}/what-happened", data={"title": "Found", "words": "We found them."}).location
    assert client.get(f"{here}/what-happened").location == path
    assert "Tell them what happened" not in page_of(client, here)
    ours = session.query(Message).filter_by(follows_id=message.id).one()
    ours.status, ours.returned_reason = MessageStatus.RETURNED, "Say when."
    session.commit()
    assert f'href="{path}/reword"' in client.get(path).text
    form = client.get(f"{path}/reword").text
    assert "Say when." in form
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    said = {"title": "Found", "words": "We found them on Sunday.", "version": version[1]}
    assert "Sent for approval" in client.post(f"{path}/reword", data=said, follow_redirects=True).text
    session.expire_all()
    assert session.get_one(Message, ours.id).body == "We found them on Sunday."


def test_a_supervisor_approves_it_with_the_number_of_homes_in_sight(client: FlaskClient, session: Session) -> None:
    message = went_out(session)
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    path = client.post(f"/team/messages/{message.id}/what-happened", data={"title": "a", "words": "b"}).location
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]))
    assert "Send to 1 home" in page_of(client, path)
