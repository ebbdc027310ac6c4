"""What residents wrote back, as their team reads and answers it."""

from __future__ import annotations

from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.foundation.audit import Audit
from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel, Notice
from owl.households.models import SuppressionReason
from owl.replies.models import Answer
from owl.replies.references import reference_of
from tests import factories
from tests.browser import sign_in

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</textarea><b>bold</b>"]


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, name="Amy Field", areas=[factories.neighbourhood_id(session)])
    sign_in(client, session, user)
    return user


def elsewhere(session: Session) -> int:
    home = factories.household(session, neighbourhood_id=factories.neighbourhood_id(session, 1))
    return factories.reply(session, to=factories.delivery(session, home=home), words="Secret of elsewhere").id


def test_the_inbox_shows_the_replies_of_the_own_areas_with_their_clocks(
    client: FlaskClient, session: Session, officer: User
) -> None:
    factories.reply(session, words="I saw a van", received_at=utc_now())
    factories.reply(session, words="A tip", anonymous=True)
    elsewhere(session)
    page = client.get("/team/replies").text
    assert "I saw a van" in page
    assert "Due in 2 days" in page or "Due in 3 days" in page
    assert page.index("I saw a van") < page.index("A tip")
    everything = client.get("/team/replies?show=all").text
    assert "A tip" in everything
    assert "Anonymous" in everything
    assert "Secret of elsewhere" not in page + everything


@pytest.mark.parametrize("query", ["", "?show=closed", "?show=all", "?show=nonsense&page=-4", "?page=99999999999999"])
def test_an_empty_inbox_says_what_will_be_there(client: FlaskClient, officer: User, query: str) -> None:
    page = client.get(f"/team/replies{query}")
    assert page.status_code == 200
    assert "will be here" in page.text


def test_a_long_inbox_has_pages(client: FlaskClient, session: Session, officer: User) -> None:
    delivery = factories.delivery(session)
    for _ in range(21):
        factories.reply(session, to=delivery, received_at=utc_now())
    assert 'aria-label="Page 2"' in client.get("/team/replies").text
    assert client.get("/team/replies?page=2").text.count("owl-replies__one") == 1


def test_a_reply_is_answered_and_the_page_then_shows_the_answer(
    client: FlaskClient, session: Session, officer: User
) -> None:
    reply = factories.reply(session, words="Is the park safe?")
    page = client.get(f"/team/replies/{reply.id}").text
    for shown in ("Is the park safe?", "It goes by email", "signed PC Amy Field", "Shed break-ins in Walsworth"):
        assert shown in page

    answer = client.post(f"/team/replies/{reply.id}/answer", data={"words": "We patrol it.\nEvery night."})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/team/replies/{reply.id}")
    page = client.get(answer.headers["Location"]).text
    assert "Your answer is on its way." in page
    assert "We patrol it.\nEvery night." in page
    assert "Write again" in page
    assert session.scalars(sa.select(Notice)).one().template == "answer"


def test_an_answer_with_a_fault_comes_back_as_it_was_typed(
    client: FlaskClient, session: Session, officer: User
) -> None:
    phone = factories.contact_point(session, channel=Channel.SMS)
    reply = factories.reply(session, to=factories.delivery(session, phone))
    assert "It goes by text" in client.get(f"/team/replies/{reply.id}").text
    page = client.post(f"/team/replies/{reply.id}/answer", data={"words": "y" * 500})
    assert page.status_code == 400
    assert "<title>Error: " in page.text
    assert 'href="#words"' in page.text
    assert "y" * 500 in page.text
    assert client.post(f"/team/replies/{reply.id}/answer", data={}).status_code == 400


def test_the_second_officer_is_told_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, officer: User
) -> None:
    reply = factories.reply(session)
    client.post(f"/team/replies/{reply.id}/answer", data={"words": "First"})
    page = client.post(f"/team/replies/{reply.id}/answer", data={"words": "Second & late"})
    assert page.status_code == 409
    assert "Amy Field answered this on" in page.text
    assert "Second &amp; late" in page.text
    assert len(session.scalars(sa.select(Answer)).all()) == 1


def test_what_can_not_be_answered_says_why_and_offers_no_form(
    client: FlaskClient, session: Session, officer: User
) -> None:
    anonymous = factories.reply(session, anonymous=True)
    page = client.get(f"/team/replies/{anonymous.id}").text
    assert "sent without a name" in page
    assert 'name="words"' not in page
    assert ":05" not in page.partition("<aside")[0].partition("<main")[2]  # an hour would tell something
    stopped = factories.contact_point(session, suppressed_at=utc_now(), suppressed_reason=SuppressionReason.STOPPED)
    left = factories.reply(session, to=factories.delivery(session, stopped))
    page = client.get(f"/team/replies/{left.id}").text
    assert "has stopped all messages" in page
    assert 'name="words"' not in page


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_was_written_is_shown_as_words(
    client: FlaskClient, session: Session, officer: User, words: str
) -> None:
    person = factories.subscriber(session, name=words)
    mail = factories.contact_point(session, person)
    message = factories.message(session, title=words, body=words)
    reply = factories.reply(session, to=factories.delivery(session, mail, of=message), words=words)
    for path in (f"/team/replies/{reply.id}", "/team/replies", "/team"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>bold" not in page
        assert words in unescape(page)


def test_replies_of_another_area_are_not_found_and_can_not_be_answered(
    client: FlaskClient, session: Session, officer: User
) -> None:
    reply_id = elsewhere(session)
    assert client.get(f"/team/replies/{reply_id}").status_code == 404
    found = client.get("/team/replies/find", query_string={"reference": reference_of(reply_id)})
    assert found.status_code == 404
    assert "Secret of elsewhere" not in found.text
    assert client.post(f"/team/replies/{reply_id}/answer", data={"words": "Hello"}).status_code == 403
    assert session.scalars(sa.select(Answer)).all() == []
    assert client.get(f"/team/replies/{2**63}").status_code == 404


def test_a_reply_is_found_by_the_reference_that_is_read_out(
    client: FlaskClient, session: Session, officer: User
) -> None:
    reply = factories.reply(session)
    spoken = reference_of(reply.id).lower().replace("-", " ")
    found = client.get("/team/replies/find", query_string={"reference": spoken})
    assert found.headers["Location"] == f"/team/replies/{reply.id}"
    misheard = client.get("/team/replies/find?reference=R1-1%3Cb%3E")
    assert misheard.status_code == 404
    assert "looks like R1042-3" in misheard.text
    assert "R1-1&lt;b&gt;" in misheard.text


def test_an_administrator_reads_and_leaves_answering_to_the_team(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    reply = factories.reply(session)
    assert "<textarea" not in client.get(f"/team/replies/{reply.id}").text
    assert client.post(f"/team/replies/{reply.id}/answer", data={"words": "Hello"}).status_code == 403


def test_nobody_reads_replies_without_signing_in(app: Flask, session: Session) -> None:
    reply = factories.reply(session)
    for path in ("/team", "/team/replies", f"/team/replies/{reply.id}"):
        answer = app.test_client().get(path)
        assert answer.status_code == 303
        assert "/team/sign-in" in answer.headers["Location"]


def test_reading_replies_changes_nothing(client: FlaskClient, session: Session, officer: User) -> None:
    reply = factories.reply(session)
    acts = session.scalar(sa.select(sa.func.count()).select_from(Audit))
    client.get(f"/team/replies/{reply.id}")
    client.get("/team/replies")
    assert session.scalar(sa.select(sa.func.count()).select_from(Audit)) == acts
    session.refresh(reply)
    assert reply.answered_at is None
