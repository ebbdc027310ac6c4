"""Joining in a browser, on a telephone: from a postcode to the last page, with and without JavaScript."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.notices import Notice
from owl.households.models import ContactPoint
from tests.e2e.conftest import NewPage, assert_accessible, screenshot

pytestmark = pytest.mark.e2e


def sent(session: Session, template: str, word: str) -> str:
    """What a mail or text of the joining said."""
    session.rollback()  # to see what the server committed
    notice = session.scalars(select(Notice).where(Notice.template == template).order_by(Notice.id.desc())).first()
    assert notice is not None
    assert notice.words is not None
    return str(json.loads(notice.words)[word])


def look(page: Page, name: str, *, axe: bool) -> None:
    if axe:
        assert_accessible(page)
        screenshot(page, f"join-{name}")
    else:
        width = page.locator("html").bounding_box()
        assert width is not None
        assert width["width"] <= 390


def answer_questions(page: Page, *, axe: bool) -> None:
    """From the first page to the one that checks, wrong once on the way."""
    page.goto("/join/where")
    page.get_by_label("Postcode").fill("Hitchin")
    page.get_by_role("button", name="Find my team").click()
    expect(page).to_have_title("Error: Where is your home? – OWL")
    look(page, "where-error", axe=axe)
    page.get_by_role("link", name="Enter a full UK postcode, like AL1 1AG.").click()
    expect(page.get_by_label("Postcode")).to_be_focused()
    page.get_by_label("Postcode").fill("sg51sd")
    page.get_by_role("button", name="Find my team").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You are in Hitchin Urban")
    look(page, "found", axe=axe)
    page.get_by_role("button", name="Continue").click()

    page.get_by_label("Mobile number").fill("01438 757000")
    page.get_by_role("button", name="Continue").click()
    look(page, "contact-error", axe=axe)
    expect(page.get_by_label("Mobile number")).to_have_value("01438 757000")
    page.get_by_label("Email address").fill("jo@example.com")
    page.get_by_label("Mobile number").fill("07700 900123")
    page.get_by_label("Your name").fill("Jo Bloggs")
    page.get_by_role("button", name="Continue").click()

    look(page, "kinds", axe=axe)
    page.get_by_label("Crime alert").check()
    page.get_by_role("checkbox", name="Event", exact=True).check()
    page.get_by_role("button", name="Continue").click()

    look(page, "consent", axe=axe)
    page.get_by_label("I agree that").check()
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_somebody_joins_on_a_telephone(new_page: NewPage, committed: Session, scripts: bool) -> None:
    page = new_page(width=390, scripts=scripts)
    answer_questions(page, axe=scripts)
    look(page, "check", axe=scripts)

    page.get_by_role("link", name="Change name").click()
    page.get_by_label("Your name").fill("Jo Smith")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("Jo Smith")).to_be_visible()
    page.get_by_role("button", name="Join", exact=True).click()

    page.goto("/join/done")  # as who gave no number is shown
    look(page, "done", axe=scripts)
    page.goto("/join/code")
    look(page, "code", axe=scripts)
    page.get_by_label("Six digits").fill(sent(committed, "prove_mobile", "code"))
    page.get_by_role("button", name="Confirm my number").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have joined")
    expect(page.get_by_text("To get mails too")).to_be_visible()
    look(page, "joined", axe=scripts)

    elsewhere = new_page(width=390, scripts=scripts)  # the mail is opened on another device
    elsewhere.goto(f"/join/prove/{sent(committed, 'prove_email', 'token')}")
    look(elsewhere, "prove", axe=scripts)
    elsewhere.get_by_role("button", name="Confirm my address").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("You have joined")

    committed.rollback()
    assert set(committed.scalars(select(ContactPoint.address))) == {"jo@example.com", "+447700900123"}


def test_the_other_ends_of_a_postcode_are_for_everybody(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/join/where?postcode=SG8 6DN")
    look(page, "outside", axe=True)
    page.goto("/join/where?postcode=AL1 1ZZ")
    look(page, "not-known", axe=True)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title("Error: We do not know AL1 1ZZ yet – OWL")
    look(page, "not-known-error", axe=True)
    page.get_by_label("Your neighbourhood").select_option(label="Harpenden")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we reach you?")
    page.goto("/join/done")
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we reach you?")


def test_back_and_a_second_tab_lose_nothing(new_page: NewPage) -> None:
    page = new_page(width=390)
    answer_questions(page, axe=False)
    page.go_back()
    expect(page).to_have_url(re.compile("/join/consent$"))
    page.go_back()
    expect(page.get_by_role("checkbox", name="Event", exact=True)).to_be_checked()

    second = page.context.new_page()
    second.goto("/join/kinds")
    second.get_by_label("Good news").check()
    second.get_by_role("button", name="Continue").click()
    expect(second.get_by_text("Crime alert, Good news, Event")).to_be_visible()

    page.goto("/join/check")
    expect(page.get_by_text("Crime alert, Good news, Event")).to_be_visible()


def test_a_neighbourhood_has_its_page(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/neighbourhoods")
    look(page, "neighbourhoods", axe=True)
    page.locator("section").get_by_role("link", name="Hitchin Urban").click()
    expect(page.get_by_role("img", name="Hitchin Urban within North Herts")).to_be_visible()
    look(page, "neighbourhood", axe=True)
