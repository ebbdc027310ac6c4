"""The page that shows what we sent, to whoever has its code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus, Severity
from tests import factories
from tests.factories import NOW


def look(client: FlaskClient, code: str) -> tuple[int, str]:
    answer = client.get("/verify", query_string={"code": code})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.text


def stand_down(session: Session, of: Message, **fields: Any) -> Message:
    return factories.message(
        session, kind=Kind.STAND_DOWN, severity=Severity.URGENT, follows_id=of.id, title="She is safe", **fields
    )


def test_each_message_has_a_code_of_its_own(session: Session) -> None:
    for _ in range(3):
        factories.message(session)
    codes = session.scalars(sa.select(Message.code)).all()
    assert len({*codes}) == len(codes) >= 3


def test_a_code_shows_the_original_its_sender_and_when(client: FlaskClient, session: Session) -> None:
    author = factories.user(session, rank="PCSO", name="Amy Field")
    message = factories.message(
        session,
        author_id=author.id,
        body="**Lock** up. <b>Now</b>",
        sms_text="Lock up, please.",
        neighbourhood_ids=["hitchin-urban"],
    )
    status, page = look(client, f" {message.code.lower().replace('-', ' ')} ")
    assert status == 200
    for words in (
        "Yes, we sent this message", message.code, message.title, "<strong>Lock</strong> up. &lt;b&gt;Now&lt;/b&gt;",
        "Lock up, please.", "PCSO Amy Field", "Hitchin Urban", "Sunday 22 November 2026, 13:05", "Crime alert",
        "noindex",
    ):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("status", "approved_at", "known"),
    [
        (MessageStatus.SENDING, NOW, True),
        (MessageStatus.PAUSED, NOW, True),
        (MessageStatus.CLOSED, NOW, True),
        (MessageStatus.CANCELLED, NOW, True),
        (MessageStatus.CANCELLED, None, False),
        (MessageStatus.SCHEDULED, NOW, False),
        (MessageStatus.DRAFT, None, False),
        (MessageStatus.AWAITING_APPROVAL, None, False),
    ],
)
def test_only_what_went_out_is_shown(
    client: FlaskClient, session: Session, status: MessageStatus, approved_at: Any, known: bool
) -> None:
    message = factories.message(session, status=status, approved_at=approved_at)
    answered, page = look(client, message.code)
    assert answered == (200 if known else 404)
    assert (message.title in page) == known
    assert ("We stopped it before everybody had it" in page) == (known and status is MessageStatus.CANCELLED)


@pytest.mark.parametrize(("typed", "status"), [("", 400), ("HN-4821-X", 400), ("<script>", 400), ("HN-4821-K", 404)])
def test_a_wrong_code_is_answered_kindly(client: FlaskClient, typed: str, status: int) -> None:
    answered, page = look(client, typed)
    assert answered == status
    assert "report@phishing.gov.uk" in page
    assert "7726" in page
    assert "<script>" not in page
    if status == 404:
        assert "We sent no message with the code HN-4821-K" in page


def test_what_is_over_says_so(client: FlaskClient, session: Session) -> None:
    message = factories.message(session, valid_until=NOW - timedelta(days=400))
    _, page = look(client, message.code)
    assert "It was meant until Saturday 18 October 2025, 15:05, so it is over." in page


def test_a_stand_down_stands_above_what_it_ends(client: FlaskClient, session: Session) -> None:
    message = factories.message(session)
    end = stand_down(session, message, status=MessageStatus.AWAITING_APPROVAL, approved_at=None)
    assert "It is over." not in look(client, message.code)[1]
    end.status, end.approved_at = MessageStatus.SENT, NOW
    session.commit()
    _, page = look(client, message.code)
    assert f'href="/verify?code={end.code}"' in page
    assert message.body in page


def test_the_words_about_a_person_who_was_found_are_shown_no_more(client: FlaskClient, session: Session) -> None:
    message = factories.message(session, kind=Kind.MISSING_PERSON, title="Have you seen Joan?", body="She is 81.")
    assert "She is 81." in look(client, message.code)[1]
    stand_down(session, message)
    status, page = look(client, message.code)
    assert status == 200
    assert "Joan" not in page
    assert "She is 81." not in page
