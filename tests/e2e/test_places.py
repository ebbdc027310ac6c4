"""The public face of a place in a browser, by keyboard alone, and the page on which its team keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.choices import Kind
from tests import factories
from tests.accounts.places import HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


def test_somebody_finds_their_team_by_keyboard_and_reads_what_goes_on(new_page: NewPage, committed: Session) -> None:
    sent = factories.message(committed, neighbourhood_ids=[HITCHIN], kind=Kind.EVENT, approved_at=utc_now())
    factories.meeting(committed, HITCHIN, begins_at=utc_now() + timedelta(days=3), words="Bring your bike.")
    page = new_page(width=390)
    page.goto("/neighbourhoods")
    assert_accessible(page)
    area = page.get_by_role("link", name="Hitchin Urban").first
    area.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hitchin Urban")
    expect(page.get_by_text("Bring your bike.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=sent.title).click()
    expect(page.get_by_role("link", name="A poster to print (A4, PDF)")).to_be_visible()
    for path in ("/county", "/open-data"):
        page.goto(path)
        assert_accessible(page)


def test_an_officer_adds_a_meeting_on_a_phone(new_page: NewPage, app: Flask, committed: Session) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, factories.user(committed, areas=[HITCHIN]))
    page.goto("/team/neighbourhood")
    assert_accessible(page)
    page.get_by_label("What it is").fill("Street surgery")
    page.get_by_label("Where", exact=True).fill("Hitchin Library")
    day = utc_now() + timedelta(days=9)
    for name, value in {"Day": day.day, "Month": day.month, "Year": day.year, "Time": "18:00"}.items():
        page.get_by_label(name, exact=True).fill(str(value))
    page.get_by_label("When it ends").fill("19:00")
    page.get_by_role("button", name="Add to the page").click()
    expect(page.get_by_role("list", name="Meetings to come")).to_contain_text("Hitchin Library")
