"""The residents' voice, as people do it: asked, invited, answered in every way, closed, decided, signed and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from owl.embedded.caught import Caught
from owl.embedded.stack import Stack
from owl.foundation.clock import LONDON, utc_now
from tests.e2e.whole_service.doing import link_in, press, seen, sign_in, wait_for

pytestmark = pytest.mark.e2e

TITLE = "What should your police team work on?"
BOARD = "/team/priorities/hitchin-urban"
HEARD = 6  # homes, so that a count of all of them may be shown


def announce(page: Page) -> str:
    """Ask Hitchin from tomorrow's close on; the address of the consultation's page for everybody."""
    page.goto("/team/consultations/new")
    page.get_by_role("checkbox", name="Hitchin Urban").check()
    press(page, "Begin")
    tomorrow = utc_now().astimezone(LONDON) + timedelta(days=1)
    closes = page.get_by_role("group", name="Closes")
    for label, value in (("Day", tomorrow.day), ("Month", tomorrow.month), ("Year", tomorrow.year)):
        closes.get_by_label(label).fill(str(value))
    seen(page, "e2e-ask")
    press(page, "Save and check")
    seen(page, "e2e-ask-check")
    press(page, "Announce it")
    seen(page, "e2e-asked")
    return page.locator("main a[href^='/consultations/']").get_attribute("href") or ""


def invite(officer: Page, supervisor: Page) -> None:
    press(officer, "Write the invitation")
    officer.get_by_role("checkbox", name="Text message").check()
    press(officer, "Send for approval")
    seen(officer, "e2e-invitation")
    approve(supervisor, TITLE)


def approve(supervisor: Page, title: str) -> None:
    """Let the message with these words in its title go, and see all of it accounted for."""
    supervisor.goto("/team/messages")
    supervisor.get_by_role("link", name=re.compile(re.escape(title))).first.click()
    press(supervisor, re.compile(r"^Send to \d+ home"))
    expect(supervisor.locator("#ledger")).not_to_have_text(
        re.compile(r"Waiting\s*[1-9]|Sending\s*[1-9]"), timeout=40_000
    )


def links_in_mails(caught: Caught, words: str) -> dict[str, str]:
    """Who got the mail → the link to answer."""
    found = {}
    for mail in caught.mails(limit=500):
        arrived = message_from_bytes(mail.content, policy=policy.default)
        if words in str(arrived["Subject"]):
            found[mail.recipient] = link_in(arrived.get_body(("plain",)).get_content(), "/r/")
    return found


def answer(page: Page, name: str, *, words: str = "") -> str:
    """Fill in the first question, perhaps say something, and send; the code to find the ballot by."""
    page.get_by_role("checkbox", name="Burglary").check()
    if words:
        page.locator("textarea[data-words]").first.fill(words)
    page.get_by_role("button", name=name).click()  # a browser with scripts signs and casts first
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you", timeout=15_000)
    return page.locator(".owl-code").inner_text()


def close_now(running: Stack, slug: str) -> None:
    """The time to close comes."""
    with psycopg.connect(running.settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE consultation SET closes_at = now() WHERE slug = %s", [slug])


def publish(page: Page, own_page: str) -> None:
    """Let everybody see the results."""
    page.goto(own_page)
    press(page, "See the results")
    seen(page, "e2e-results-team")
    press(page, "Publish the results")


def decide(page: Page) -> None:
    """Work on burglary, say why not on the rest, and ask an inspector to sign."""
    page.goto(BOARD)
    press(page, "Take up what they asked for")
    issues = page.get_by_role("region", name="Being decided").locator("a[href*='/issues/']")
    for name, address in [(link.inner_text(), str(link.get_attribute("href"))) for link in issues.all()]:
        page.goto(f"{address}/edit")
        if name == "Burglary":
            page.get_by_label("Chosen", exact=True).check()
            page.get_by_label("What your team will do").fill("We look after sheds and back doors.")
            page.get_by_label("The officer who answers for it").select_option(index=1)
        else:
            page.get_by_label("Not chosen", exact=True).check()
        page.get_by_label("Why", exact=True).fill("This is what most homes asked for, and we can do one thing well.")
        press(page, "Save")
    page.goto(BOARD)
    seen(page, "e2e-decided")
    press(page, "Ask an inspector to sign")


def counted(running: Stack, slug: str) -> bool | None:
    """True once the clock's job has opened the box."""
    with psycopg.connect(running.settings.database_url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT status FROM consultation WHERE slug = %s", [slug]).fetchone()
    return True if row == ("counted",) else None


def test_from_a_question_to_what_was_done_about_it(
    person: Callable[..., Page], browser: Browser, running: Stack, caught: Caught
) -> None:
    officer, supervisor, resident = person(1280), person(1280), person(390)
    who = {user.role: user for user in running.users}
    sign_in(officer, who["officer"])
    address = announce(officer)
    own_page = officer.url
    slug = address.rpartition("/")[2]
    sign_in(supervisor, who["supervisor"])
    invite(officer, supervisor)

    invited = links_in_mails(caught, TITLE)
    by_mail = list(invited.values())
    resident.goto(by_mail[0])
    seen(resident, "e2e-ballot")
    code = answer(resident, "Send my home’s answers", words="Cars race along Walsworth Road every evening.")
    seen(resident, "e2e-ballot-cast")
    resident.goto(by_mail[0])
    expect(resident.locator("main")).not_to_contain_text("Send my home’s answers")

    plain = browser.new_context(java_script_enabled=False, base_url=running.settings.public_url).new_page()
    by_text = wait_for(
        lambda: next(
            (link_in(text.body, "/r/") for text in caught.texts() if "what it should work on" in text.body), None
        ),
        "A text with the invitation",
    )
    for link in [by_text, *by_mail[1:HEARD]]:
        plain.goto(link)
        if plain.get_by_role("button", name="Send my home’s answers").count():  # that home had a mail as well
            answer(plain, "Send my home’s answers")
    plain.goto(address)
    press(plain, "Answer now")
    answer(plain, "Send my answers")
    plain.context.close()
    officer.goto(f"{own_page}/paper?source=paper")
    officer.get_by_role("checkbox", name="Burglary").check()
    press(officer, "Save, and on to the next")
    expect(officer.get_by_text("Saved, 1 in this sitting.")).to_be_visible()

    close_now(running, slug)
    wait_for(lambda: counted(running, slug), "The count")
    resident.goto(f"{address}/counted")
    resident.get_by_label("Your code").fill(code)
    press(resident, "Look for my answers")
    expect(resident.get_by_text("Yes. Your answers were counted.")).to_be_visible()
    publish(officer, own_page)
    resident.goto(address)
    seen(resident, "e2e-results")

    decide(officer)
    inspector = person(1280)
    sign_in(inspector, who["inspector"])
    inspector.goto(BOARD)
    press(inspector, "Read and sign")
    press(inspector, re.compile("^Sign and publish"))
    resident.goto("/neighbourhoods/hitchin-urban/priorities")
    expect(resident.locator("main")).to_contain_text("We look after sheds and back doors.")
    seen(resident, "e2e-priorities")

    officer.goto(BOARD)
    press(officer, "Tell everybody who was asked")
    seen(officer, "e2e-tell")
    press(officer, "Ask for approval")
    seen(officer, "e2e-told")
    approve(supervisor, "You said, we decided")
    assert set(links_in_mails(caught, "You said, we decided")) == set(invited)
