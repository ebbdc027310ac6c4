"""Asking residents, in a browser: written on a phone, seen as a resident does, announced, planned for a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.foundation.clock import LONDON, utc_now
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

HERE = "hitchin-urban"


def test_an_officer_on_a_phone_asks_residents(new_page: NewPage, app: Flask, committed: Session) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, factories.user(committed, areas=[HERE]))
    page.goto("/team/consultations/new")
    assert_accessible(page)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Remove question 2").click()
    closes = utc_now().astimezone(LONDON) + timedelta(days=21)
    group = page.get_by_role("group", name="Closes")
    for label, value in (("Day", closes.day), ("Month", closes.month), ("Year", closes.year)):
        group.get_by_label(label).fill(str(value))
    page.get_by_text("In Polish").click()
    assert_accessible(page)
    page.get_by_role("button", name="Save and preview").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("What should your team work on most?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Back to the consultation").click()
    page.get_by_role("button", name="Check and announce").click()
    assert_accessible(page)
    page.get_by_role("button", name="Announce it").click()
    expect(page.get_by_text("Nobody is invited yet.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Consultations", exact=True).first.click()
    assert_accessible(page)
    page.get_by_role("link", name="The yearly plan").click()
    assert_accessible(page)
