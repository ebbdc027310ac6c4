"""The page of one reply, and what its forms do without any script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.clock import utc_now
from owl.replies.links import conversation_token
from owl.replies.models import Reply
from owl.replies.states import ReplyState
from tests import factories
from tests.browser import sign_in


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, name="Amy Field", areas=[factories.neighbourhood_id(session)])
    sign_in(client, session, user)
    return user


def test_each_form_does_what_it_says_and_a_fault_keeps_what_was_typed(
    client: FlaskClient, session: Session, officer: User
) -> None:
    ben = factories.user(session, name="Ben Stone", areas=[factories.neighbourhood_id(session)])
    to = factories.delivery(session)
    reply: Reply = factories.reply(session, to, received_at=utc_now())
    other = factories.reply(session, to, words="Another thing", received_at=utc_now())
    page = f"/team/replies/{reply.id}"
    steps: list[tuple[str, dict[str, object], str]] = [
        ("claim", {}, "It is yours now."),
        ("claim", {}, "<strong>PC Amy Field</strong> has it in hand"),
        ("assign", {"to": ben.id}, "PC Ben Stone"),
        ("assign", {"to": "nobody"}, "It is back with the team."),
        ("note", {"note": "Known <b>to us</b>"}, "Known &lt;b&gt;to us&lt;/b&gt;"),
        ("merge", {"other": other.id}, "Another thing"),
        ("answer", {"do": "wait", "words": "Which colour?", "seen": 0, "written": 0}, "Waiting for them"),
        ("close", {"seen": 0}, "Write again"),
        ("reopen", {}, "It is open again."),
        ("hand-over", {"body": "Watford Borough Council", "seen": 0, "written": 1}, "Handed on"),
    ]
    for act, form, shown in steps:
        answer = client.post(f"{page}/{act}", data=form, follow_redirects=True)
        assert answer.status_code == 200, act
        assert shown in answer.text, act
    session.refresh(reply)
    assert (reply.state, reply.handed_to) == (ReplyState.CLOSED, "Watford Borough Council")
    assert client.get(f"/team/replies/{other.id}").location == page

    faults = [
        ("note", {"note": " "}, "Write your note."),
        ("assign", {"to": 10**9}, "Choose a colleague who answers"),
        ("hand-over", {"directions": "Dear resident"}, "Dear resident"),
        ("merge", {}, "Choose which reply"),
        ("answer", {"words": "Late", "seen": 0, "written": 0}, "Your answer was not sent."),
        ("close", {"seen": 0}, "This is closed already."),
    ]
    for act, form, shown in faults:
        answer = client.post(f"{page}/{act}", data=form)
        assert answer.status_code in {400, 409}, act
        assert shown in answer.text, act


def test_an_answer_at_hand_is_put_below_what_was_typed_and_nothing_is_sent(
    client: FlaskClient, session: Session, officer: User
) -> None:
    reply = factories.reply(session)
    form = {"do": "insert", "words": "Dear Joan,", "canned": "Do you have pictures?"}
    page = client.post(f"/team/replies/{reply.id}/answer", data=form).text
    assert "Dear Joan,\n\nThank you for telling us. Do you have a doorbell" in page
    session.refresh(reply)
    assert reply.answered_at is None


def test_a_late_resident_asks_an_inspector_on_their_own_page_and_not_before(
    client: FlaskClient, session: Session
) -> None:
    reply = factories.reply(session, received_at=utc_now())
    page = f"/replies/{conversation_token(reply.id)}"
    assert "Ask an inspector" not in client.get(page).text
    assert client.post(f"{page}/inspector").status_code == 409
    reply.due_at = utc_now() - timedelta(minutes=1)
    session.commit()
    assert "Ask an inspector to look at it" in client.get(page).text
    assert "An inspector is told" in client.post(f"{page}/inspector", follow_redirects=True).text
    assert "You have asked an inspector" in client.get(page).text


def test_somebody_goes_off_duty_and_comes_back(client: FlaskClient, session: Session, officer: User) -> None:
    page = "/team/profile/off-duty"
    assert "Nobody else answers" in client.get(page).text
    ben = factories.user(session, name="Ben Stone", areas=[factories.neighbourhood_id(session)])
    back = utc_now() + timedelta(days=3)
    until = {"until_day": back.day, "until_month": back.month, "until_year": back.year, "until_time": "7:00"}
    assert "Say when you are back." in client.post(page, data={"cover": ben.id}).text
    assert "Choose a colleague who answers" in client.post(page, data=until).text
    assert "PC Ben Stone</strong>" in client.post(page, data=until | {"cover": ben.id}, follow_redirects=True).text
    assert "You are on duty." in client.post(f"{page}/end", follow_redirects=True).text
    assert client.post(f"{page}/end").status_code == 404


def test_the_page_of_the_72_hours_shows_the_own_neighbourhoods(
    client: FlaskClient, session: Session, officer: User
) -> None:
    factories.reply(session, received_at=utc_now() - timedelta(days=4))
    for span in ("4-weeks", "3-months", "12-months", "nonsense"):
        page = client.get(f"/team/replies/72-hours?span={span}").text
        assert page.count('<th scope="row"') == 1
        assert "0 %" in page
