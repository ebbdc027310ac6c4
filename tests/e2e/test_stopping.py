"""Stopping a message in a browser: paused, let go on, cancelled, stood down; and one that missed its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.models import Batch, DeliveryStatus
from owl.foundation.clock import utc_now
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible, assert_accessible_everywhere, screenshot
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


@pytest.fixture
def officer(committed: Session) -> User:
    return factories.user(committed, areas=[HITCHIN], name="Asha Patel", rank="PC")


def on_its_way(session: Session, status: MessageStatus = MessageStatus.SENDING, **fields: object) -> Message:
    """A message of which two deliveries went out and three are left."""
    message = factories.message(
        session, neighbourhood_ids=[HITCHIN], status=status, targeted=5, homes=5, finished_at=None,
        title="Missing: Joan, 82, from Walsworth", **fields,
    )  # fmt: skip
    for state in [DeliveryStatus.SENT] * 2 + [DeliveryStatus.QUEUED] * 3:
        factories.delivery(session, of=message, status=state)
    session.add(
        Batch(message_id=message.id, no=1, channel="email", lane="urgent", first_seq=1, last_seq=5, due_at=utc_now())
    )
    session.commit()
    return message


def seen(page: Page, name: str) -> None:
    assert_accessible_everywhere(page)
    screenshot(page, name)


def test_an_officer_pauses_lets_go_on_and_stands_down(
    app: Flask, committed: Session, officer: User, new_page: NewPage
) -> None:
    message = on_its_way(committed)
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    page.goto(f"/team/messages/{message.id}")
    seen(page, "stopping-sending")

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="It is paused")).to_be_visible()
    seen(page, "stopping-paused")
    page.get_by_role("button", name="Let it go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()

    page.get_by_role("button", name="Cancel the rest").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancel this message?")
    seen(page, "stopping-cancel")
    page.get_by_role("link", name="stand it down").click()
    expect(page.get_by_label("Title")).to_have_value("Stand-down: Missing: Joan, 82, from Walsworth")
    seen(page, "stopping-stand-down")
    page.get_by_role("textbox", name="Message", exact=True).fill("")
    page.get_by_role("button", name="Stop the message and ask for approval").click()
    page.get_by_role("link", name="Write the message.").click()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_focused()
    page.get_by_role("textbox", name="Message", exact=True).fill("Joan is home. Thank you for looking.")
    page.get_by_role("button", name="Stop the message and ask for approval").click()
    expect(page.get_by_text("Sent for approval")).to_be_visible()
    seen(page, "stopping-stands-down")
    page.get_by_role("link", name="Missing: Joan, 82, from Walsworth", exact=True).click()
    expect(page.get_by_text("It was stood down")).to_be_visible()
    expect(page.locator("#ledger")).to_contain_text("Cancelled")


def test_a_message_that_stops_by_itself_says_so_without_a_reload(
    app: Flask, committed: Session, officer: User, page: Page
) -> None:
    message = on_its_way(committed)
    sign_in_page(page, app, committed, officer)
    page.goto(f"/team/messages/{message.id}")
    message.status, message.version = MessageStatus.PAUSED, message.version + 1
    message.stopped_because = (
        "OWL paused it: 120 of the last 500 could not be delivered, most often for this reason: "
        "the mail provider refused the message."
    )
    committed.commit()
    expect(page.get_by_role("heading", name="It stopped by itself")).to_be_visible()
    seen(page, "stopping-by-itself")
    page.get_by_role("button", name="Let it go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_late_message_waits_on_the_page_of_the_day(
    app: Flask, committed: Session, officer: User, new_page: NewPage, scripts: bool
) -> None:
    on_its_way(committed, MessageStatus.SCHEDULED, send_at=utc_now() - timedelta(hours=1))
    page = new_page(width=390, scripts=scripts)
    sign_in_page(page, app, committed, officer)
    page.goto("/team")
    expect(page.get_by_role("heading", name="These wait for somebody to decide")).to_be_visible()
    if scripts:
        seen(page, "stopping-late")
    page.get_by_role("button", name="Send now anyway").click()
    expect(page.get_by_text("It is going out now.")).to_be_visible()


def test_an_officer_sets_a_time_and_is_told_what_is_wrong_with_it(
    app: Flask, committed: Session, officer: User, new_page: NewPage
) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    page.goto("/team/messages/new")
    fields = page.get_by_role("group", name="When it goes out")
    page.get_by_label("What it is about").select_option("crime_alert")
    page.locator("summary", has_text="When it goes out").click()
    fields.get_by_label("Day").fill("31")
    fields.get_by_label("Month").fill("2")
    fields.get_by_label("Time").fill("6pm")
    page.get_by_role("button", name="Save as a draft").click()
    assert_accessible(page)
    page.get_by_role("link", name="Enter the day, the month, the year and the time").click()
    expect(page.get_by_role("group", name="When it goes out").get_by_label("Day")).to_be_focused()
    expect(page.get_by_role("group", name="When it goes out").get_by_label("Time")).to_have_value("6pm")
    screenshot(page, "composer-time")
