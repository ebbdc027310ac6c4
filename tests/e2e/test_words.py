"""Writing in the street: a template with a thumb, a line that breaks, a session that ends, and not a word lost."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from tests import factories
from tests.accounts.places import HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


@pytest.fixture
def officer(committed: Session) -> User:
    factories.template(committed)
    return factories.user(committed, areas=[HITCHIN], name="Asha Patel", rank="PC")


def test_an_alert_begins_with_a_template_and_survives_a_lost_line(
    app: Flask, committed: Session, officer: User, new_page: NewPage
) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    page.goto("/team/messages/new")
    page.get_by_label("Begin with a template").select_option("Break-in")
    page.get_by_role("button", name="Use it").click()
    page.get_by_label("Street", exact=True).fill("Mill Lane")
    page.get_by_label("Day and time").fill("last night")
    page.locator("summary", has_text="In other languages").click()
    page.get_by_text("In Polish", exact=True).click()
    assert_accessible(page)
    page.get_by_role("button", name="Put them in").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Break-in in Mill Lane")

    page.wait_for_load_state()
    page.get_by_label("Title", exact=True).fill("Break-in in Mill Lane, again")
    expect(page.locator("#kept")).to_contain_text("Kept", timeout=20_000)
    page.locator("summary", has_text="In other languages").click()
    page.get_by_text("In Polish", exact=True).click()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_label("Title in Polish").fill("Włamanie przy Mill Lane")
    expect(page.locator("#kept")).to_contain_text("It is kept in this browser", timeout=20_000)
    page.close()  # the battery, or the lid

    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto("/team/messages/new")
    expect(again.get_by_text("You typed this and did not save it.")).to_be_visible()
    assert_accessible(again)
    again.get_by_role("link", name="Go on with it").click()
    expect(again.get_by_label("Title", exact=True)).to_have_value("Break-in in Mill Lane, again")
    expect(again.get_by_label("Title in Polish")).to_have_value("Włamanie przy Mill Lane")
    again.get_by_role("button", name="Save as a draft").click()
    expect(again.get_by_text("Saved as a draft.")).to_be_visible()
    expect(again.get_by_text("You typed this")).to_have_count(0)


def test_a_session_that_ended_costs_no_word(app: Flask, committed: Session, officer: User, new_page: NewPage) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    page.goto("/team/messages/new")
    page.get_by_label("What it is about").select_option("crime_alert")
    page.get_by_label("Title", exact=True).fill("Sheds")
    long = "Three sheds were broken into. " * 300
    page.get_by_role("textbox", name="Message", exact=True).fill(long)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your words are still here")
    assert_accessible(page)
    sign_in_page(page, app, committed, officer)
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_text("You signed in again")).to_be_visible()  # the form's token was of no session
    page.get_by_role("button", name="Go on writing").click()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value(long)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()


def test_an_administrator_finds_a_template_and_changes_it(
    app: Flask, committed: Session, officer: User, new_page: NewPage
) -> None:
    page = new_page()
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))
    page.goto("/admin/templates")
    assert_accessible(page)
    page.get_by_role("link", name="Change Break-in").click()
    assert_accessible(page)
