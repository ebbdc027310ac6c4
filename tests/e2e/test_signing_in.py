"""Signing in with a password and a second step in a browser, from the first time on, by day and by night."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible_everywhere, screenshot

pytestmark = pytest.mark.e2e


def code(key: str, *, half_minutes: int = 0) -> str:
    """What an authenticator app shows now, or soon: one code works once."""
    return pyotp.TOTP(re.sub(r"\W", "", key)).at(utc_now(), counter_offset=half_minutes)


def give_password(page: Page, email: str, password: str = factories.PASSWORD) -> None:
    page.get_by_label("Work email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert_accessible_everywhere(page)


def test_a_user_sets_up_a_second_step_and_signs_in_with_it(new_page: NewPage, committed: Session) -> None:
    area = factories.neighbourhood_id(committed)
    email = factories.user(committed, name="Amy Field", areas=[area], second_step=False).email
    page = new_page(width=320)

    page.goto("/team")
    heading(page, "Sign in")
    expect(page.get_by_role("navigation", name="Team")).to_have_count(0)
    screenshot(page, "sign-in")
    give_password(page, email, "not this one at all")
    expect(page).to_have_title("Error: Sign in – OWL")
    heading(page, "Sign in")
    give_password(page, email)

    heading(page, "Set up your second step")
    screenshot(page, "second-step-set-up")
    key = page.locator(".owl-key").inner_text()
    page.get_by_label("Six-digit code").fill("000")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title("Error: Set up your second step – OWL")
    page.get_by_label("Six-digit code").fill(code(key))
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your recovery codes")
    screenshot(page, "recovery-codes")
    page.get_by_role("button", name="I have kept them").click()

    heading(page, "Today")
    page.get_by_role("link", name="Amy Field").click()
    heading(page, "Your profile")
    screenshot(page, "profile")
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    give_password(page, email)
    heading(page, "Second step")
    page.get_by_label("Six-digit code").fill(code(key, half_minutes=1))
    page.get_by_role("button", name="Sign in").click()
    heading(page, "Today")


def test_a_lost_phone_is_no_end_to_it(new_page: NewPage, committed: Session) -> None:
    user = factories.user(committed, areas=[factories.neighbourhood_id(committed)])
    page = new_page(width=320)
    page.goto("/team/sign-in")
    give_password(page, user.email)
    page.get_by_role("link", name="I don’t have my phone").click()
    heading(page, "Use a recovery code")
    page.get_by_label("Recovery code").fill("1a2b-3c4d-5e6f")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Use a recovery code – OWL")
    heading(page, "Use a recovery code")
