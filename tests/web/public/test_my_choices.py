"""Homes, kinds and pauses, as their owner changes them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.models import Household, Subscriber, Subscription
from tests import factories
from tests.web.public.my_page import POSTCODE, now_chosen, saved
from tests.web.public.pages import shows_fault, text

LONG = "x" * 5000


def test_a_move_to_another_postcode(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    home = now_chosen(session, owner).homes[0]
    saved(
        page, f"/my/homes/{home.subscription_id}", "Saved. Your home is now at AL1 1AG", postcode="al11ag", house="3 b"
    )
    moved = now_chosen(session, owner).homes[0]
    assert (moved.postcode, moved.house, moved.kinds) == ("AL1 1AG", "3 b", home.kinds)
    assert moved.neighbourhood_id.startswith("st-albans")
    assert len(session.scalars(sa.select(Household)).all()) == 2


@pytest.mark.parametrize(
    ("postcode", "house", "field", "sentence"),
    [
        ("", "", "postcode", "Enter your postcode"),
        ("Hitchin", "", "postcode", "Enter a full UK postcode"),
        (LONG, "", "postcode", "Enter a full UK postcode"),
        ("SG8 6DN", "", "postcode", "is outside Hertfordshire"),
        ("AL1 1AG", LONG, "house", "Shorten your house name or number"),
        ("AL1 1AG", "3\r\nX: y", "house", "on one line"),
    ],
)
def test_a_move_that_can_not_be_keeps_what_was_typed(
    page: FlaskClient, session: Session, owner: Subscriber, postcode: str, house: str, field: str, sentence: str
) -> None:
    home = now_chosen(session, owner).homes[0]
    answer = page.post(f"/my/homes/{home.subscription_id}", data={"postcode": postcode, "house": house})
    shows_fault(answer, field, sentence)
    if "\n" not in house:
        assert f'value="{postcode}"' in answer.text or not postcode
    assert now_chosen(session, owner).homes[0] == home


def test_a_new_postcode_is_placed_by_hand(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    path = f"/my/homes/{now_chosen(session, owner).homes[0].subscription_id}"
    asked = page.post(path, data={"postcode": "AL1 1ZZ", "house": ""})
    assert asked.status_code == 400
    assert "<select" in asked.text
    none = page.post(path, data={"postcode": "AL1 1ZZ", "house": "", "neighbourhood": ""})
    assert (none.status_code, 'href="#neighbourhood"' in none.text) == (400, True)

    saved(
        page,
        path,
        "Your home is now at AL1 1ZZ",
        postcode="AL1 1ZZ",
        house="",
        neighbourhood="st-albans-south-east-and-london-colney",
    )

    assert now_chosen(session, owner).homes[0].neighbourhood_id == "st-albans-south-east-and-london-colney"


def test_one_of_two_homes_is_given_up(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    first = now_chosen(session, owner).homes[0].subscription_id
    assert "Stop messages for" not in text(page.get(f"/my/homes/{first}"))
    assert "your only home here" in saved(page, f"/my/homes/{first}/remove", "leave OWL")
    second = factories.household(session, postcode="AL1 1AG")
    session.add(Subscription(subscriber_id=owner.id, household_id=second.id, kinds=["event"], created_at=utc_now()))
    session.commit()
    assert f"Stop messages for {POSTCODE}" in text(page.get(f"/my/homes/{first}"))
    saved(page, f"/my/homes/{first}/remove", f"We send you nothing more for {POSTCODE}.")
    assert [home.postcode for home in now_chosen(session, owner).homes] == ["AL1 1AG"]


def test_a_pause_and_its_end(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    day = {"until-day": "1", "until-month": "12", "until-year": "2026"}
    shown = saved(page, "/my/pause", "We send you nothing before Tuesday 1 December 2026.", **day)
    assert "Paused. You get messages again from Tuesday 1 December 2026" in shown
    assert "Get messages again now" in text(page.get("/my/pause"))
    assert "Paused" not in saved(page, "/my/resume", "You get messages again from now on.")
    assert now_chosen(session, owner).paused_until is None


def test_a_day_that_can_not_be_is_told_beside_the_field_and_stays(page: FlaskClient) -> None:
    answer = page.post("/my/pause", data={"until-day": "31", "until-month": "2", "until-year": "<b>"})
    shows_fault(answer, "until", "Enter a day, a month and a year in figures")
    assert 'value="31"' in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
