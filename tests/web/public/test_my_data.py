"""Leaving, taking the data along, and having everything deleted."""

from __future__ import annotations

import json

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, Subscriber, SuppressionReason
from owl.replies.answering import answer_reply
from owl.replies.models import Reply
from tests import factories
from tests.households.proofs import EMAIL
from tests.web.public.my_page import POSTCODE, now_chosen, saved
from tests.web.public.pages import shows_fault, text


def test_who_leaves_gets_nothing_more_and_may_start_again(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    assert "Pause for a while" in text(page.get("/my/leave"))
    shown = saved(page, "/my/leave", "You have left. We send you nothing more.")
    assert "You get no messages now." in shown
    assert not now_chosen(session, owner).gets_messages
    point = now_chosen(session, owner).contact_points[0]
    saved(page, f"/my/restart/{point.id}", "Saved. You get messages there again.")
    assert now_chosen(session, owner).gets_messages


def test_texts_that_were_stopped_by_text_start_again_by_text(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    stopped = factories.contact_point(
        session, owner, channel=Channel.SMS, suppressed_at=utc_now(), suppressed_reason=SuppressionReason.STOPPED
    )
    assert "Stopped by text" in saved(
        page, f"/my/restart/{stopped.id}", "Text START to the number our texts come from."
    )


def test_all_that_is_held_can_be_read_at_once(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    shown = text(page.get("/my/data"))
    for words in ("All that we know about you", "Anna", EMAIL, POSTCODE, "Crime alert", "As soon as they are sent"):
        assert words in shown


def test_the_data_comes_as_a_file_for_people(page: FlaskClient) -> None:
    answer = page.get("/my/data/my-owl-data.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-owl-data.html"'
    assert EMAIL in answer.text
    assert "/static/" not in answer.text, "it stands alone"
    assert "<script" not in answer.text


def test_the_data_comes_as_a_file_for_machines(page: FlaskClient) -> None:
    answer = page.get("/my/data/my-owl-data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-owl-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.text)
    assert (data["name"], data["addresses"][0]["address"]) == ("Anna", EMAIL)


def test_everything_is_deleted_once_it_was_confirmed(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    shows_fault(page.post("/my/delete"), "sure", "Tick the box")
    assert now_chosen(session, owner).name == "Anna"

    answer = page.post("/my/delete", data={"sure": "yes"})

    assert answer.location == "/my/deleted"
    told = text(page.get("/my/deleted"))
    assert "Everything is deleted" in told
    assert "What the law has us keep" in told
    session.expire_all()
    assert session.scalars(sa.select(Subscriber)).all() == []
    assert "Your email address or mobile number" in text(page.get("/my"))


def test_replies_go_along_and_are_deleted_with_their_writer(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    point = session.scalars(sa.select(ContactPoint).where(ContactPoint.subscriber_id == owner.id)).one()
    delivery = factories.delivery(session, point)
    reply = factories.reply(session, to=delivery, words="I saw a white van")
    author = factories.user(session, areas=[reply.neighbourhood_id])
    answer_reply(reply.id, "Thank you.", author_id=author.id, now=utc_now())

    told = page.get("/my/data/my-owl-data.json").get_json()["replies"][0]
    assert (told["words"], told["answers"][0]["words"]) == ("I saw a white van", "Thank you.")
    page.post("/my/delete", data={"sure": "yes"})

    session.expire_all()
    assert session.scalars(sa.select(Reply)).all() == []
    assert session.get_one(Delivery, (delivery.message_id, delivery.seq)).contact_point_id == point.id  # still counted
