"""From sign-in to approved, on two phones: each field and each press on the way is counted, since they are the time."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.accounts.second_steps import give_second_step
from owl.foundation.clock import utc_now
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible

pytestmark = pytest.mark.e2e

MOST_PX = 3_500  # of the composer on a phone, filled in: under four screens


class Thumb:
    """Somebody with a phone, who does one thing after another and scrolls as little as may be."""

    def __init__(self, page: Page) -> None:
        self.page, self.fields, self.presses = page, 0, 0

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)
        self.fields += 1

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.presses += 1

    def sign_in(self, user: User, key: str) -> None:
        self.page.goto("/team")
        self.fill("Work email address", user.email)
        self.fill("Password", factories.PASSWORD)
        self.press("button", "Continue")
        self.fill("Six-digit code", pyotp.TOTP(key).at(utc_now()))
        self.press("button", "Sign in")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Today")


def test_from_sign_in_to_approved_takes_few_presses(committed: Session, new_page: NewPage) -> None:
    factories.template(committed)
    home = factories.household(committed, neighbourhood_id=HITCHIN)
    factories.contact_point(committed, factories.subscriber(committed, home))
    factories.limits(committed, approval_above_homes=0)
    author, supervisor = (
        factories.user(committed, role=role, areas=[HITCHIN]) for role in (RoleName.OFFICER, RoleName.SUPERVISOR)
    )
    keys = {user.id: give_second_step(user.id, now=utc_now()) for user in (author, supervisor)}
    page = new_page(width=390)

    officer = Thumb(page)
    officer.sign_in(author, keys[author.id])
    officer.press("link", "Write a message")
    page.get_by_label("Begin with a template").select_option("Break-in")
    officer.fields += 1
    officer.press("button", "Use it")
    officer.fill("Street", "Mill Lane")
    officer.fill("Day and time", "last night")
    officer.press("button", "Put them in")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Break-in in Mill Lane")
    officer.press("checkbox", "Include Hitchin Urban")
    expect(page.get_by_role("region", name="Check").get_by_role("status")).to_contain_text("1 home")
    assert page.evaluate("document.documentElement.scrollHeight") < MOST_PX
    assert_accessible(page)
    officer.press("button", "Send for approval")
    expect(page.get_by_text("Sent for approval")).to_be_visible()
    page.context.clear_cookies()

    sergeant = Thumb(page)
    sergeant.sign_in(supervisor, keys[supervisor.id])
    sergeant.press("link", "Break-in in Mill Lane")
    sergeant.press("button", "Send to 1 home")
    expect(page.get_by_text("Approved. It is going out now.")).to_be_visible()

    assert (officer.fields, officer.presses) <= (6, 7)
    assert (sergeant.fields, sergeant.presses) <= (3, 4)
    [message] = committed.scalars(sa.select(Message))
    assert message.status is MessageStatus.SENDING
