"""Results in a browser: an officer looks at remarks and publishes, and residents read on a phone."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.counted import FAR, NEAR, counted
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

CAST = [
    *([(NEAR, {"q1": ["burglary", "speeding"]})] * 30), *([(NEAR, {"q1": ["burglary"]})] * 12),
    *([(FAR, {"q1": ["speeding"]})] * 12), *([(FAR, {"q1": ["speeding", "burglary"]})] * 12),
]  # fmt: skip


def test_an_officer_publishes_what_residents_then_read_on_a_phone(
    new_page: NewPage, app: Flask, committed: Session
) -> None:
    it = counted(committed, CAST, homes=80, remarks=[*(["They race past the school."] * 5), "Ask Mr Smith about it"])
    page = new_page(width=1280)
    sign_in_page(page, app, committed, factories.user(committed, areas=[HITCHIN]))
    page.goto(f"/team/consultations/{it.id}/results")
    assert_accessible(page)
    page.get_by_role("link", name="where to knock").click()
    assert_accessible(page)
    page.go_back()
    page.get_by_role("button", name="Look at remarks").click()
    expect(page.get_by_role("textbox", name="What is published")).to_have_value("Ask […] about it")
    assert_accessible(page)
    page.get_by_role("button", name="These are as they should be published").click()
    page.get_by_role("button", name="Publish the results").click()
    expect(page.get_by_text("Everybody can see the results.")).to_be_visible()

    phone = new_page(width=390)
    phone.goto(f"/consultations/{it.slug}")
    expect(phone.get_by_role("table", name="Homes we wrote to: 66 answers")).to_be_visible()
    expect(phone.get_by_text("They race past the school.").first).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("link", name="How we count").click()
    assert_accessible(phone)
