"""For everyone: the language choice by thumb, keyboard and without scripts, and mails that anybody can read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, render_template
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.digests.contents import Item
from owl.delivery.digests.rendering import DigestRenderer
from owl.delivery.mail_frame import MailFrame
from owl.delivery.rendering import Renderer
from owl.foundation.languages import Language, speaking
from owl.households.choices import Kind, Rhythm
from owl.households.reading import PLAIN, Reading
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, assert_fits, screenshot
from tests.factories import NOW

pytestmark = pytest.mark.e2e

TEAM = SendingTeam("Hitchin Urban", "Hitchin Urban Safer Neighbourhood Team", "hitchin-urban@example.com")
LARGE_POLISH = Reading(Language.POLISH, large_text=True)


def html_of(frame: MailFrame) -> str:
    home = "https://owl.example.com"
    return frame.with_links(feedback=f"{home}/r/x", unsubscribe=f"{home}/unsubscribe/x", chosen_on="22.11.2026")[1]


@pytest.fixture
def mails(app: Flask, committed: Session) -> dict[str, str]:
    """What is sent, by what it is."""
    message = factories.message(committed, body="Three sheds.\n\n## What to do\n\n- **Lock** yours.\n- Call 101.")
    renderer = Renderer(message, sender="PC Green")
    item = Item(message.id, "HN-4821-K", Kind.CRIME_ALERT, message.title, message.body, "PC Green", NOW)
    items = {message.id: item, 2: replace(item, message_id=2, body="Much. " * 4000)}
    digest = DigestRenderer(message, items=items, rhythm=Rhythm.DAILY)
    reader = Recipient(1, "joan@example.com", None, TEAM, unsure=False, carries=(message.id, 2))
    paragraphs = [[[("Open this: ", False), ("https://owl.example.com/my", True)]]]
    with speaking(Language.ROMANIAN):
        notice = render_template("messages/notice.html", subject="OWL", paragraphs=paragraphs, size=26)
    return {
        "mail": html_of(renderer.frame(TEAM, PLAIN)),
        "mail-polish-large": html_of(renderer.frame(TEAM, LARGE_POLISH)),
        "digest": html_of(digest.frame_for(reader)),
        "digest-polish-large": html_of(digest.frame_for(reader._replace(reading=LARGE_POLISH))),
        "notice": notice,
    }


def test_anybody_can_read_our_mails_on_a_phone_and_at_a_desk_by_day_and_at_night(
    page: Page, mails: dict[str, str]
) -> None:
    for name, html in mails.items():
        page.set_viewport_size({"width": 390, "height": 900})
        page.set_content(html)
        page.add_style_tag(content="html { background: Canvas }")  # what is there anyway, for axe to see
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page, only="color-contrast")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        assert_fits(page)
        screenshot(page, name)


def test_somebody_who_reads_no_english_finds_their_language_with_thumb_or_keyboard(new_page: NewPage) -> None:
    phone = new_page(width=390)
    phone.goto("/help")
    phone.get_by_role("button", name="Polski").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Pomoc")
    phone.goto("/join/where")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Gdzie jest Twój dom?")
    assert_accessible(phone)
    screenshot(phone, "join-polish")
    phone.get_by_label("Kod pocztowy").fill("SG5 1SD")
    phone.get_by_role("button", name="Znajdź mój zespół").click()
    expect(phone.get_by_role("button", name="Dalej")).to_be_visible()
    phone.get_by_role("button", name="Română").focus()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="Continuați")).to_be_visible()
    assert_accessible(phone)


def test_the_language_choice_needs_no_scripts(new_page: NewPage) -> None:
    desk = new_page(width=1280, scripts=False)
    desk.goto("/verify")
    desk.get_by_role("button", name="Română").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Este mesajul de la noi?")
