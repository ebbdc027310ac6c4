"""Leaving by one press: the POST acts, anything else shows."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from owl.households.choices import Rhythm
from owl.households.models import Consent, ContactPoint, Subscriber, SuppressionReason
from tests import factories
from tests.web.public.pages import text

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(session: Session) -> tuple[str, ContactPoint]:
    """The link in a mail, and the contact point that it came to."""
    point = factories.contact_point(session, address="anna@example.com")
    delivery = factories.delivery(session, point)
    return f"/unsubscribe/{delivery_token(Purpose.UNSUBSCRIBE, delivery.message_id, delivery.seq)}", point


def test_a_mail_program_stops_the_messages_without_cookie_or_form(app: Flask, session: Session) -> None:
    path, point = link(session)
    bare = app.test_client(bare=True, use_cookies=False)

    answers = [bare.post(path, data=ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert text(answers[0]) == text(answers[1])
    assert "set-cookie" not in answers[0].headers
    session.expire_all()
    assert session.get_one(ContactPoint, point.id).suppressed_reason is SuppressionReason.UNSUBSCRIBED
    evidence = session.scalars(sa.select(Consent)).one()
    assert (evidence.given, evidence.source) == (False, "unsubscribe link")


@pytest.mark.parametrize("data", [None, {}, {"List-Unsubscribe": "x" * 5000}, b"\xff\x00"])
def test_a_person_stops_the_messages_whatever_the_form_holds(
    app: Flask, session: Session, data: dict[str, str] | bytes | None
) -> None:
    path, point = link(session)
    assert "You get no more messages" in text(app.test_client(bare=True).post(path, data=data))
    session.expire_all()
    assert session.get_one(ContactPoint, point.id).suppressed_at is not None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(client: FlaskClient, session: Session, method: str) -> None:
    path, point = link(session)
    answer = client.open(path, method=method)
    assert answer.status_code == 200
    session.expire_all()
    assert session.get_one(ContactPoint, point.id).suppressed_at is None


def test_the_page_offers_fewer_instead_of_none_and_names_nobody(client: FlaskClient, session: Session) -> None:
    path, _ = link(session)
    page = client.get(path)
    assert "Or get fewer" in text(page)
    assert 'href="/my"' in page.text
    assert "anna" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_damaged_link_changes_nothing_and_says_what_to_do(client: FlaskClient, session: Session, method: str) -> None:
    path, point = link(session)
    delivery = path.removeprefix("/unsubscribe/")
    other = delivery_token(Purpose.FEEDBACK, 1, 1)
    never_sent = delivery_token(Purpose.UNSUBSCRIBE, 999, 999)
    for token in (delivery[:-1], delivery + "A", delivery.swapcase(), "x", "é", "a" * 5000, other):
        answer = client.open(f"/unsubscribe/{token}", method=method)
        assert answer.status_code == 404
        assert "This link is not complete" in text(answer)
    assert client.post(f"/unsubscribe/{never_sent}").status_code == 404
    session.expire_all()
    assert session.get_one(ContactPoint, point.id).suppressed_at is None


def test_who_was_erased_may_still_press(client: FlaskClient, session: Session) -> None:
    path, point = link(session)
    point.address = point.address_index = point.subscriber_id = None
    session.commit()
    assert "You get no more messages" in text(client.post(path))


def test_twenty_presses_at_once_are_one(app: Flask, committed: Session) -> None:
    path, _ = link(committed)

    def press(_: int) -> int:
        return app.test_client(bare=True).post(path, data=ONE_CLICK).status_code

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(press, range(20))) == {200: 20}
    committed.rollback()
    assert len(committed.scalars(sa.select(Consent)).all()) == 1


def test_fewer_is_chosen_there_without_cookie_or_sign_in(app: Flask, session: Session) -> None:
    path, point = link(session)
    bare = app.test_client(bare=True, use_cookies=False)
    assert "Or get fewer" in text(bare.get(path))
    nothing = bare.post(f"{path}/fewer")
    assert nothing.status_code == 400
    assert 'href="#remedy"' in nothing.text
    assert bare.get(f"{path}/fewer").location == path
    for _ in range(2):
        answer = bare.post(f"{path}/fewer", data={"remedy": "weekly"})
        assert "One mail a week" in text(answer)
    session.expire_all()
    kept = session.get_one(ContactPoint, point.id)
    assert kept.suppressed_at is None
    assert session.get_one(Subscriber, kept.subscriber_id).rhythm is Rhythm.WEEKLY
