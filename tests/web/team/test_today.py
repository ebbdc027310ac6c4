"""The first page after signing in: what waits, what is going out, what went out."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.models import DeliveryStatus
from owl.foundation.clock import utc_now
from owl.messages.models import MessageStatus
from owl.reports.tallies import keep_tallies
from tests import factories
from tests.browser import sign_in


def test_an_empty_day_says_what_will_be_here(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, areas=[factories.neighbourhood_id(session)]))
    page = client.get("/team").text
    assert page.count("will be here") == 3
    assert "Waiting for your approval" not in page
    assert "Write a message" in page


def test_replies_stand_with_the_one_that_is_due_first_on_top(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, areas=[factories.neighbourhood_id(session)]))
    now = utc_now()
    for hours, words in ((2, "written lately"), (67, "written days ago"), (80, "written long ago")):
        factories.reply(session, words=words, received_at=now - timedelta(hours=hours, minutes=-1))
    page = client.get("/team").text
    assert page.index("written long ago") < page.index("written days ago") < page.index("written lately")
    assert "Overdue by 7 hours" in page
    assert "Due in 5 hours" in page


def test_an_author_sees_drafts_that_came_back_and_a_supervisor_what_waits(
    client: FlaskClient, session: Session
) -> None:
    area = factories.neighbourhood_id(session)
    author = factories.user(session, areas=[area])
    factories.message(session, author_id=author.id, title="Came back", status=MessageStatus.RETURNED)
    factories.message(session, author_id=author.id, title="Waits", status=MessageStatus.AWAITING_APPROVAL)
    sign_in(client, session, author)
    page = client.get("/team").text
    assert "Drafts that came back to you" in page
    assert "Came back" in page

    supervisor = client.application.test_client()
    sign_in(supervisor, session, factories.user(session, role=RoleName.SUPERVISOR, areas=[area]))
    page = supervisor.get("/team").text
    assert "Waiting for your approval" in page
    assert "Waits" in page
    assert "Came back" not in page


def test_what_goes_out_and_what_went_out_stand_with_their_counts(client: FlaskClient, session: Session) -> None:
    area = factories.neighbourhood_id(session)
    sign_in(client, session, factories.user(session, areas=[area]))
    going = factories.message(session, title="Going", status=MessageStatus.SENDING, targeted=3, finished_at=None)
    for status in (DeliveryStatus.SENT, DeliveryStatus.QUEUED, DeliveryStatus.FAILED):
        factories.delivery(session, of=going, status=status)
    factories.message(session, title="Of another team", neighbourhood_ids=[factories.neighbourhood_id(session, 1)])
    keep_tallies(now=factories.NOW)
    page = " ".join(client.get("/team").text.split())
    assert '<span class="owl-figure">1 of 3</span> sent' in page
    assert '<span class="owl-figure">1</span> failed' in page
    assert "Of another team" not in page
