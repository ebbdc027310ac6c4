"""Lists of messages, one message with its ledger, and what a supervisor decides there."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName, User
from owl.delivery.models import Delivery, DeliveryStatus
from owl.messages.composing import create_draft
from owl.messages.models import Message, MessageStatus, Severity
from owl.messages.queries import PAGE
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import draft, resident, submitted


@pytest.fixture
def supervisor(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN])
    sign_in(client, session, user)
    return user


@pytest.fixture
def waiting(session: Session) -> Message:
    resident(session)
    return submitted(session, factories.user(session, areas=[HITCHIN], name="Asha Patel").id)


def status_of(session: Session, message: Message) -> MessageStatus:
    session.refresh(message)
    return message.status


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found
    return found[1]


def press(client: FlaskClient, message: Message, act: str, **changed: str) -> TestResponse:
    page = client.get(f"/team/messages/{message.id}").text
    shown = {"shown_hash": hidden(page, "shown_hash"), "version": hidden(page, "version")}
    return client.post(f"/team/messages/{message.id}/{act}", data={**shown, **changed}, follow_redirects=True)


def test_a_supervisor_sees_the_size_and_sends_with_one_press(
    client: FlaskClient, session: Session, supervisor: User, waiting: Message
) -> None:
    page = " ".join(client.get(f"/team/messages/{waiting.id}").text.split())
    assert "This reaches <strong>1 home</strong>" in page
    assert "Send to 1 home" in page
    answer = press(client, waiting, "approve")
    assert "Approved. It is going out now." in answer.text
    assert status_of(session, waiting) is MessageStatus.SENDING
    assert (waiting.targeted, waiting.homes, waiting.approver_id) == (1, 1, supervisor.id)
    assert "Going out to" in answer.text


def test_the_author_is_shown_no_decision_and_is_refused_one(
    client: FlaskClient, session: Session, supervisor: User
) -> None:
    resident(session)
    message = submitted(session, supervisor.id)
    page = client.get(f"/team/messages/{message.id}").text
    assert "Your decision" not in page
    assert "Cancel this message" in page
    forged = {"shown_hash": (message.audience_hash or b"").hex(), "version": str(message.version), "reason": "No."}
    for act in ("approve", "return"):
        assert client.post(f"/team/messages/{message.id}/{act}", data=forged).status_code == 403
    assert status_of(session, message) is MessageStatus.AWAITING_APPROVAL


@pytest.mark.parametrize(("role", "areas"), [(RoleName.OFFICER, [HITCHIN]), (RoleName.ADMINISTRATOR, [])])
def test_who_may_not_approve_sees_the_message_but_no_button(
    client: FlaskClient, session: Session, waiting: Message, role: RoleName, areas: list[str]
) -> None:
    sign_in(client, session, factories.user(session, role=role, areas=areas))
    page = client.get(f"/team/messages/{waiting.id}").text
    assert "Shed break-ins" in page
    assert "Your decision" not in page
    assert client.get(f"/team/messages/{waiting.id}/ledger").status_code == 404  # there is none yet
    for act in ("approve", "return"):
        assert client.post(f"/team/messages/{waiting.id}/{act}", data={}).status_code == 403


def test_a_supervisor_of_elsewhere_finds_nothing(client: FlaskClient, session: Session, waiting: Message) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[HATFIELD]))
    assert client.get(f"/team/messages/{waiting.id}").status_code == 404
    assert client.get(f"/team/messages/{waiting.id}/ledger").status_code == 404
    for act in ("approve", "return"):
        assert client.post(f"/team/messages/{waiting.id}/{act}", data={"reason": "No."}).status_code == 404
    assert "Shed break-ins" not in client.get("/team/messages?tab=waiting").text


def test_a_supervisor_of_a_part_sees_it_but_does_not_decide(client: FlaskClient, session: Session) -> None:
    resident(session)
    audience = draft().audience.of([*draft().audience.include, *draft().audience.of().include])
    message = submitted(session, factories.user(session, areas=[HITCHIN, HATFIELD]).id, audience=audience)
    message.neighbourhood_ids = [HATFIELD, HITCHIN]
    session.commit()
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]))
    assert "Your decision" not in client.get(f"/team/messages/{message.id}").text
    assert client.post(f"/team/messages/{message.id}/approve", data={"shown_hash": ""}).status_code == 403


@pytest.mark.parametrize(
    "forged", [{"shown_hash": "zz"}, {"shown_hash": ""}, {"shown_hash": "00" * 32}, {"version": "1"}, {"version": "x"}]
)
def test_what_was_not_shown_is_not_approved(
    client: FlaskClient, session: Session, supervisor: User, waiting: Message, forged: dict[str, str]
) -> None:
    answer = press(client, waiting, "approve", **forged)
    assert "after" in answer.text
    assert "Approved." not in answer.text
    assert status_of(session, waiting) is MessageStatus.AWAITING_APPROVAL
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 0


def test_the_second_press_is_told_and_nothing_is_sent_again(
    client: FlaskClient, session: Session, supervisor: User, waiting: Message
) -> None:
    shown = {"shown_hash": (waiting.audience_hash or b"").hex(), "version": str(waiting.version)}
    client.post(f"/team/messages/{waiting.id}/approve", data=shown)
    answer = client.post(f"/team/messages/{waiting.id}/approve", data=shown, follow_redirects=True)
    assert "already approved; nothing was sent again" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 1


def test_a_returned_message_shows_its_reason_to_its_author_who_can_change_it(
    client: FlaskClient, session: Session, supervisor: User, waiting: Message
) -> None:
    answer = press(client, waiting, "return", reason="Say <when> it happened.")
    assert "Returned to its author" in answer.text
    assert status_of(session, waiting) is MessageStatus.RETURNED
    sign_in(client, session, session.get_one(User, waiting.author_id))
    page = client.get(f"/team/messages/{waiting.id}").text
    assert "Say &lt;when&gt; it happened." in page
    assert f"/team/messages/{waiting.id}/edit" in page
    assert "Shed break-ins" in client.get("/team/messages?tab=drafts").text


def test_a_return_without_a_reason_is_told_beside_the_field(
    client: FlaskClient, session: Session, supervisor: User, waiting: Message
) -> None:
    answer = press(client, waiting, "return", reason=" ")
    assert answer.status_code == 400
    assert "<title>Error: " in answer.text
    assert 'href="#reason"' in answer.text
    assert status_of(session, waiting) is MessageStatus.AWAITING_APPROVAL


def test_an_author_cancels_and_it_is_no_longer_approved(
    client: FlaskClient, session: Session, waiting: Message
) -> None:
    sign_in(client, session, session.get_one(User, waiting.author_id))
    answer = client.post(f"/team/messages/{waiting.id}/cancel", follow_redirects=True)
    assert "Cancelled. Nothing was sent." in answer.text
    assert status_of(session, waiting) is MessageStatus.CANCELLED
    again = client.post(f"/team/messages/{waiting.id}/cancel", follow_redirects=True)
    assert "can&#39;t be changed any more" in again.text


def test_the_bar_fills_and_the_figures_add_up(client: FlaskClient, session: Session, supervisor: User) -> None:
    message = factories.message(session, neighbourhood_ids=[HITCHIN], targeted=3, homes=3)
    for status, fault in (
        (DeliveryStatus.DELIVERED, None),
        (DeliveryStatus.SENT, None),
        (DeliveryStatus.FAILED, "21614"),
    ):
        factories.delivery(session, of=message, status=status, fault=fault)
    for path in ("", "/ledger"):
        page = client.get(f"/team/messages/{message.id}{path}").text
        widths = [
            float(width)
            for width in re.findall(r'<rect class="owl-bar__\w+"\s+x="[^"]*"\s+y="0"\s+width="([\d.]+)%"', page)
        ]
        assert len(widths) == 3
        assert sum(widths) == pytest.approx(100, abs=0.001)
        assert "What went wrong" in page
        assert "don’t add up" not in page
    assert "<html" not in client.get(f"/team/messages/{message.id}/ledger").text


def test_a_ledger_that_does_not_add_up_says_so(client: FlaskClient, session: Session, supervisor: User) -> None:
    message = factories.message(session, neighbourhood_ids=[HITCHIN], targeted=2)
    factories.delivery(session, of=message)
    assert "don’t add up" in client.get(f"/team/messages/{message.id}").text


@pytest.mark.parametrize("tab", ["waiting", "drafts", "going-out", "sent", "everything'--", ""])
def test_every_list_says_what_will_be_there(client: FlaskClient, supervisor: User, tab: str) -> None:
    answer = client.get("/team/messages", query_string={"tab": tab})
    assert answer.status_code == 200
    assert "Write the first one" in answer.text


def test_lists_show_title_state_and_author_page_by_page(
    client: FlaskClient, session: Session, supervisor: User
) -> None:
    script = "<script>alert(1)</script> שלום"
    author = factories.user(session, name="Asha Patel")
    for _ in range(PAGE + 1):
        factories.message(
            session, title=script, neighbourhood_ids=[HITCHIN], author_id=author.id, severity=Severity.URGENT
        )
    page = client.get("/team/messages?tab=sent").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום" in page
    assert "PC Asha Patel" in page
    assert "Urgent" in page
    assert "Older messages" in page
    for number in ("2", "99999999999999999999", "-3", "x"):
        assert client.get(f"/team/messages?tab=sent&page={number}").status_code == 200


def test_hostile_words_are_shown_as_words(client: FlaskClient, session: Session, supervisor: User) -> None:
    body = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**"
    message_id = create_draft(draft(body=body, title='"><script>x'), author_id=supervisor.id, now=NOW)
    page = client.get(f"/team/messages/{message_id}").text
    assert "<img src=x" not in page
    assert "<script>x" not in page
    assert 'href="javascript' not in page
    assert "<strong>bold</strong>" in page
