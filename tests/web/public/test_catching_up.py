"""What still holds, on the page of who has just joined or moved, and not for strangers. As without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.choices import Kind
from owl.households.models import Subscriber
from tests import factories
from tests.households.proofs import word
from tests.web.public.joining_pages import answer_all, finish
from tests.web.public.my_page import POSTCODE, now_chosen
from tests.web.public.pages import text

HERE = "hitchin-urban"


@pytest.fixture(autouse=True)
def two_messages(session: Session) -> None:
    now = utc_now()
    fields = {"neighbourhood_ids": [HERE], "approved_at": now - timedelta(hours=1)}
    street = {"include": [f"postcode:{POSTCODE}"], "exclude": [], "channels": ["email"]}
    factories.message(session, title="Van in your street", body="It is **white**.", audience=street, **fields)
    factories.message(session, title="Meet your team", kind=Kind.EVENT, valid_until=now + timedelta(days=1), **fields)
    factories.message(session, title="Over since today", kind=Kind.EVENT, valid_until=now, **fields)


def test_an_opened_page_shows_what_still_holds_at_the_owners_homes(page: FlaskClient) -> None:
    shown = page.get("/my")
    assert "What is going on near you now" in text(shown)
    assert "<strong>white</strong>" in shown.text
    assert "Meet your team" in text(shown)
    assert "Holds until" in text(shown)
    assert "Over since today" not in text(shown)


def test_who_has_joined_sees_it_at_once_and_a_stranger_sees_what_is_for_all(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    answer_all(client)
    finish(client)
    client.post(f"/join/prove/{word(session, 'token')}")
    joined = text(client.get(f"/join/joined/{HERE}"))
    assert "Van in your street" in joined
    assert "Over since today" not in joined
    stranger = text(app.test_client().get(f"/join/joined/{HERE}"))
    assert "Meet your team" in stranger
    assert "Van in your street" not in stranger


def test_after_a_move_the_page_shows_the_new_place(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    home = now_chosen(session, owner).homes[0].subscription_id
    moved = page.post(f"/my/homes/{home}", data={"postcode": "AL1 1AG"}, follow_redirects=True)
    assert "What is going on near you now" not in text(moved)
