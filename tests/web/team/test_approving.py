"""Letting a message go: alone where nothing speaks against it, and with the number typed where it reaches many."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.changing_users import change_access
from owl.accounts.models import RoleName, User
from owl.delivery.approving import approve_message
from owl.foundation.audit import Audit
from owl.foundation.errors import Refused
from owl.messages.models import MessageStatus, Severity
from tests import factories
from tests.accounts.places import HITCHIN, NORTH_HERTS
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import resident, submitted
from tests.web.team.test_composing import messages, post
from tests.web.team.test_messages import hidden, press

ALWAYS_DAY = {"night_from": 0, "night_until": 0}


@pytest.fixture
def author(client: FlaskClient, session: Session) -> User:
    for _ in range(3):
        resident(session)
    factories.limits(session, **ALWAYS_DAY)
    user = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, user)
    return user


def test_what_carries_no_risk_is_looked_at_once_more_and_sent_by_its_author(
    client: FlaskClient, author: User, session: Session
) -> None:
    assert "It needs no approval" in post(client, act="count").text
    answer = post(client, act="send")
    [message] = messages(session)
    assert (message.status, answer.location) == (MessageStatus.DRAFT, f"/team/messages/{message.id}")
    assert "Send to 3 homes" in client.get(answer.location).text
    assert "is going out now" in press(client, message, "send").text
    [message] = messages(session)
    assert (message.status, message.homes, message.approver_id) == (MessageStatus.SENDING, 3, None)
    assert message.approved_at is not None
    assert session.scalars(sa.select(Audit.act).order_by(Audit.id.desc())).first() == "send without approval"
    assert "No approval was needed" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("limits", "typed", "reason"),
    [
        ({"approval_above_homes": 2}, {}, "it reaches many homes"),
        ({"night_until": 24}, {}, "it goes out at night"),
        ({}, {"person": "named"}, "can be recognised"),
        ({}, {"channels": ["email", "sms"], "sms_text": "Lock up."}, "which costs money"),
    ],
)
def test_a_risk_asks_a_supervisor_and_says_why_and_the_author_can_not_send_it_alone(
    client: FlaskClient, author: User, session: Session, limits: dict[str, int], typed: dict[str, str], reason: str
) -> None:
    post(client, act="save", **typed)
    [message] = messages(session)
    factories.limits(session, **limits)
    page = client.get(f"/team/messages/{message.id}").text
    assert reason in page
    refused = press(client, message, "send")
    assert "Nothing was sent. It needs approval now" in refused.text
    assert messages(session)[0].status is MessageStatus.DRAFT
    press(client, message, "ask")
    [message] = messages(session)
    assert message.status is MessageStatus.AWAITING_APPROVAL
    assert message.approval_needed_because
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS]))
    assert reason in client.get(f"/team/messages/{message.id}").text


def test_another_audience_than_was_shown_is_not_sent_alone(client: FlaskClient, author: User, session: Session) -> None:
    post(client, act="send")
    [message] = messages(session)
    assert "nothing was sent" in press(client, message, "send", shown_hash="00" * 32).text
    assert "another window" in press(client, message, "send", version="7").text
    assert messages(session)[0].status is MessageStatus.DRAFT


def test_the_approver_types_the_number_where_it_is_large(client: FlaskClient, author: User, session: Session) -> None:
    factories.limits(session, type_count_above_homes=2)
    message = submitted(session, author.id)
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS]))
    assert "Type how many homes it reaches" in client.get(f"/team/messages/{message.id}").text
    for typed, sentence in (("", "Type the number of homes"), ("many", "Type the number"), ("30", "you typed 30")):
        answer = press(client, message, "approve", typed_homes=typed)
        assert (answer.status_code, sentence in answer.text) == (400, True)
        assert messages(session)[0].status is MessageStatus.AWAITING_APPROVAL
    assert "Approved" in press(client, message, "approve", typed_homes=" 3 ").text


def test_whoever_wrote_on_it_or_returned_it_does_not_approve_it(
    client: FlaskClient, author: User, session: Session
) -> None:
    message = submitted(session, author.id)
    returner = factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS])
    sign_in(client, session, returner)
    press(client, message, "return", reason="Say when it was.")
    sign_in(client, session, author)
    press(client, message, "ask")
    sign_in(client, session, returner)
    assert "Send to 3 homes" not in client.get(f"/team/messages/{message.id}").text
    forged = {"shown_hash": (message.audience_hash or b"").hex(), "version": str(messages(session)[0].version)}
    assert client.post(f"/team/messages/{message.id}/approve", data=forged).status_code == 403
    assert messages(session)[0].status is MessageStatus.AWAITING_APPROVAL


def test_a_message_like_it_to_the_same_homes_today_is_named(
    client: FlaskClient, author: User, session: Session
) -> None:
    post(client, act="send", title="Sheds again")
    [first] = messages(session)
    press(client, first, "send")
    page = " ".join(post(client, act="count").text.split())
    assert "A message like this went to these homes today" in page
    assert "Sheds again" in page
    assert "like this" not in post(client, act="count", kind="good_news").text
    part = post(client, act="count", include=["sector:SG5 1"])
    assert "A message like this" in part.text


def test_what_can_not_wait_is_sent_by_its_author_and_reviewed_by_an_inspector(
    client: FlaskClient, author: User, session: Session
) -> None:
    message = submitted(session, author.id, severity=Severity.URGENT)
    assert "It can’t wait for a supervisor" in client.get(f"/team/messages/{message.id}").text
    reason = "A child is missing near the weir and nobody answers."
    wrong = press(client, message, "emergency", emergency_reason=reason, typed_homes="4")
    assert (wrong.status_code, reason in wrong.text) == (400, True)
    page = press(client, message, "emergency", emergency_reason=reason, typed_homes="3").text
    assert "Sent in an emergency, without approval" in page
    assert "Keep this review" not in page
    sign_in(client, session, factories.user(session, role=RoleName.INSPECTOR, areas=[NORTH_HERTS]))
    assert reason in client.get("/team").text
    path = f"/team/messages/{message.id}/review"
    assert "Say whether it was right" in client.post(path, data={"note": "Looked at the log."}).text
    told = client.post(path, data={"was_right": "yes", "note": "Looked at the log."}, follow_redirects=True).text
    assert "It was right to send it." in told
    assert "please review" not in client.get("/team").text


def test_a_supervisor_who_loses_the_role_between_opening_and_approving_sends_nothing(
    client: FlaskClient, author: User, session: Session
) -> None:
    message = submitted(session, author.id)
    sergeant = factories.user(session, role=RoleName.SUPERVISOR, areas=[NORTH_HERTS])
    sign_in(client, session, sergeant)
    page = client.get(f"/team/messages/{message.id}").text
    shown = {"shown_hash": hidden(page, "shown_hash"), "version": hidden(page, "version")}
    change_access(sergeant.id, role=RoleName.OFFICER, areas=[HITCHIN], now=NOW)
    path = f"/team/messages/{message.id}/approve"
    assert "/team/sign-in" in client.post(path, data=shown).location
    session.expire_all()
    sign_in(client, session, session.get_one(User, sergeant.id))
    refused = client.post(path, data=shown)
    assert (refused.status_code, "You may not approve messages" in refused.text) == (403, True)
    with pytest.raises(Refused):
        approve_message(message.id, approver_id=sergeant.id, shown_hash=message.audience_hash or b"", now=NOW)
    assert messages(session)[0].status is MessageStatus.AWAITING_APPROVAL
