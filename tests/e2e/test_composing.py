"""Composing and approving in a browser: at a desk, on a phone, in the dark and without JavaScript."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.delivery.models import DeliveryStatus
from owl.foundation.notices import Channel
from owl.geography.models import Postcode
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN, LETCHWORTH
from tests.e2e.conftest import NewPage, assert_accessible, screenshot
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


@pytest.fixture
def author(committed: Session) -> User:
    """An officer in Hitchin, with three homes there, one of them by text too."""
    postcodes = committed.scalars(
        sa.select(Postcode).where(Postcode.neighbourhood_id == HITCHIN).order_by(Postcode.code).limit(3)
    ).all()
    for where in postcodes:
        home = factories.household(committed, postcode=where.code, neighbourhood_id=HITCHIN, ward_code=where.ward_code)
        owner = factories.subscriber(committed, home)
        factories.contact_point(committed, owner)
    factories.contact_point(committed, owner, channel=Channel.SMS)
    factories.limits(committed, approval_above_homes=0)
    return factories.user(committed, areas=[HITCHIN, LETCHWORTH], name="Asha Patel", rank="PC")


def write(page: Page) -> None:
    page.get_by_label("What it is about").select_option("crime_alert")
    page.get_by_label("Title", exact=True).fill("Shed break-ins in Walsworth")
    page.get_by_role("textbox", name="Message", exact=True).fill(
        "Residents told us that **three sheds** were broken into on Saturday night.\n\n- Please check your locks."
    )
    page.get_by_label("Include Hitchin Urban").check()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_an_officer_writes_and_sees_the_numbers_while_writing(
    app: Flask, committed: Session, author: User, new_page: NewPage, width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    sign_in_page(page, app, committed, author)
    page.goto("/team/messages/new")
    assert_accessible(page)

    write(page)
    expect(page.get_by_role("region", name="Check").get_by_role("status")).to_contain_text("3 homes")
    page.get_by_text("Postcode sectors", exact=True).click()
    page.get_by_label("Show only postcode sectors with").fill("SG6")
    expect(page.get_by_label("Include SG6 1")).to_be_visible()
    expect(page.get_by_label("Include SG5 1")).to_be_hidden()

    page.get_by_label("Text message", exact=True).check()
    page.get_by_label("Words of the text message").fill("Sheds \u2018broken into\u2019 in Walsworth.")
    expect(page.locator("#live-text")).to_contain_text("Fewer characters fit")
    expect(page.locator("#live-reach")).to_contain_text("Text messages")
    assert_accessible(page)
    screenshot(page, "composer-dark" if dark else "composer")
    page.get_by_role("button", name="Use plain characters instead").click()
    expect(page.get_by_label("Words of the text message")).to_have_value("Sheds 'broken into' in Walsworth.")
    expect(page.locator("#live-text")).not_to_contain_text("Fewer characters fit")

    page.get_by_role("button", name="Preview and test").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview")
    assert_accessible(page)
    screenshot(page, "preview")
    page.get_by_role("link", name="Back to the message").click()
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shed break-ins in Walsworth")
    assert_accessible(page)


def test_everything_works_without_javascript(app: Flask, committed: Session, author: User, new_page: NewPage) -> None:
    page = new_page(scripts=False)
    sign_in_page(page, app, committed, author)
    page.goto("/team/messages/new")
    write(page)
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_role("region", name="Check").get_by_role("status")).to_contain_text("3 homes")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Shed break-ins in Walsworth")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("Sent for approval")).to_be_visible()


def test_faults_are_listed_first_and_lead_to_their_fields(
    app: Flask, committed: Session, author: User, new_page: NewPage
) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, author)
    page.goto("/team/messages/new")
    write(page)
    page.get_by_label("Title", exact=True).fill("a" * 200)
    page.get_by_role("button", name="Send for approval").click()
    expect(page).to_have_title("Error: Write a message – OWL")
    assert_accessible(page)
    page.get_by_role("link", name="The title is 200 characters long").click()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()


def test_a_preview_of_the_mail_has_its_looks_and_nothing_else(
    app: Flask, committed: Session, author: User, page: Page
) -> None:
    message = factories.message(committed, neighbourhood_ids=[HITCHIN], body="**Lock** up.")
    sign_in_page(page, app, committed, author)
    page.goto(f"/team/messages/{message.id}/preview/mail")
    expect(page.get_by_text("Lock", exact=True)).to_have_css("font-weight", "700")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_supervisor_approves_and_watches_the_ledger(
    app: Flask, committed: Session, author: User, new_page: NewPage, width: int
) -> None:
    page = new_page(width=width)
    sign_in_page(page, app, committed, author)
    page.goto("/team/messages/new")
    write(page)
    page.get_by_role("button", name="Send for approval").click()
    supervisor = factories.user(
        committed, role=RoleName.SUPERVISOR, areas=["E07000099"], name="Jo Hill", rank="Sergeant"
    )
    sign_in_page(page, app, committed, supervisor)

    page.goto("/team/messages")
    assert_accessible(page)
    page.get_by_role("link", name="Shed break-ins in Walsworth").click()
    assert_accessible(page)
    screenshot(page, "approval")
    page.get_by_role("button", name="Send to 3 homes").click()
    expect(page.get_by_text("Approved. It is going out now.")).to_be_visible()
    expect(page.locator("#ledger")).to_contain_text("Waiting")
    assert_accessible(page)

    committed.expire_all()
    [message] = committed.scalars(sa.select(Message))
    committed.execute(sa.text("UPDATE delivery SET status = 'delivered' WHERE seq < 3"))
    committed.execute(sa.text("UPDATE delivery SET status = 'failed', fault = '550 5.1.1' WHERE seq = 3"))
    message.status = MessageStatus.SENT
    committed.commit()
    expect(page.locator("#ledger")).to_contain_text(DeliveryStatus.DELIVERED.label)  # brought by the script
    expect(page.locator("#ledger")).to_contain_text("What went wrong")
    assert_accessible(page)
    screenshot(page, "message")
