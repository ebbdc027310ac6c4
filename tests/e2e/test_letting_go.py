"""Letting a message go in a browser: alone, in an emergency, in training, again and again."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.messages.models import Severity
from tests import factories
from tests.accounts.places import HITCHIN, NORTH_HERTS
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page
from tests.messages.drafts import resident, submitted

pytestmark = pytest.mark.e2e


def test_what_can_not_wait_is_sent_from_the_street_in_training_and_reviewed(
    app: Flask, committed: Session, new_page: NewPage
) -> None:
    factories.guest(committed)
    resident(committed)
    guests_home = factories.household(committed, neighbourhood_id=HITCHIN)
    factories.contact_point(committed, factories.subscriber(committed, guests_home), address="guest@police.example.com")
    officer = factories.user(committed, areas=[HITCHIN], training=True, name="Asha Patel")
    message = submitted(committed, officer.id, severity=Severity.URGENT, title="Missing near the weir")
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    page.goto(f"/team/messages/{message.id}")
    expect(page.get_by_role("region", name="Training")).to_be_in_viewport()
    page.get_by_text("It can’t wait for a supervisor").click()
    page.get_by_label("Why it can’t wait").fill("A child is missing and nobody answers.")
    page.get_by_label("Type how many homes it reaches").fill("2")
    assert_accessible(page)
    page.get_by_role("button", name="Send it without approval").click()
    expect(page.get_by_text("Your inspector has been told.")).to_be_visible()

    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.INSPECTOR, areas=[NORTH_HERTS]))
    page.goto("/team")
    page.get_by_role("link", name="Missing near the weir").first.click()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("What you looked at").fill("Nobody was on duty.")
    page.get_by_role("button", name="Keep this review").click()
    expect(page.get_by_text("It was right to send it.")).to_be_visible()


def test_a_meeting_is_repeated_and_stands_in_the_calendar(app: Flask, committed: Session, new_page: NewPage) -> None:
    officer = factories.user(committed, areas=[HITCHIN])
    message = factories.message(committed, author_id=officer.id, neighbourhood_ids=[HITCHIN], title="Beat meeting")
    factories.recurring(committed, officer.id, HITCHIN)
    page = new_page()
    sign_in_page(page, app, committed, officer)
    page.goto(f"/team/messages/{message.id}/repeat")
    assert_accessible(page)
    page.goto("/team/calendar?month=2026-11")
    expect(page.get_by_role("cell", name="Beat meeting")).to_be_visible()
    assert_accessible(page)
