"""The page that shows administrators how OWL is, in a browser: by day, by night and on a phone."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, screenshot
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_an_administrator_reads_how_owl_is(
    new_page: NewPage, app: Flask, committed: Session, width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))
    page.goto("/team")

    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Health").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("How OWL is")
    expect(page.get_by_text("Nobody serves")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "admin-health")
