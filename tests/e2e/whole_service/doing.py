"""What people do on the way: wait for a mail, press a button, sign in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import TypeVar

from playwright.sync_api import Page, expect

from owl.embedded.caught import Caught
from owl.embedded.demo_users import DemoUser
from owl.foundation.clock import utc_now
from tests.e2e.conftest import assert_accessible, keep_screenshot

EMAIL, NUMBER = "joan.walsworth@example.com", "+447700900123"
WAIT_S = 40.0
T = TypeVar("T")


def wait_for(found: Callable[[], T | None], what: str) -> T:
    give_up_at = time.monotonic() + WAIT_S
    while time.monotonic() < give_up_at:
        if (result := found()) is not None:
            return result
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {WAIT_S:.0f} s")


def mail_with(caught: Caught, words: str, *, to: str = EMAIL) -> str:
    """Subject and plain text of the newest mail to the resident that has these words."""

    def look() -> str | None:
        for mail in caught.mails(to):
            arrived = message_from_bytes(mail.content, policy=policy.default)
            whole = f"{arrived['Subject']}\n\n{arrived.get_body(('plain',)).get_content()}"
            if words in whole:
                return whole
        return None

    return wait_for(look, f"A mail with “{words}”")


def text_with(caught: Caught, words: str, *, to: str = NUMBER) -> str:
    """The newest text to the resident that has these words."""
    return wait_for(lambda: next((text.body for text in caught.texts(to) if words in text.body), None), words)


def link_in(text: str, part: str) -> str:
    return re.search(rf"https?://\S*{part}\S*", text)[0]


def seen(page: Page, name: str) -> None:
    """What is on the screen can be used by everybody, and how it looks there is kept."""
    assert_accessible(page)
    keep_screenshot(page, f"{name}-{(page.viewport_size or {'width': 1280})['width']}")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def sign_in(page: Page, user: DemoUser) -> None:
    page.goto("/team")
    page.get_by_label("Work email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(user.password)
    seen(page, "e2e-sign-in")
    press(page, "Continue")
    page.get_by_role("textbox").first.fill(user.code(utc_now()))
    seen(page, "e2e-second-step")
    press(page, "Sign in")
    expect(page).to_have_url(re.compile(r"/team$"))
