"""A subscriber's page in a browser: by thumb, without a script, for everybody."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.notices import Channel, Notice
from owl.foundation.signed_links import Purpose
from owl.households.models import Subscriber, SuppressionReason
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, assert_fits, screenshot

pytestmark = pytest.mark.e2e

EMAIL = "anna@example.com"
NARROW = 320


@pytest.fixture
def owner(committed: Session) -> Subscriber:
    home = factories.household(committed, postcode="SG5 1SD", neighbourhood_id="hitchin-urban", house="12")
    owner = factories.subscriber(committed, home, name="Anna")
    factories.contact_point(committed, owner, address=EMAIL)
    factories.contact_point(
        committed,
        owner,
        channel=Channel.SMS,
        address="+447700900123",
        suppressed_at=utc_now(),
        suppressed_reason=SuppressionReason.STOPPED,
    )
    return owner


def last_words(session: Session) -> dict[str, str]:
    session.rollback()
    words = session.scalars(sa.select(Notice.words).order_by(Notice.id.desc())).first()
    found: dict[str, str] = json.loads(words or "{}")
    return found


def open_my_page(page: Page, session: Session) -> None:
    page.goto("/my")
    page.get_by_label("Your email address or mobile number").fill(EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mails or texts")
    page.goto(f"/my/open/{last_words(session)['token']}")
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Anna")


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_resident_changes_pauses_and_leaves_on_a_phone(
    new_page: NewPage, committed: Session, owner: Subscriber, scripts: bool
) -> None:
    page = new_page(width=390, scripts=scripts)
    open_my_page(page, committed)

    page.get_by_role("link", name="Change kinds of message").click()
    page.get_by_label("Good news: By email").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    said(page, "All of your choices count from now on.")

    page.get_by_role("link", name="Change your home").click()
    page.get_by_label("Postcode").fill("al1 1ag")
    page.get_by_role("button", name="Save my home").click()
    said(page, "Your home is now at AL1 1AG")

    page.get_by_role("button", name="Pause my messages").click()
    for label, figure in (("Day", "1"), ("Month", "1"), ("Year", str(utc_now().year + 1))):
        page.get_by_label(label, exact=True).fill(figure)
    page.get_by_role("button", name="Pause my messages").click()
    said(page, "We send you nothing before")

    page.get_by_role("button", name="Leave OWL").click()
    page.get_by_role("button", name="Leave and stop all messages").click()
    said(page, "You have left.")
    expect(page.get_by_text("You get no messages now.")).to_be_visible()

    page.get_by_role("button", name="Finish and close this page").click()
    said(page, "Your page is closed.")
    page.goto("/my/data")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change or stop your messages")


def test_an_address_is_added_and_everything_deleted(page: Page, committed: Session, owner: Subscriber) -> None:
    open_my_page(page, committed)
    page.get_by_role("button", name="Add a mobile number").click()
    page.get_by_label("Mobile number").fill("07700 900456")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Six digits").fill(last_words(committed)["code"])
    page.get_by_role("button", name="Add this number").click()
    said(page, "You get messages there from now on.")

    page.get_by_role("link", name="See and download all that we know about you").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All that we know about you")
    assert_accessible(page)
    screenshot(page, "my-data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save it for another service").click()
    assert download.value.suggested_filename == "my-owl-data.json"
    assert json.loads(download.value.path().read_text())["name"] == "Anna"

    page.goto("/my")
    page.get_by_role("link", name="Delete all that we know about you").click()
    page.get_by_label("Yes, delete everything about me").check()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is deleted")


def test_every_page_fits_the_smallest_phone(new_page: NewPage, committed: Session, owner: Subscriber) -> None:
    page = new_page(width=NARROW)
    page.goto("/my")
    page.get_by_role("button", name="No", exact=True).click()
    assert_accessible(page)
    screenshot(page, "my-ask")
    page.get_by_role("button", name="Send me a link").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
    open_my_page(page, committed)
    link = f"/my/open/{last_words(committed)['token']}"
    assert_accessible(page)
    screenshot(page, "my-page")
    for path in ("sent", "add/email", "add/mobile", "sent-link", "code", "pause", "leave", "delete", "deleted"):
        page.goto(f"/my/{path}")
        assert_fits(page)
    for name in ("Change your home", "Change kinds of message", "Remove anna@example.com"):
        page.goto("/my")
        page.get_by_role("link", name=name).click()
        assert_fits(page)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has ended")
    assert_accessible(page)


def test_faults_are_for_everybody_too(new_page: NewPage, committed: Session, owner: Subscriber) -> None:
    page = new_page(width=NARROW)
    open_my_page(page, committed)
    page.goto("/my/pause")
    page.get_by_role("button", name="Pause my messages").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
    page.goto("/my")
    page.get_by_role("link", name="Change your home").click()
    page.get_by_label("Postcode").fill("AL1 1ZZ")
    page.get_by_role("button", name="Save my home").click()
    expect(page.get_by_label("Your neighbourhood")).to_be_visible()
    assert_accessible(page)


def test_one_press_in_a_mail_stops_all_messages(new_page: NewPage, committed: Session, owner: Subscriber) -> None:
    page = new_page(width=NARROW)
    delivery = factories.delivery(committed, factories.contact_point(committed, owner, address="anna2@example.com"))
    link = f"/unsubscribe/{delivery_token(Purpose.UNSUBSCRIBE, delivery.message_id, delivery.seq)}"
    page.goto(link)
    assert_accessible(page)
    page.get_by_role("button", name="Stop all messages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get no more messages")
    assert_accessible(page)
    screenshot(page, "unsubscribed")
    page.goto(link[:-1])
    assert_accessible(page)
