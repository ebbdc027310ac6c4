"""An officer on a phone is told while writing, adds a picture and looks at the message as its readers will."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.messages.composing import create_draft
from tests import factories
from tests.accounts.places import HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page
from tests.factories import NOW
from tests.messages.drafts import draft

pytestmark = pytest.mark.e2e


def van() -> bytes:
    written = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(written, "JPEG")
    return written.getvalue()


def test_an_officer_is_told_while_writing_and_sees_the_picture_everywhere(
    app: Flask, committed: Session, new_page: NewPage
) -> None:
    author = factories.user(committed, areas=[HITCHIN], name="Asha Patel", rank="PC")
    message_id = create_draft(draft(body="Sheds."), author_id=author.id, now=NOW)
    page = new_page(width=390)
    sign_in_page(page, app, committed, author)
    page.goto(f"/team/messages/{message_id}/edit")
    told = page.locator("#live-advice")
    expect(told).to_contain_text("Say where it comes from")
    page.get_by_role("textbox", name="Message", exact=True).fill(
        "Residents told us: see www.p\u043elice.uk on Saturday."
    )
    expect(told).to_contain_text("Stops the message. “www.p\u043elice.uk” has a letter that only looks like ours")
    expect(told).not_to_contain_text("Say where it comes from")
    assert_accessible(page)

    page.get_by_role("button", name="Pictures").click()
    page.get_by_label("The picture").set_input_files({"name": "van.jpg", "mimeType": "image/jpeg", "buffer": van()})
    page.get_by_role("button", name="Add this picture").click()
    expect(page).to_have_title("Error: Pictures – OWL")
    page.get_by_label("The picture").set_input_files({"name": "van.jpg", "mimeType": "image/jpeg", "buffer": van()})
    page.get_by_label("What it shows").fill("A white van")
    page.get_by_role("button", name="Add this picture").click()
    expect(page.get_by_role("img", name="A white van")).to_be_visible()
    assert_accessible(page)

    page.goto(f"/team/messages/{message_id}/preview?as=dark")
    shown = page.frame_locator("iframe").get_by_role("img", name="A white van")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.naturalWidth") == 800
    expect(page.frame_locator("iframe").locator("body")).to_have_css("color", "rgb(255, 255, 255)")
    assert_accessible(page)


def test_a_message_has_a_page_and_a_poster_for_everybody(committed: Session, new_page: NewPage) -> None:
    message = factories.message(committed)
    page = new_page(width=390)
    page.goto(f"/messages/{message.code}")
    assert_accessible(page)
    page.get_by_role("link", name="A poster to print").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(message.title)
    assert_accessible(page)
