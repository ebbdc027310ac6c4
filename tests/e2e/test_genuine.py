"""Is it from us, what became of my words, and who to call: on a phone, at a desk, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from owl.messages.models import Message
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, assert_fits, screenshot

pytestmark = pytest.mark.e2e


def sent(session: Session) -> Message:
    now = utc_now()
    author = factories.user(session, rank="PCSO", name="Amy Field")
    return factories.message(
        session, author_id=author.id, approved_at=now, finished_at=now, neighbourhood_ids=["hitchin-urban"],
        sms_text="Three sheds were broken into in Walsworth. Please check your locks.",
    )  # fmt: skip


def link_to(session: Session, message: Message) -> str:
    delivery = factories.delivery(session, factories.contact_point(session), of=message)
    return f"/r/{delivery_token(Purpose.FEEDBACK, message.id, delivery.seq)}"


def look_up(page: Page, code: str) -> None:
    page.get_by_label("The code in the message").fill(code)
    page.get_by_role("button", name="Check").click()


def test_a_code_is_checked_on_a_phone(committed: Session, new_page: NewPage) -> None:
    code = sent(committed).code
    phone = new_page(width=390)
    phone.goto("/verify")
    phone.get_by_role("button", name="No", exact=True).click()
    look_up(phone, "HN-4821-X")
    expect(phone.get_by_role("link", name=re.compile("^Check the code"))).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "verify-mistyped")
    look_up(phone, "HN 4821 K")
    expect(phone.get_by_role("heading", level=1)).to_have_text("We don’t know this code")
    assert_accessible(phone)
    screenshot(phone, "verify-unknown")
    look_up(phone, code.lower().replace("-", ""))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Yes, we sent this message")
    expect(phone.get_by_text("PCSO Amy Field")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "verify-found")


@pytest.mark.parametrize("scripts", [True, False])
def test_danger_shows_999_and_the_conversation_goes_on(committed: Session, new_page: NewPage, *, scripts: bool) -> None:
    page = new_page(width=1280 if scripts else 390, scripts=scripts)
    page.goto(link_to(committed, sent(committed)))
    call = page.get_by_role("alert").filter(has_text="Call 999")
    expect(call).to_be_hidden()
    page.get_by_label("Your reply").press_sequentially("He has got a kni")
    expect(call).to_be_hidden()
    page.get_by_label("Your reply").press_sequentially("fe!")
    if scripts:
        expect(call).to_be_visible()
        page.evaluate("scrollTo(0, 0)")  # from under the way out, which stays in reach
        assert_accessible(page)
        screenshot(page, "reply-danger")
    page.get_by_label("Yes, please answer me").check()
    page.get_by_role("button", name="Send to your team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(call).to_be_visible()  # without a script, as soon as we know
    page.get_by_role("link", name="Read what you wrote, or add to it").click()
    expect(page.get_by_text("He has got a knife!")).to_be_visible()
    page.get_by_label("What you want to add").fill("He went away. Thank you.")
    page.get_by_role("button", name="Send to your team").click()
    expect(page.get_by_text("He went away. Thank you.")).to_be_visible()
    if scripts:
        assert_accessible(page)
        screenshot(page, "conversation")
    else:
        assert_fits(page)
