"""Residents answer on a phone, by invitation and by the open link; an officer types in a sheet by keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, SealedBallot, Source
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.boxes import ISSUES, PLACE, WORDS, invite, open_consultation
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

RANK = {**ISSUES, "id": "q4", "type": "rank", "text": "What first?", "required": False, "most": 2}
SCALE = {"id": "q5", "type": "scale", "text": "How safe do you feel?", "from": 1, "to": 5, "low": "Not", "high": "Very"}
STATEMENTS = {
    "id": "q6",
    "type": "statements",
    "text": "Do you agree?",
    "statements": [{"id": "s1", "text": "I know my officers."}],
}


@pytest.fixture
def asked(committed: Session) -> Consultation:
    soon = utc_now() + timedelta(days=7)
    questions = [ISSUES, PLACE, RANK, SCALE, STATEMENTS, WORDS]
    return open_consultation(committed, closes_at=soon, opens_at=utc_now() - timedelta(days=1), questions=questions)


def sources(session: Session) -> list[Source]:
    session.expire_all()
    return list(session.scalars(sa.select(SealedBallot.source)))


def test_a_home_answers_its_invitation_on_a_phone_with_a_pin_and_the_right_door(
    new_page: NewPage, committed: Session, asked: Consultation
) -> None:
    [home] = invite(committed, asked)
    page = new_page(width=390)
    page.goto(f"/r/{delivery_token(Purpose.FEEDBACK, home.message_id, home.seq)}")
    page.get_by_label("Speeding").first.check()
    page.get_by_role("button", name="Or show it on a map").click()
    page.get_by_role("button", name="Put the pin in the middle").click()
    expect(page.get_by_text("The pin is set")).to_be_visible()
    page.get_by_label("Number 1").select_option("Burglary")
    page.get_by_label("4", exact=True).check()
    page.get_by_label("Agree", exact=True).check()
    words = page.get_by_label("What else? (optional)")
    words.fill("A pothole by the school")
    expect(page.get_by_role("link", name="Hertfordshire County Council (opens in a new tab)")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send my home’s answers").click()
    expect(page.get_by_text("Your answers are in the box.")).to_be_visible()
    assert_accessible(page)
    assert sources(committed) == [Source.INVITED]


def test_somebody_finds_the_open_link_and_answers_without_scripts(
    new_page: NewPage, committed: Session, asked: Consultation
) -> None:
    page = new_page(width=390, scripts=False)
    page.goto("/consultations")
    page.get_by_role("link", name=asked.title).click()
    page.get_by_role("button", name="Answer now").click()
    page.get_by_label("Drug dealing").first.check()
    page.get_by_label("What else? (optional)").fill("Fly-tipping in the lane")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Before you send it")).to_be_visible()
    page.get_by_role("button", name="Send it here anyway").click()
    expect(page.get_by_text("Your answers are in the box.")).to_be_visible()
    assert sources(committed) == [Source.OPEN]


def test_the_public_pages_are_for_everybody(new_page: NewPage, asked: Consultation) -> None:
    page = new_page(width=390)
    for path in ("/consultations", f"/consultations/{asked.slug}"):
        page.goto(path)
        assert_accessible(page)


def test_an_officer_types_in_two_sheets_by_keyboard_alone(
    new_page: NewPage, app: Flask, committed: Session, asked: Consultation
) -> None:
    page = new_page(width=1280)
    sign_in_page(page, app, committed, factories.user(committed, areas=[HITCHIN]))
    page.goto(f"/team/consultations/{asked.id}/paper?source=paper")
    assert_accessible(page)
    for number in (1, 2):
        expect(page.get_by_label("Postcode of the home (optional)")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # the first answer
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Saved, {number} in this sitting.")).to_be_visible()
    assert sources(committed) == [Source.PAPER] * 2
