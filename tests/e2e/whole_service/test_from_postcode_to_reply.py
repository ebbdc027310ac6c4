"""From postcode to reply, as people do it: real servers, real mail, texts through Twilio's client, one browser each."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from owl.embedded.caught import Caught
from owl.embedded.stack import Stack
from tests.e2e.whole_service.doing import EMAIL, NUMBER, link_in, mail_with, press, seen, sign_in, text_with

pytestmark = pytest.mark.e2e

POSTCODE = "sg40aa"
MOBILE = "07700 900123"


def join(page: Page, caught: Caught) -> None:
    page.goto("/")
    page.get_by_role("button", name="No", exact=True).click()
    seen(page, "e2e-home")
    page.get_by_label("Postcode").fill(POSTCODE)
    press(page, "Find my team")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hitchin")
    seen(page, "e2e-join-found")
    press(page, "Continue")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Mobile").fill(MOBILE)
    page.get_by_label("name", exact=False).first.fill("Joan Walsworth")
    seen(page, "e2e-join-contact")
    press(page, "Continue")
    for box in page.get_by_role("checkbox").all():
        box.check()
    seen(page, "e2e-join-kinds")
    press(page, "Continue")
    page.get_by_role("checkbox").check()
    seen(page, "e2e-join-consent")
    press(page, "Continue")
    seen(page, "e2e-join-check")
    press(page, "Join")
    code = re.search(r"\b\d{6}\b", text_with(caught, "code"))[0]
    page.get_by_label("Six digits").fill(code)
    seen(page, "e2e-join-code")
    press(page, "Confirm my number")
    seen(page, "e2e-join-done")
    page.goto(link_in(mail_with(caught, "/join/prove/"), "/join/prove/"))
    seen(page, "e2e-join-prove")
    press(page, "Confirm my address")
    seen(page, "e2e-joined")


def compose(page: Page, *, title: str, kind: str) -> None:
    page.goto("/team/messages/new")
    page.get_by_label("What it is about").select_option(label=kind)
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Message", exact=True).fill(
        "Three sheds were broken into on **Saturday night**. Check your locks."
    )
    page.locator("summary", has_text="Neighbourhoods").click()
    page.locator("input[name=include][value='neighbourhood:hitchin-urban']").check(force=True)
    page.get_by_role("checkbox", name="Email").check()
    page.get_by_role("checkbox", name="Text message").check()
    page.get_by_label("Words of the text message").fill("Sheds broken into in Walsworth. Check your locks.")
    press(page, "Count again")


def approve(page: Page, title: str) -> None:
    page.goto("/team/messages")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    seen(page, "e2e-approval")
    press(page, re.compile(r"^Send to \d+ home"))


def watch_the_ledger_end(page: Page) -> None:
    """All accounted for, seen without a reload: the page keeps itself up to date."""
    expect(page.locator("#ledger")).not_to_have_text(re.compile(r"Waiting\s*[1-9]|Sending\s*[1-9]"), timeout=40_000)


def test_from_postcode_to_reply_and_out_again(person: Callable[..., Page], running: Stack, caught: Caught) -> None:
    resident, officer, supervisor = person(390), person(1280), person(1280)
    robin, sam = running.users[:2]

    join(resident, caught)

    sign_in(officer, robin)
    seen(officer, "e2e-today")
    compose(officer, title="Shed break-ins in Walsworth", kind="Crime alert")
    seen(officer, "e2e-compose")
    press(officer, "Send for approval")
    seen(officer, "e2e-waiting")

    sign_in(supervisor, sam)
    approve(supervisor, "Shed break-ins in Walsworth")
    watch_the_ledger_end(supervisor)
    seen(supervisor, "e2e-ledger")

    assert "Three sheds were broken into" in mail_with(caught, "Shed break-ins")
    resident.goto(link_in(text_with(caught, "Sheds broken into"), "/r/"))
    seen(resident, "e2e-reply")
    press(resident, "Yes")
    seen(resident, "e2e-rated")
    resident.goto(link_in(text_with(caught, "Sheds broken into"), "/r/"))
    resident.get_by_label("Your reply").fill("I saw a white van in Walsworth Road at midnight.")
    resident.get_by_role("radio", name=re.compile("Yes", re.IGNORECASE)).first.check()
    press(resident, "Send to your team")
    seen(resident, "e2e-replied")

    officer.goto("/team/replies")
    seen(officer, "e2e-inbox")
    officer.locator("main").get_by_role("link", name=re.compile("white van")).first.click()
    officer.get_by_label("Your answer").fill("Thank you, Joan. That helps: we have the van on camera.")
    seen(officer, "e2e-conversation")
    press(officer, "Send by email and close")
    assert "we have the van on camera" in mail_with(caught, "on camera")

    resident.goto(link_in(mail_with(caught, "/unsubscribe/"), "/unsubscribe/"))
    seen(resident, "e2e-unsubscribe")
    press(resident, "Stop all messages")
    seen(resident, "e2e-left")

    compose(officer, title="A second alert for Walsworth", kind="Crime alert")
    press(officer, "Send for approval")
    approve(supervisor, "A second alert for Walsworth")
    watch_the_ledger_end(supervisor)
    reached = [mail.recipient for mail in caught.mails(limit=500) if b"A second alert" in mail.content]
    assert reached
    assert EMAIL not in reached
    assert len([text for text in caught.texts(NUMBER) if "Sheds broken into" in text.body]) == 1
